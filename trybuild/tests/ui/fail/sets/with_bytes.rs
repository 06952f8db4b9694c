use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(set, bytes)]
    keys: Vec<Vec<u8>>,
}

fn main() {}
