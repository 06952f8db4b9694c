use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(table_name = "employees", unknown(reject))]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
