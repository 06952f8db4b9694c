use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(table_name = "employees")]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
