use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    photo: Option<Vec<u8>>,
}

fn main() {}
