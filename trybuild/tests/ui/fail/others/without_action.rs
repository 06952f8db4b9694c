use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(other("grade"))]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
