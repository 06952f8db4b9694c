use dynaseal::EncryptedItem;

struct Address {
    street: String,
}

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    address: Address,
}

fn main() {}
