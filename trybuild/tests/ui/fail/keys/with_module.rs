use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    #[item(with = dynaseal::codec::java::json)]
    employee_id: String,
}

fn main() {}
