//! What the service needs of a stored employee, in either format.

use dynaseal::repository::query::{Cursor, ReadPage};
use dynaseal::{EncryptedItem, Repository, Update};

use crate::{Employee, OneKeyEmployee};

/// A stored employee.
pub(crate) trait Record:
    EncryptedItem<PartitionKey = String, KeyParts = (String, String), Key: From<(String, String)>, Written = ()>
    + Clone
    + From<Employee>
    + Into<Employee>
{
    /// Whether employees can be searched by e-mail address.
    const HAS_BEACONS: bool;

    /// Increments the number of views.
    fn view() -> Update<Self>;

    /// Reads a page of the employees of a company, in one request.
    fn page(employees: &Repository<Self>, company: String, wanted: Wanted, page: At) -> ReadPage<Self>;
}

/// A search.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    All,
    OfDepartment(String),
    /// Ignores the case of letters. Only for records with beacons.
    WithEmail(String),
}

/// The position and the limit of a list.
#[derive(Debug)]
pub(crate) struct At {
    pub(crate) cursor: Option<Cursor>,
    pub(crate) limit: usize,
}

impl Record for Employee {
    const HAS_BEACONS: bool = true;

    fn view() -> Update<Self> {
        Self::fields().views.add(1)
    }

    fn page(employees: &Repository<Self>, company: String, wanted: Wanted, At { cursor, limit }: At) -> ReadPage<Self> {
        match wanted {
            Wanted::All => employees.query(company).limit(limit).page(cursor),
            Wanted::OfDepartment(department) => {
                let by_department = employees.query_index(Self::indexes().by_department, company);
                by_department.sort_eq(department).limit(limit).page(cursor)
            }
            Wanted::WithEmail(email) => {
                let by_email = employees.query_index(Self::indexes().by_email, company);
                by_email.sort_eq(email).limit(limit).page(cursor)
            }
        }
    }
}

impl Record for OneKeyEmployee {
    const HAS_BEACONS: bool = false;

    fn view() -> Update<Self> {
        Self::fields().views.add(1)
    }

    fn page(employees: &Repository<Self>, company: String, wanted: Wanted, At { cursor, limit }: At) -> ReadPage<Self> {
        match wanted {
            Wanted::All | Wanted::WithEmail(_) => employees.query(company).limit(limit).page(cursor),
            Wanted::OfDepartment(department) => {
                let by_department = employees.query_index(Self::indexes().by_department, company);
                by_department.sort_eq(department).limit(limit).page(cursor)
            }
        }
    }
}
