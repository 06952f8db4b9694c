use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(other("grade", action = ignore))]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
