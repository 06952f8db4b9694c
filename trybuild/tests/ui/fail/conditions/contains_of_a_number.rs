use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    hired: u32,
}

fn main() {
    let _ = Employee::fields().hired.contains(2);
}
