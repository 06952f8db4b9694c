use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(other("salary", action = encrypt))]
struct Employee {
    #[partition_key]
    employee_id: String,
    salary: u64,
}

fn main() {}
