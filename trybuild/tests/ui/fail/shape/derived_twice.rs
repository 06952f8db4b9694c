use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
