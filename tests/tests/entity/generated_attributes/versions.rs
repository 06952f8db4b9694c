//! `#[item(version)]`

use dynaseal::{EncryptedItem, ErrorKind, Repository};

use super::setup::{Setup, n};

/// An entity without `Clone`, and with a field that is not stored.
#[derive(Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    salary: u64,
    #[item(version, rename = "v")]
    version: u64,
    #[item(skip)]
    label: String,
}

fn employee(salary: u64, version: u64) -> Employee {
    Employee { id: "e-1".to_owned(), salary, version, label: String::new() }
}

async fn employees() -> (Setup, Repository<Employee>) {
    let setup = Setup::new::<Employee>().await;
    let employees = setup.repository();
    (setup, employees)
}

#[tokio::test]
async fn every_write_increments_the_version_and_returns_the_stored_entity() {
    let (setup, employees) = employees().await;
    let mut expected = 0;
    let mut stored_is_next = async |returned: &Employee| {
        expected += 1;
        assert_eq!(returned.version, expected);
        assert_eq!(setup.stored("e-1").await["v"], n(expected), "signed, and not encrypted");
        assert_eq!(setup.repository::<Employee>().get("e-1").await.unwrap().as_ref(), Some(returned));
    };

    let labeled = Employee { label: "not stored".to_owned(), ..employee(1, 0) };
    let created = employees.create(&labeled).await.unwrap();
    assert_eq!(created, employee(1, 1), "a field that is not stored has its default");
    stored_is_next(&created).await;

    let put = employees.put(&Employee { salary: 2, ..created }).await.unwrap();
    stored_is_next(&put).await;

    let replaced = employees.replace(&Employee { salary: 3, ..put }).await.unwrap();
    stored_is_next(&replaced).await;

    let mut fetched = employees.fetch("e-1").await.unwrap().unwrap();
    fetched.salary = 4;
    let saved = employees.save(fetched).await.unwrap();
    assert_eq!(saved.salary, 4);
    stored_is_next(&saved).await;

    // The result of `save` can be saved again, whether or not a field changed.
    let saved = employees.save(saved).await.unwrap();
    stored_is_next(&saved).await;

    let updated = employees.update_with("e-1", |employee| employee.salary = 5).await.unwrap();
    assert_eq!(updated.salary, 5);
    stored_is_next(&updated).await;
}

/// This holds even if the program changes other fields.
#[tokio::test]
async fn the_program_cannot_set_the_version() {
    let (setup, employees) = employees().await;
    employees.create(&employee(1, 0)).await.unwrap();
    let stored = setup.stored("e-1").await;
    for salary in [1, 2] {
        let update = employees.update_with("e-1", move |employee| (employee.version, employee.salary) = (7, salary));
        let error = update.await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("v")), "{salary}");
    }
    assert_eq!(setup.stored("e-1").await, stored);
}

#[derive(Debug, PartialEq, EncryptedItem)]
struct Named {
    #[partition_key]
    id: String,
    #[item(default = nobody)]
    name: Option<String>,
    #[item(version)]
    version: u64,
}

fn nobody() -> Option<String> {
    Some("nobody".to_owned())
}

#[tokio::test]
async fn the_returned_entity_equals_the_stored_one() {
    let setup = Setup::new::<Named>().await;
    let named = setup.repository();
    let created = named.create(&Named { id: "e-1".to_owned(), name: None, version: 0 }).await.unwrap();
    assert_eq!(created, Named { id: "e-1".to_owned(), name: nobody(), version: 1 });
    assert_eq!(named.get("e-1").await.unwrap(), Some(created));
    assert!(!setup.stored("e-1").await.contains_key("name"));
}

