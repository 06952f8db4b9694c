use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(skip, bytes)]
    label: Vec<u8>,
}

fn main() {}
