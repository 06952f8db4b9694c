use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(version)]
    version: u64,
    #[item(version)]
    revision: u64,
}

fn main() {}
