use dynaseal::EncryptedItem;

fn is_zero(logins: &u64) -> bool {
    *logins == 0
}

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(default, skip_if = is_zero)]
    name: String,
}

fn main() {}
