#![deny(warnings, missing_docs)]
//! Updates in place, and handles for all other fields.

use dynaseal::condition::{Attr, DoNothing, Encrypted, Key, SignOnly};
use dynaseal::{EncryptedItem, Repository, Update};

/// An entity.
#[derive(EncryptedItem)]
pub struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    salary: u64,
    #[sign_only]
    department: Department,
    #[do_nothing]
    logins: u64,
    #[do_nothing]
    balance: Option<f64>,
    #[do_nothing]
    #[item(rename = "n")]
    note: Option<String>,
    #[do_nothing]
    #[item(bytes)]
    photo: [u8; 64],
    #[do_nothing]
    #[item(bytes)]
    icon: Option<Box<[u8]>>,
    #[item(skip)]
    label: String,
}

/// A private type of a field in a public entity.
#[derive(serde::Serialize, serde::Deserialize)]
struct Department(String);

/// They can be constants.
pub const FIELDS: EmployeeFields = Employee::fields();

/// Every valid update.
pub fn updates() -> [Update<Employee>; 9] {
    let fields = FIELDS;
    [
        fields.logins.add(1),
        fields.logins.set(0),
        fields.balance.add(-0.5),
        fields.balance.set(None),
        fields.note.set(Some("x".to_owned())),
        fields.note.remove(),
        fields.photo.set([0; 64]).and(fields.icon.set(None)),
        fields.icon.set(Some(Box::new([1]))),
        fields.icon.remove(),
    ]
}

/// The type of each handle.
pub fn types(employees: &Repository<Employee>) {
    let _: Attr<Employee, String, Key> = FIELDS.employee_id;
    let _: Attr<Employee, u32, Key> = FIELDS.hired;
    let _: Attr<Employee, u64, Encrypted> = FIELDS.salary;
    let _: Attr<Employee, Department, SignOnly> = FIELDS.department;
    let _: Attr<Employee, u64, DoNothing> = FIELDS.logins;
    drop(employees.update_in_place(("e-1", 2020), Employee::fields().logins.add(1)));
}

fn main() {
    assert_eq!(FIELDS.note.name(), "n");
}
