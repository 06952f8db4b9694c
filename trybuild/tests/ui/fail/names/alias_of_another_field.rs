use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    name: String,
    #[item(alias = "name")]
    label: String,
}

fn main() {}
