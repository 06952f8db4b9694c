use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[item(skip)]
    label: String,
}

fn main() {
    let _ = Employee::fields().label.remove();
}
