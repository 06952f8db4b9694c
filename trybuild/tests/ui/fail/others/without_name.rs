use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(other)]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
