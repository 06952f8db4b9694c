use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(sort_key(name = "SK", template = "A#{r#type}"))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    r#type: String,
}

fn main() {}
