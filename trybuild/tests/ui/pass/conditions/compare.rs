#![deny(warnings)]
//! Conditions that the server evaluates.

use std::collections::BTreeSet;

use dynaseal::condition::{ServerOrdered, ServerText};
use dynaseal::{Condition, EncryptedItem};

#[derive(EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    salary: u64,
    #[sign_only]
    department: Department,
    #[sign_only]
    skills: BTreeSet<String>,
    #[sign_only]
    grades: Option<Vec<i8>>,
    #[do_nothing]
    logins: u64,
    #[do_nothing]
    balance: Option<f64>,
    #[do_nothing]
    note: Option<String>,
    #[do_nothing]
    #[item(bytes)]
    photo: [u8; 4],
    #[do_nothing]
    #[item(bytes)]
    icon: Option<Vec<u8>>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Department(String);

impl ServerText for Department {}
impl ServerOrdered for Department {}

fn conditions(text: String) -> Vec<Condition<Employee>> {
    let fields = Employee::fields();
    vec![
        fields.employee_id.eq("e-1"),
        fields.employee_id.eq(&text),
        fields.employee_id.begins_with("e-"),
        fields.employee_id.contains("-"),
        fields.hired.between(2010, 2020),
        fields.hired.is_in([2019, 2020]),
        fields.salary.exists() | fields.salary.missing(),
        fields.department.eq(Department("Legal".to_owned())),
        fields.department.is_in([Department("Legal".to_owned())]),
        fields.department.begins_with("L"),
        fields.department.size().le(80),
        fields.department.lt(Department("Legal".to_owned())),
        fields.skills.contains("rust"),
        fields.grades.contains(1),
        !fields.logins.gt(3) & fields.logins.le(100) | fields.logins.ge(7) & fields.logins.lt(9),
        fields.balance.eq(None),
        fields.balance.ne(Some(0.0)),
        fields.balance.gt(0.5),
        fields.note.eq("x"),
        fields.note.is_in([None, Some("x".to_owned())]),
        fields.note.begins_with(text),
        fields.photo.eq([0; 4]),
        fields.icon.ne(vec![1]),
    ]
}

fn main() {
    let debug = format!("{:?}", conditions("SECRET".to_owned()));
    assert!(debug.contains("note"));
    assert!(!debug.contains("SECRET"));
}
