use dynaseal::EncryptedItem;

#[derive(Debug, EncryptedItem)]
#[item(debug)]
struct Employee {
    #[partition_key]
    employee_id: String,
    salary: u64,
}

fn main() {}
