use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

fn main() {}
