use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(logical_table_name = "employees")]
    name: String,
}

fn main() {}
