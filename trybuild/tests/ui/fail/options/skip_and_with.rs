use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(skip, with = dynaseal::codec::java::json)]
    address: String,
}

fn main() {}
