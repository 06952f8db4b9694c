use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    logins: u64,
}

fn main() {
    let _ = Employee::fields().logins.add(0.5);
}
