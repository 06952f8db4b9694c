use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    #[item(alias = "visits")]
    logins: u64,
}

fn main() {}
