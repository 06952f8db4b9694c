use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-department", partition = department, projection = include(name, hired)))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    department: String,
    name: String,
}

// The handles are generated nevertheless, so nothing is reported here.
fn main() {
    let _ = Employee::indexes();
}
