use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(require_explicit)]
struct Employee {
    #[partition_key]
    employee_id: String,
    salary: u64,
}

fn main() {}
