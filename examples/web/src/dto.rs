//! The data that clients send and receive. It is separate from the entity, so that a new field is not published by
//! accident.

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
    email: Option<String>,
    salary: u64,
    notes: Option<String>,
    department: String,
}

/// The updatable fields of an employee, all of which are sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changes {
    name: String,
    email: Option<String>,
    salary: u64,
    notes: Option<String>,
    department: String,
}

/// An employee as returned to clients.
#[derive(Serialize)]
pub(crate) struct EmployeeView {
    employee_id: String,
    name: String,
    email: Option<String>,
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

impl List {
    pub(crate) fn is_empty(&self) -> bool {
        self.employees.is_empty() && self.unreadable.is_empty()
    }
}

impl NewEmployee {
    pub(crate) fn into_employee(self, company: String) -> Result<Employee, Problem> {
        let Self { employee_id, name, email, salary, notes, department } = self;
        check_id(&employee_id)?;
        check(&name, email.as_deref(), &department)?;
        Ok(Employee { company, employee_id, name, email, salary, notes, department, views: 0 })
    }
}

impl Changes {
    pub(crate) fn apply(self, employee: Employee) -> Result<Employee, Problem> {
        let Self { name, email, salary, notes, department } = self;
        check(&name, email.as_deref(), &department)?;
        Ok(Employee { name, email, salary, notes, department, ..employee })
    }
}

impl From<Employee> for EmployeeView {
    fn from(employee: Employee) -> Self {
        let Employee { company: _, employee_id, name, email, salary, notes, department, views } = employee;
        Self { employee_id, name, email, salary, notes, department, views }
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

/// A department is an index key, whose length DynamoDB limits.
pub(crate) fn check_department(department: &str) -> Result<(), Problem> {
    const LONGEST: usize = 100;

    if department.trim().is_empty() {
        return Err(Problem::invalid("name and department cannot be empty"));
    }
    if department.chars().count() > LONGEST {
        return Err(Problem::invalid("a department has at most 100 characters"));
    }
    Ok(())
}

/// A plausibility check; only a message to the address could verify it.
pub(crate) fn check_email(email: &str) -> Result<(), Problem> {
    const LONGEST: usize = 254;

    let has_two_parts = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    let is_one_word = !email.contains(|character: char| character.is_whitespace() || character.is_control());
    if has_two_parts && is_one_word && email.len() <= LONGEST {
        return Ok(());
    }
    Err(Problem::invalid("this is not an e-mail address"))
}

fn check(name: &str, email: Option<&str>, department: &str) -> Result<(), Problem> {
    if name.trim().is_empty() {
        return Err(Problem::invalid("name and department cannot be empty"));
    }
    check_department(department)?;
    email.map_or(Ok(()), check_email)
}
