use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    #[item(template = "YEAR#{hierd:04}")]
    hired: u32,
}

fn main() {}
