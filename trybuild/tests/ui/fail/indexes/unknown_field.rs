use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-department", partition = department, sort = fired))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    department: String,
}

// The handles are generated nevertheless, so nothing is reported here.
fn main() {
    let _ = Employee::indexes();
}