#[tokio::test]
async fn a_created_entity_continues_from_its_own_version() {
    let (_, employees) = employees().await;
    assert_eq!(employees.create(&employee(1, 7)).await.unwrap().version, 8);
    assert_eq!(employees.create(&employee(1, 8)).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
}

#[tokio::test]
async fn an_outdated_entity_is_not_written() {
    let (_, employees) = employees().await;
    employees.put(&employee(1, 0)).await.unwrap();
    employees.put(&employee(2, 1)).await.unwrap();
    for version in [0, 1, 3] {
        for write in [employees.put(&employee(3, version)), employees.replace(&employee(3, version))] {
            let error = write.await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conflict, "{version}");
        }
    }
    assert_eq!(employees.get("e-1").await.unwrap(), Some(employee(2, 2)));
}

#[tokio::test]
async fn an_entity_deleted_meanwhile_is_not_written() {
    let (_, employees) = employees().await;
    let created = employees.create(&employee(1, 0)).await.unwrap();
    employees.delete("e-1").await.unwrap();
    assert_eq!(employees.put(&created).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(employees.replace(&created).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(employees.put(&employee(1, 0)).await.unwrap().version, 1);
}

#[tokio::test]
async fn one_of_two_writers_with_the_same_version_succeeds() {
    let (_, employees) = employees().await;
    employees.create(&employee(0, 0)).await.unwrap();
    let (first, second) = (employee(1, 1), employee(2, 1));
    let (first, second) = tokio::join!(employees.put(&first), employees.put(&second));
    let (written, rejected) = if first.is_ok() { (first, second) } else { (second, first) };
    assert_eq!(rejected.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(employees.get("e-1").await.unwrap(), Some(written.unwrap()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_version_counts_the_updates_of_many_writers() {
    let (_, employees) = employees().await;
    employees.create(&employee(0, 0)).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let employees = employees.clone();
        writers.spawn(async move { employees.update_with("e-1", |employee| employee.salary += 1).await.map(drop) });
    }
    for outcome in writers.join_all().await {
        outcome.unwrap();
    }
    assert_eq!(employees.get("e-1").await.unwrap(), Some(employee(8, 9)));
}

#[tokio::test]
async fn the_program_cannot_decrease_the_version() {
    let (_, employees) = employees().await;
    employees.create(&employee(1, 0)).await.unwrap();
    employees.update_with("e-1", |employee| employee.salary = 2).await.unwrap();
    for version in [0, 1, 5] {
        let error = employees.update_with("e-1", move |stored| *stored = employee(3, version)).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("v")), "{version}");
    }
    assert_eq!(employees.get("e-1").await.unwrap(), Some(employee(2, 2)));
}

#[derive(Debug, EncryptedItem)]
struct Small {
    #[partition_key]
    id: String,
    salary: u8,
    #[item(version)]
    version: i8,
}

#[tokio::test]
async fn a_version_that_cannot_be_incremented_is_rejected() {
    let setup = Setup::new::<Small>().await;
    let small = setup.repository::<Small>();
    let version = |version| Small { id: "e-1".to_owned(), salary: 0, version };
    for exhausted in [i8::MAX, i8::MIN, -1] {
        for write in [small.create(&version(exhausted)), small.put(&version(exhausted))] {
            let error = write.await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("version")));
        }
    }
    assert!(small.get("e-1").await.unwrap().is_none());

    assert_eq!(small.create(&version(i8::MAX - 1)).await.unwrap().version, i8::MAX);
    let error = small.update_with("e-1", |small| small.salary = 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(small.get("e-1").await.unwrap().unwrap().salary, 0);
}

/// The same entity before it had a version.
#[derive(EncryptedItem)]
struct Unversioned {
    #[partition_key]
    id: String,
    salary: u64,
}

#[tokio::test]
async fn an_item_without_a_version_has_version_0() {
    let (setup, employees) = employees().await;
    setup.repository().create(&Unversioned { id: "e-1".to_owned(), salary: 1 }).await.unwrap();
    let old = employees.get("e-1").await.unwrap().unwrap();
    assert_eq!(old, employee(1, 0));
    assert_eq!(employees.replace(&old).await.unwrap().version, 1);

    setup.repository().put(&Unversioned { id: "e-1".to_owned(), salary: 2 }).await.unwrap();
    let updated = employees.update_with("e-1", |employee| employee.salary = 3).await.unwrap();
    assert_eq!(updated.version, 1);
}
