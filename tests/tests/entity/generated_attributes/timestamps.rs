//! `#[item(created_at)]` and `#[item(updated_at)]`

use std::time::{SystemTime, UNIX_EPOCH};

use dynaseal::{EncryptedItem, Repository, Timestamp};
use serde::{Deserialize, Serialize};

use super::setup::{Setup, n};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    salary: u64,
    #[sign_only]
    #[item(created_at, rename = "c")]
    created: i64,
    #[do_nothing]
    #[item(updated_at, rename = "u")]
    updated: Option<u64>,
    #[item(version)]
    version: u32,
}

fn employee(salary: u64) -> Employee {
    Employee { id: "e-1".to_owned(), salary, created: 0, updated: None, version: 0 }
}

async fn employees() -> (Setup, Repository<Employee>) {
    let setup = Setup::new::<Employee>().await;
    let employees = setup.repository();
    (setup, employees)
}

/// An update returns the stored entity.
#[tokio::test]
async fn a_change_of_timestamps_alone_writes_nothing() {
    let (setup, employees) = employees().await;
    setup.set_clock(100);
    let created = employees.create(&employee(1)).await.unwrap();
    setup.set_clock(200);
    let updated = employees.update_with("e-1", |employee| (employee.created, employee.updated) = (5, Some(6))).await;
    assert_eq!(*updated.unwrap(), created);
    assert_eq!(employees.get("e-1").await.unwrap(), Some(created));
}

fn times(employee: &Employee) -> (i64, Option<u64>) {
    (employee.created, employee.updated)
}

#[tokio::test]
async fn the_first_write_sets_both_times_and_later_ones_update_the_second() {
    let (setup, employees) = employees().await;
    setup.set_clock(100);
    let created = employees.create(&employee(1)).await.unwrap();
    assert_eq!(times(&created), (100, Some(100)));
    assert_eq!(employees.get("e-1").await.unwrap(), Some(created.clone()));

    setup.set_clock(200);
    let put = employees.put(&created).await.unwrap();
    assert_eq!(times(&put), (100, Some(200)));

    setup.set_clock(300);
    let replaced = employees.replace(&put).await.unwrap();
    assert_eq!(times(&replaced), (100, Some(300)));

    setup.set_clock(400);
    let updated = employees.update_with("e-1", |employee| employee.salary = 2).await.unwrap();
    assert_eq!(times(&updated), (100, Some(400)));

    setup.set_clock(500);
    let saved = employees.save(updated).await.unwrap();
    assert_eq!(times(&saved), (100, Some(500)));
    let stored = setup.stored("e-1").await;
    assert_eq!((&stored["c"], &stored["u"], &stored["version"]), (&n(100), &n(500), &n(5)));
}

#[tokio::test]
async fn an_existing_creation_time_is_kept() {
    let (setup, employees) = employees().await;
    setup.set_clock(100);
    let imported = Employee { created: -5, updated: Some(7), ..employee(1) };
    assert_eq!(times(&employees.create(&imported).await.unwrap()), (-5, Some(100)));
}

#[tokio::test]
async fn an_update_without_changes_keeps_version_and_times() {
    let (setup, employees) = employees().await;
    setup.set_clock(100);
    employees.create(&employee(1)).await.unwrap();
    let before = setup.stored("e-1").await;

    setup.set_clock(200);
    let unchanged = employees.update_with("e-1", |employee| employee.salary = 1).await.unwrap();
    assert_eq!((times(&unchanged), unchanged.version), ((100, Some(100)), 1));
    assert_eq!(setup.stored("e-1").await, before, "not even encrypted anew");
}

/// Days since the Unix epoch, as text.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Day(String);

impl Timestamp for Day {
    fn from_system_time(time: SystemTime) -> Self {
        Self(format!("day {}", time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / 86_400))
    }

    fn is_unset(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(EncryptedItem)]
struct Visit {
    #[partition_key]
    id: String,
    #[item(created_at)]
    first: Day,
    #[item(updated_at)]
    last: Day,
}

#[tokio::test]
async fn timestamps_can_have_a_custom_type() {
    let setup = Setup::new::<Visit>().await;
    let visits = setup.repository();
    setup.set_clock(86_400);
    let visit = visits.put(&Visit { id: "v".to_owned(), first: Day(String::new()), last: Day(String::new()) }).await;
    setup.set_clock(3 * 86_400);
    let visit = visits.put(&visit.unwrap()).await.unwrap();
    assert_eq!((visit.first.0.as_str(), visit.last.0.as_str()), ("day 1", "day 3"));
}
