use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    department: String,
}

fn main() {
    let _ = Employee::fields().department.set("legal".to_owned());
}
