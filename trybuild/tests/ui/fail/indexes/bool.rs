use dynaseal::EncryptedItem;

type Flag = bool;

#[derive(EncryptedItem)]
#[item(index(name = "by-active", partition = active))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    active: Option<Flag>,
}

fn main() {
    let _ = Employee::indexes();
}
