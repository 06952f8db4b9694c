use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(rename = "n")]
    #[item(rename = "m")]
    name: String,
}

fn main() {}
