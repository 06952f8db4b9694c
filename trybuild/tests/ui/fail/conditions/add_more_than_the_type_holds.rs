use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[do_nothing]
    level: u8,
}

fn main() {
    let _ = Employee::fields().level.add(300);
}
