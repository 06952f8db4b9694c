//! The companies and employees of a new directory.

use dynaseal::keyrings::{KeyStore, NewBranchKey};
use dynaseal::{Repository, Result};

use crate::Employee;
use crate::company::SAMPLES;
use crate::record::Record;

/// Company, id, name, e-mail address, salary and department. One person works at both companies, with different beacons.
const EMPLOYEES: [(&str, &str, &str, &str, u64, &str); 6] = [
    ("acme", "e-1", "Ada Lovelace", "ada@lovelace.example", 4200, "Engines"),
    ("acme", "e-2", "Mary Somerville", "mary@acme.example", 3900, "Astronomy"),
    ("acme", "e-3", "George Boole", "george@acme.example", 3600, "Logic"),
    ("initech", "e-1", "Emmy Noether", "emmy@initech.example", 5100, "Algebra"),
    ("initech", "e-2", "Alan Turing", "alan@initech.example", 4800, "Machines"),
    ("initech", "e-3", "Ada Lovelace", "ada@lovelace.example", 2100, "Machines"),
];

/// Creates the key store with a branch key for each company.
pub(crate) async fn create_companies(key_store: &KeyStore) -> Result<()> {
    key_store.create_table().await?;
    for company in SAMPLES {
        key_store.create_branch_key(NewBranchKey::with_id(company).context("purpose", "staff")).await?;
    }
    Ok(())
}

pub(crate) async fn create_employees<E: Record>(employees: &Repository<E>) -> Result<()> {
    for (company, employee_id, name, email, salary, department) in EMPLOYEES {
        let employee = Employee {
            company: company.to_owned(),
            employee_id: employee_id.to_owned(),
            name: name.to_owned(),
            email: Some(email.to_owned()),
            salary,
            notes: None,
            department: department.to_owned(),
            views: 0,
        };
        employees.create(&employee.into()).await?;
    }
    Ok(())
}
