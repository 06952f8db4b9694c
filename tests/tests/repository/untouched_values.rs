//! An update writes the changed attributes. The others keep their stored form, regardless of how the struct represents
//! them.

use std::collections::BTreeMap;

use dynaseal::testing::Faults;
use dynaseal::{EncryptedItem, ErrorKind, Item, Number, Repository, Transaction};
use serde::{Deserialize, Serialize};

use dynaseal_tests::entity_store::{Store, TABLE, item, list, map, number, numbers, text, texts};

/// The struct of an older program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Address {
    city: String,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    salary: i64,
    address: Address,
    #[sign_only]
    office: Address,
    /// Stored as sets.
    languages: Vec<String>,
    #[sign_only]
    floors: Vec<u32>,
    /// Stored with more digits than an `f64` has.
    rates: Vec<f64>,
    /// Stored as NULL.
    nickname: Option<String>,
    /// Stored as text, like nested numbers of earlier versions.
    prices: Vec<Number>,
    /// Not stored.
    #[item(default)]
    grade: u32,
    /// Stored as `5.0`.
    #[do_nothing]
    visits: f64,
}

/// Returns the item of another program.
fn foreign() -> Item {
    item([
        ("id", text("1")),
        ("salary", number("10")),
        ("address", map([("city", text("London")), ("zip", text("N1"))])),
        ("office", map([("city", text("London")), ("desk", number("7"))])),
        ("languages", texts(["de", "en"])),
        ("floors", numbers(["1", "3"])),
        ("rates", list([number("0.12345678901234567890123456789"), number("1")])),
        ("nickname", dynaseal::AttributeValue::Null(true)),
        ("prices", list([text("19.99"), number("5")])),
        ("visits", number("5")),
        ("of another version", text("kept")),
    ])
}

async fn store() -> Store {
    let store = Store::of::<Employee>().await.unwrap();
    store.table::<Employee>().await.unwrap().put(&foreign()).await.unwrap();
    store
}

async fn stored(store: &Store) -> Item {
    store.table::<Employee>().await.unwrap().get(item([("id", text("1"))])).await.unwrap().unwrap()
}

/// Returns the expected item after a change of the salary.
fn with_salary(salary: &str) -> Item {
    let mut expected = foreign();
    expected.insert("salary".to_owned(), number(salary));
    expected
}

#[tokio::test]
async fn update_with_keeps_untouched_values() {
    let store = store().await;
    let employees: Repository<Employee> = store.repository();
    let updated = employees.update_with("1", |employee| employee.salary += 1).await.unwrap();
    assert_eq!((updated.salary, updated.address.city.as_str(), updated.grade), (11, "London", 0));
    assert_eq!(stored(&store).await, with_salary("11"));
    // The result of the first update is updated again.
    let mut updated = updated;
    updated.salary += 1;
    let saved = employees.save(updated).await.unwrap();
    assert_eq!(stored(&store).await, with_salary("12"));
    assert_eq!(saved.languages, ["de", "en"]);
}

#[tokio::test]
async fn save_and_transactions_keep_untouched_values() {
    let store = store().await;
    let employees: Repository<Employee> = store.repository();
    let mut read = employees.fetch("1").await.unwrap().unwrap();
    read.salary = 20;
    employees.save(read).await.unwrap();
    assert_eq!(stored(&store).await, with_salary("20"));

    let mut read = employees.fetch("1").await.unwrap().unwrap();
    read.salary = 30;
    Transaction::new().with(employees.save(read)).await.unwrap();
    assert_eq!(stored(&store).await, with_salary("30"));
}

#[tokio::test]
async fn changed_values_are_encoded_again() {
    let store = store().await;
    let employees: Repository<Employee> = store.repository();
    let change = |employee: &mut Employee| {
        employee.address.city = "Paris".to_owned();
        employee.languages.push("fr".to_owned());
        employee.rates[1] = 2.5;
        employee.nickname = Some("Ada".to_owned());
        employee.prices[1] = "6.5".parse().unwrap();
        employee.grade = 3;
    };
    let updated = employees.update_with("1", change).await.unwrap();
    let mut expected = foreign();
    expected.extend(item([
        ("address", map([("city", text("Paris"))])),
        ("languages", list([text("de"), text("en"), text("fr")])),
        ("rates", list([number("0.12345678901234568"), number("2.5")])),
        ("nickname", text("Ada")),
        ("prices", list([number("19.99"), number("6.5")])),
        ("grade", number("3")),
    ]));
    assert_eq!(stored(&store).await, expected);

    // If the change is undone, the value is written in the form of the program, not in the original one.
    let back = |employee: &mut Employee| employee.address.city = "London".to_owned();
    assert!(
        employees
            .save({
                let mut updated = updated;
                back(&mut updated);
                updated
            })
            .await
            .is_ok()
    );
    assert_eq!(stored(&store).await["address"], map([("city", text("London"))]));
}

