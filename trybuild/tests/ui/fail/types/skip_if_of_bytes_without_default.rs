use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(bytes, skip_if = Vec::is_empty)]
    photo: Vec<u8>,
}

fn main() {}
