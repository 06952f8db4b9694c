use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    #[item(alias = "id")]
    employee_id: String,
}

fn main() {}
