use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[encrypt]
    #[item(version)]
    version: u64,
}

fn main() {}
