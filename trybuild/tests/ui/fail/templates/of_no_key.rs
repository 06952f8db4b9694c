use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    #[item(template = "YEAR#{hired:04}")]
    hired: u32,
}

fn main() {}
