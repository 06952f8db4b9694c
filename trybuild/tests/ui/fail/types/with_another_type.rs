use dynaseal::EncryptedItem;
use dynaseal::codec::java::bool_number;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(with = bool_number)]
    active: String,
}

fn main() {}
