//! The data that clients send and receive. It is separate from the entity, so that a new field is not published by
//! accident.

use dynaseal::Versioned;
use dynaseal::repository::query::Cursor;
use serde::{Deserialize, Serialize};

use crate::Employee;
use crate::error::Problem;

/// A new employee.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEmployee {
    employee_id: String,
    name: String,
    salary: u64,
    notes: Option<String>,
    department: String,
}

/// The updatable fields of an employee, all of which are sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changes {
    name: String,
    salary: u64,
    notes: Option<String>,
    department: String,
}

/// An employee as returned to clients.
#[derive(Serialize)]
pub(crate) struct EmployeeView {
    employee_id: String,
    name: String,
    salary: u64,
    notes: Option<String>,
    department: String,
    views: u64,
}

/// One page of a list.
#[derive(Serialize)]
pub(crate) struct List {
    pub(crate) employees: Vec<EmployeeView>,
    /// The ids of damaged records. They are not verified, not even the ids.
    pub(crate) unreadable: Vec<String>,
    /// The `cursor` of the next page; absent on the last one.
    pub(crate) next: Option<Cursor>,
}

impl NewEmployee {
    pub(crate) fn into_employee(self, company: String) -> Result<Employee, Problem> {
        let Self { employee_id, name, salary, notes, department } = self;
        check_id(&employee_id)?;
        check_not_empty(&[&name, &department])?;
        Ok(Employee { company, employee_id, name, salary, notes, department, views: 0 })
    }
}

impl Changes {
    pub(crate) fn apply(self, employee: &mut Versioned<Employee>) -> Result<(), Problem> {
        let Self { name, salary, notes, department } = self;
        check_not_empty(&[&name, &department])?;
        (employee.name, employee.salary, employee.notes, employee.department) = (name, salary, notes, department);
        Ok(())
    }
}

impl From<Employee> for EmployeeView {
    fn from(employee: Employee) -> Self {
        let Employee { company: _, employee_id, name, salary, notes, department, views } = employee;
        Self { employee_id, name, salary, notes, department, views }
    }
}

/// Keys are unencrypted in the table, in logs and in URLs, so they must not contain arbitrary text.
pub(crate) fn check_id(id: &str) -> Result<(), Problem> {
    const LONGEST: usize = 64;

    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if (1..=LONGEST).contains(&id.len()) && id.bytes().all(is_plain) {
        return Ok(());
    }
    Err(Problem::invalid("an id has 1 to 64 letters, digits and hyphens"))
}

fn check_not_empty(values: &[&str]) -> Result<(), Problem> {
    if values.iter().any(|value| value.trim().is_empty()) {
        return Err(Problem::invalid("name and department cannot be empty"));
    }
    Ok(())
}
