use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[encrypt]
    #[encrypt]
    salary: u32,
}

fn main() {}
