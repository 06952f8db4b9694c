use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    #[item(skip_if = is_zero)]
    hired: u32,
}

fn main() {}
