use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    #[item(version)]
    version: u64,
}

fn main() {}
