use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    name: String,
}

fn main() {
    let _ = Employee::fields().name.size().gt(80);
}
