use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(set)]
    skills: Option<Vec<String>>,
}

fn main() {}
