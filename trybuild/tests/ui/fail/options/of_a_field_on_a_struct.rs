use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(rename = "employees")]
struct Employee {
    #[partition_key]
    employee_id: String,
}

fn main() {}
