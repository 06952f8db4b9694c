use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(unknown = ignore)]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
