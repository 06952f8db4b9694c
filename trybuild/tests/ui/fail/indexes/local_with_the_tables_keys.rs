use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-hired", local, sort = hired))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: String,
}

fn main() {}
