use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    #[item(bytes)]
    employee_id: Vec<u8>,
}

fn main() {}
