use dynaseal::EncryptedItem;

struct Address {
    city: String,
}

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    addresses: Vec<Option<Address>>,
}

fn main() {}
