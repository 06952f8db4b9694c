//! What clients send and get. Apart from the entity, so that a new field is not published by accident.

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

/// What can be changed of an employee; all of it is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changes {
    name: String,
    salary: u64,
    notes: Option<String>,
    department: String,
}

/// An employee as clients see one.
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
    /// The ids of records that were damaged in the table. Nothing of them is verified, not even the ids.
    pub(crate) unreadable: Vec<String>,
    /// What to send as `cursor` to get the next page; none on the last one.
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

/// Keys stay readable in the table, in logs and in URLs, so they are no place for text of any kind.
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
