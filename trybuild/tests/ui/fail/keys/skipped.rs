use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    #[item(skip)]
    employee_id: String,
}

fn main() {}
