use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(created_at)]
    created: u64,
    #[item(created_at)]
    made: u64,
}

fn main() {}
