use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(default = String::new)]
    logins: u32,
}

fn main() {}
