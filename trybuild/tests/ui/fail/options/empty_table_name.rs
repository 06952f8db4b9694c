use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(logical_table_name = "")]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
