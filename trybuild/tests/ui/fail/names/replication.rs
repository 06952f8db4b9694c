use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(rename = "aws:rep:updatetime")]
    updated: String,
}

fn main() {}
