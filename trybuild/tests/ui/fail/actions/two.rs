use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    #[encrypt]
    salary: u32,
}

fn main() {}
