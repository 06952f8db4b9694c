use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(crate = sealed)]
struct Employee {
    #[partition_key]
    employee_id: String,
    name: String,
    #[sign_only]
    tags: Option<Vec<String>>,
}

fn main() {}
