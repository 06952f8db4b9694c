use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-department", local, partition = department, sort = level))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    department: String,
    #[sign_only]
    level: u8,
}

// The handles are generated nevertheless, so nothing is reported here.
fn main() {
    let _ = Employee::indexes();
}
