//! Attributes that were renamed and are stored under their former names.

use dynaseal::{AttributeAction, EncryptedItem, ErrorKind, Item, Transaction};

use dynaseal_tests::entity_store::{Store, item, text};
use dynaseal_tests::format::StoredFormat;

mod old {
    use dynaseal::EncryptedItem;

    #[derive(Clone, Debug, PartialEq, EncryptedItem)]
    pub(super) struct Employee {
        #[partition_key]
        pub(super) id: String,
        pub(super) town: String,
        #[sign_only]
        pub(super) section: Option<String>,
        pub(super) salary: u64,
    }
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(unknown = reject)]
struct Employee {
    #[partition_key]
    id: String,
    #[item(alias = "place", alias = "town")]
    city: String,
    #[sign_only]
    #[item(rename = "department", alias = "section", default = nowhere)]
    team: String,
    salary: u64,
}

fn nowhere() -> String {
    "nowhere".to_owned()
}

fn ada() -> old::Employee {
    old::Employee { id: "1".into(), town: "London".into(), section: Some("Legal".into()), salary: 4200 }
}

async fn store() -> Store {
    let store = Store::of::<old::Employee>().await.unwrap();
    store.repository::<old::Employee>().create(&ada()).await.unwrap();
    store
}

/// Returns the stored names, without those that encryption adds.
async fn names(store: &Store) -> Vec<String> {
    let stored = store.client.get_item().table_name(dynaseal_tests::entity_store::TABLE);
    let stored = stored.key("id", text("1")).send().await.unwrap().item.unwrap();
    let added = StoredFormat::current().added();
    let mut names: Vec<String> = stored.into_keys().filter(|name| !added.contains(&name.as_str())).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_renamed_attribute_is_read_under_its_former_name() {
    let store = store().await;
    let employees = store.repository::<Employee>();
    let expected = Employee { id: "1".into(), city: "London".into(), team: "Legal".into(), salary: 4200 };
    assert_eq!(employees.get("1").await.unwrap(), Some(expected.clone()));
    assert_eq!(employees.query("1").collect().await.unwrap(), std::slice::from_ref(&expected));
    let read = employees.get_many(["1"]).await.remove(0).unwrap();
    assert_eq!(read, Some(expected));
}

#[tokio::test]
async fn a_write_stores_the_attribute_only_under_its_current_name() {
    let store = store().await;
    let employees = store.repository::<Employee>();
    employees.update_with("1", |_| ()).await.unwrap();
    assert_eq!(names(&store).await, ["id", "salary", "section", "town"]);

    let updated = employees.update_with("1", |employee| employee.salary += 1).await.unwrap();
    assert_eq!((updated.city.as_str(), updated.team.as_str(), updated.salary), ("London", "Legal", 4201));
    assert_eq!(names(&store).await, ["city", "department", "id", "salary"]);
    assert_eq!(employees.get("1").await.unwrap(), Some(updated.into_inner()));
}

#[tokio::test]
async fn a_change_removes_the_former_name() {
    let store = store().await;
    let employees = store.repository::<Employee>();
    let mut read = employees.fetch("1").await.unwrap().unwrap();
    read.city = "Paris".into();
    Transaction::new().with(employees.save(read)).await.unwrap();
    assert_eq!(names(&store).await, ["city", "department", "id", "salary"]);
    assert_eq!(employees.get("1").await.unwrap().unwrap().city, "Paris");
}

#[tokio::test]
async fn the_current_name_takes_precedence_and_the_other_is_kept() {
    #[derive(Clone, Debug, PartialEq, EncryptedItem)]
    struct Employee {
        #[partition_key]
        id: String,
        #[item(alias = "town")]
        city: String,
    }

    let store = Store::of::<Employee>().await.unwrap();
    let both = item([("id", text("1")), ("city", text("Paris")), ("town", text("London"))]);
    store.table::<Employee>().await.unwrap().put(&both).await.unwrap();
    let employees = store.repository::<Employee>();
    let read = employees.fetch("1").await.unwrap().unwrap();
    assert_eq!(read.city, "Paris");
    assert_eq!(read.unknown_attributes(), &item([("town", text("London"))]));
    employees.update_with("1", |employee| employee.city = "Rome".into()).await.unwrap();
    let stored: Item = store.table::<Employee>().await.unwrap().get(item([("id", text("1"))])).await.unwrap().unwrap();
    assert_eq!(stored, item([("id", text("1")), ("city", text("Rome")), ("town", text("London"))]));
}

#[tokio::test]
async fn an_alias_has_the_action_of_its_field() {
    assert!(Employee::OTHER_ATTRIBUTES.contains(&("town", AttributeAction::EncryptAndSign)));
    assert!(Employee::OTHER_ATTRIBUTES.contains(&("section", AttributeAction::SignOnly)));
    // The value stored under the former name is verified.
    let store = store().await;
    let changed = store.client.update_item().table_name(dynaseal_tests::entity_store::TABLE);
    let changed = changed.key("id", text("1")).update_expression("SET #s = :s");
    let changed = changed.expression_attribute_names("#s", "section");
    changed.expression_attribute_values(":s", text("Sales")).send().await.unwrap();
    let error = store.repository::<Employee>().get("1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn conditions_use_only_the_current_name() {
    let store = store().await;
    let employees = store.repository::<Employee>();
    let is_legal = || Employee::fields().team.eq("Legal");
    assert_eq!(employees.scan().filter(is_legal()).collect().await.unwrap(), []);
    employees.update_with("1", |employee| employee.salary += 1).await.unwrap();
    assert_eq!(employees.scan().filter(is_legal()).collect().await.unwrap().len(), 1);
}
