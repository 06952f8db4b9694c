use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    #[sort_key]
    employee_id: String,
}

fn main() {}
