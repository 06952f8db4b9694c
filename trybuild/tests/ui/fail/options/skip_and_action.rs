use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[encrypt]
    #[item(skip)]
    label: String,
}

fn main() {}
