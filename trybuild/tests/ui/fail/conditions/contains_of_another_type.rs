use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    skills: Vec<String>,
}

fn main() {
    let _ = Employee::fields().skills.contains(2);
}
