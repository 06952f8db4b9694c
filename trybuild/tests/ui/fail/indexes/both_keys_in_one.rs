use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-id", local, sort = employee_id))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: String,
}

fn main() {}
