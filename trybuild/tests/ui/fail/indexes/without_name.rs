use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(partition = department))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    department: String,
}

fn main() {}
