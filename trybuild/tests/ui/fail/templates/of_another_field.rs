use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    #[item(template = "YEAR#{hired:04}#{employee_id}")]
    hired: u32,
}

fn main() {}
