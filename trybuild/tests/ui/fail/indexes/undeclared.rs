use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-department", partition = department))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sign_only]
    department: String,
}

fn main() {
    let _ = Employee::indexes().by_salary;
}
