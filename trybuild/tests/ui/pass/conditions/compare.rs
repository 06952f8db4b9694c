#![deny(warnings)]
//! Conditions that the server evaluates.

use std::collections::BTreeSet;

use dynaseal::condition::{ServerOrdered, ServerText};
use dynaseal::{Condition, EncryptedItem, Number};

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
    #[do_nothing]
    #[item(with = dynaseal::codec::exact)]
    bonus: Option<Number>,
    #[sign_only]
    #[item(with = dynaseal::codec::exact, default)]
    rating: Number,
    #[sign_only]
    #[item(set)]
    languages: BTreeSet<String>,
    #[do_nothing]
    #[item(number)]
    balance_in_cents: Number,
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
        // Only an order needs to know how a module or a set is stored.
        fields.bonus.eq(Number::from(1_u8)) | fields.bonus.eq(None) | fields.bonus.missing(),
        fields.rating.is_in([Number::from(1_u8)]) & fields.rating.ne(Number::from(2_u8)),
        fields.languages.contains("en") & fields.languages.size().gt(1),
        fields.languages.eq(BTreeSet::new()),
        fields.balance_in_cents.gt(Number::from(1_u8)),
    ]
}

fn main() {
    let debug = format!("{:?}", conditions("SECRET".to_owned()));
    assert!(debug.contains("note"));
    assert!(!debug.contains("SECRET"));
}