#[tokio::test]
async fn changes_of_representation_alone_write_nothing() {
    let store = store().await;
    let faults = Faults::script([]);
    let client = faults.beneath(&store.client).unwrap();
    let employees: Repository<Employee> =
        Repository::builder(client).table(TABLE).encryptor(store.keys.clone()).build();
    employees.update_with("1", |employee| employee.salary = 10).await.unwrap();
    assert_eq!(faults.injected().len(), 1, "one read");
}

#[tokio::test]
async fn another_notation_of_a_number_is_not_a_change() {
    let store = store().await;
    let table = store.table::<Employee>().await.unwrap();
    let key = || item([("id", text("1"))]);
    let before = store.client.scan().table_name(TABLE).send().await.unwrap().items;
    let respelled = |item: &mut Item| {
        item.insert("salary".to_owned(), number("10.00"));
        item.insert("floors".to_owned(), numbers(["3.0", "1"]));
        item.insert("visits".to_owned(), number("0.5E+1"));
    };
    table.update_with(key(), respelled).await.unwrap();
    assert_eq!(store.client.scan().table_name(TABLE).send().await.unwrap().items, before, "nothing was written");
    let renamed = move |item: &mut Item| {
        respelled(item);
        item.insert("nickname".to_owned(), text("Ada"));
    };
    table.update_with(key(), renamed).await.unwrap();
    let mut expected = foreign();
    expected.insert("nickname".to_owned(), text("Ada"));
    assert_eq!(stored(&store).await, expected);
}

#[tokio::test]
async fn a_concurrent_change_of_an_untouched_unsigned_attribute_is_kept() {
    let store = store().await;
    let employees: Repository<Employee> = store.repository();
    let mut read = employees.fetch("1").await.unwrap().unwrap();
    employees.update_in_place("1", Employee::fields().visits.add(1.0)).await.unwrap();
    read.salary = 11;
    employees.save(read).await.unwrap();
    let mut expected = with_salary("11");
    expected.insert("visits".to_owned(), number("6"));
    assert_eq!(stored(&store).await, expected);
}

#[tokio::test]
async fn a_changed_unsigned_attribute_is_conditional_on_the_stored_value() {
    let store = store().await;
    let employees: Repository<Employee> = store.repository();
    let mut read = employees.fetch("1").await.unwrap().unwrap();
    employees.update_in_place("1", Employee::fields().visits.add(1.0)).await.unwrap();
    read.visits = 9.0;
    assert_eq!(employees.save(read).await.unwrap_err().kind(), ErrorKind::Conflict);
}

/// Keeps the members of a newer program, even if the value is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct OpenAddress {
    city: String,
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Open {
    #[partition_key]
    id: String,
    address: OpenAddress,
}

/// The example of the guide.
#[tokio::test]
async fn flatten_keeps_unknown_members_of_a_changed_value() {
    let store = Store::of::<Open>().await.unwrap();
    let address = map([("city", text("London")), ("zip", text("N1")), ("floor", number("3")), ("rate", number("0.5"))]);
    let foreign = item([("id", text("1")), ("address", address)]);
    store.table::<Open>().await.unwrap().put(&foreign).await.unwrap();
    let repository: Repository<Open> = store.repository();
    repository.update_with("1", |open| open.address.city = "Paris".to_owned()).await.unwrap();
    let stored = store.table::<Open>().await.unwrap().get(item([("id", text("1"))])).await.unwrap().unwrap();
    let expected = map([("city", text("Paris")), ("zip", text("N1")), ("floor", number("3")), ("rate", number("0.5"))]);
    assert_eq!(stored["address"], expected);
}

#[tokio::test]
async fn a_migration_keeps_every_value() {
    let old = store().await;
    let new = Store { client: old.client.clone(), keys: dynaseal_tests::store::keys() };
    let before = dynaseal::SchemaVersion::of::<Employee>("before").encryptor(old.keys.clone());
    let report = new.repository::<Employee>().reencrypt().also_reads(before).await.unwrap();
    assert_eq!((report.rewritten(), report.left()), (1, 0));
    assert_eq!(stored(&new).await, foreign());
}
