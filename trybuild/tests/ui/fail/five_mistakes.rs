use dynaseal::{EncryptedItem, Item, ItemKey};

#[derive(EncryptedItem)]
#[item(unknown = ignore)]
struct Employee {
    #[partition_key]
    #[encrypt]
    employee_id: String,
    #[sort_key]
    #[item(skip)]
    hired: u32,
    #[sign_only]
    #[do_nothing]
    department: String,
    #[item(renamed = "n")]
    name: String,
}

// The entity is generated nevertheless, so nothing is reported here.
fn main() {
    let employee = Employee::from_item(&mut Item::new()).unwrap();
    let _ = employee.to_item();
    let _ = EmployeeKey::from(&employee).to_item();
    let _ = EmployeeKey::from(("e-1", 2020));
    let _ = Employee::fields().name.name();
}
