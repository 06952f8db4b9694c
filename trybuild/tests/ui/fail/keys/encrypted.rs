use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    #[encrypt]
    employee_id: String,
}

fn main() {}
