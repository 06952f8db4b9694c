use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(with = dynaseal::codec::java::json, bytes)]
    photo: Vec<u8>,
}

fn main() {}
