use dynaseal::EncryptedItem;

#[derive(EncryptedItem)]
#[item(index(name = "by-hired", partition = hired), index(name = "by_hired", partition = hired, sort = level))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    level: u32,
}

// The handles are generated nevertheless, so nothing is reported here.
fn main() {
    let _ = Employee::indexes();
}
