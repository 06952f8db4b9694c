//! `update_in_place`

use dynaseal::{EncryptedItem, ErrorKind, Repository, Update};

use super::setup::{Setup, n};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    salary: u64,
    #[do_nothing]
    #[item(rename = "n", default)]
    logins: u64,
    #[do_nothing]
    balance: Option<f64>,
    #[do_nothing]
    note: Option<String>,
    #[do_nothing]
    #[item(bytes)]
    photo: Option<Vec<u8>>,
    #[item(version)]
    version: u64,
    #[item(updated_at)]
    updated: u64,
}

fn employee() -> Employee {
    Employee {
        id: "e-1".to_owned(),
        salary: 4200,
        logins: 3,
        balance: None,
        note: Some("old".to_owned()),
        photo: Some(vec![1, 2]),
        version: 0,
        updated: 0,
    }
}

async fn employees() -> (Setup, Repository<Employee>) {
    let setup = Setup::new::<Employee>().await;
    let employees = setup.repository();
    employees.create(&employee()).await.unwrap();
    (setup, employees)
}

/// Returns the entity after this update.
async fn after(update: Update<Employee>) -> Employee {
    let (setup, employees) = employees().await;
    setup.set_clock(100);
    employees.update_in_place("e-1", update).await.unwrap();
    employees.get("e-1").await.unwrap().unwrap()
}

#[tokio::test]
async fn an_update_in_place_changes_only_the_named_attributes() {
    let fields = Employee::fields();
    let read = Employee { version: 1, ..employee() };
    assert_eq!(after(fields.logins.add(2)).await, Employee { logins: 5, ..read.clone() });
    assert_eq!(after(fields.logins.set(9)).await, Employee { logins: 9, ..read.clone() });
    assert_eq!(after(fields.logins.remove()).await, Employee { logins: 0, ..read.clone() });
    // A missing attribute counts as zero.
    assert_eq!(after(fields.balance.add(-0.5)).await, Employee { balance: Some(-0.5), ..read.clone() });
    assert_eq!(after(fields.note.set(Some("new".to_owned()))).await.note.as_deref(), Some("new"));
    assert_eq!(after(fields.note.set(None)).await, Employee { note: None, ..read.clone() });
    assert_eq!(
        after(fields.photo.set(Some(vec![0, 255]))).await,
        Employee { photo: Some(vec![0, 255]), ..read.clone() }
    );
    let all = fields.logins.add(1).and(fields.note.remove()).and(fields.balance.set(Some(2.5)));
    assert_eq!(after(all).await, Employee { logins: 4, note: None, balance: Some(2.5), ..read });
}

#[tokio::test]
async fn concurrent_additions_are_not_lost() {
    let (setup, employees) = employees().await;
    let add = || employees.update_in_place("e-1", Employee::fields().logins.add(1)).into_future();
    let (a, b, c) = tokio::join!(add(), add(), add());
    a.and(b).and(c).unwrap();
    assert_eq!(setup.stored("e-1").await["n"], n(6));
}

#[tokio::test]
async fn invalid_updates_in_place_are_rejected_and_write_nothing() {
    let (setup, employees) = employees().await;
    let before = setup.stored("e-1").await;
    let fields = Employee::fields();
    let cases = [
        (fields.logins.add(1).and(fields.logins.set(1)), ErrorKind::Usage, "n"),
        (fields.logins.add(1).and(fields.note.remove()).and(fields.note.set(None)), ErrorKind::Usage, "note"),
        (fields.balance.set(Some(f64::NAN)), ErrorKind::Codec, "balance"),
        (fields.balance.add(f64::INFINITY), ErrorKind::Codec, "balance"),
        (fields.logins.add(1).and(fields.balance.add(f64::NAN)), ErrorKind::Codec, "balance"),
    ];
    for (update, kind, attribute) in cases {
        let error = employees.update_in_place("e-1", update).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (kind, Some(attribute)));
    }
    assert_eq!(setup.stored("e-1").await, before);
}

#[tokio::test]
async fn an_update_in_place_never_creates_an_item() {
    let (_, employees) = employees().await;
    for update in [Employee::fields().logins.add(1), Employee::fields().note.remove()] {
        let error = employees.update_in_place("e-2", update).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
    assert_eq!(employees.get("e-2").await.unwrap(), None);
}
