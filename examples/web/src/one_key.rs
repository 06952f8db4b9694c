//! The same entity in the format of the DynamoDB Encryption Client, which has neither tenants nor beacons: all companies have
//! one key.

use dynaseal::EncryptedItem;

use crate::Employee;

/// An [`Employee`] that is stored in the older format.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(logical_table_name = "staff", index(name = "by-department", partition = company, sort = department))]
#[expect(missing_docs, reason = "the fields are those of the employee")]
pub struct OneKeyEmployee {
    #[partition_key]
    pub company: String,
    #[sort_key]
    pub employee_id: String,
    pub name: String,
    pub email: Option<String>,
    pub salary: u64,
    pub notes: Option<String>,
    #[sign_only]
    pub department: String,
    #[do_nothing]
    #[item(default)]
    pub views: u64,
}

impl From<Employee> for OneKeyEmployee {
    fn from(employee: Employee) -> Self {
        let Employee { company, employee_id, name, email, salary, notes, department, views } = employee;
        Self { company, employee_id, name, email, salary, notes, department, views }
    }
}

impl From<OneKeyEmployee> for Employee {
    fn from(employee: OneKeyEmployee) -> Self {
        let OneKeyEmployee { company, employee_id, name, email, salary, notes, department, views } = employee;
        Self { company, employee_id, name, email, salary, notes, department, views }
    }
}
