//! Secondary indexes: their definitions, their handles, and their key attributes.

use std::fmt;
use std::str::FromStr;

use dynaseal::index::{Index, KeyValue, NoSortKey, SomeAttributes};
use dynaseal::{
    AttributeAction, AttributeValue, EncryptedItem, ErrorKind, IndexDefinition, IndexProjection, IndexScope, Item,
    KeyDefinition, KeyType,
};

#[derive(Clone, Debug, PartialEq)]
enum Department {
    Legal,
    Sales,
}

impl fmt::Display for Department {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Legal => "legal",
            Self::Sales => "sales",
        })
    }
}

impl FromStr for Department {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "legal" => Ok(Self::Legal),
            "sales" => Ok(Self::Sales),
            _ => Err(()),
        }
    }
}

dynaseal::key_attribute!(Department as String);

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(index(name = "by-department", partition = department, sort = hired))]
#[item(index(name = "by-badge", partition = badge, projection = keys_only))]
#[item(index(name = "by-logins", local, sort = logins, projection = include(name, department)))]
#[item(index(name = "by-photo", partition = photo))]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[item(rename = "n")]
    name: String,
    #[sign_only]
    #[item(rename = "dept")]
    department: Department,
    #[sign_only]
    badge: Option<Badge>,
    #[do_nothing]
    logins: u64,
    #[sign_only]
    photo: Vec<u8>,
}

/// An alias, which the compiler resolves and the derive cannot.
type Badge = String;

fn employee() -> Employee {
    Employee {
        employee_id: "e-1".to_owned(),
        hired: 2020,
        name: "Ada".to_owned(),
        department: Department::Legal,
        badge: None,
        logins: 7,
        photo: vec![1, 2],
    }
}

#[test]
fn every_index_is_defined_as_declared() {
    let employee_id = KeyDefinition::new("employee_id", KeyType::String);
    let hired = KeyDefinition::new("hired", KeyType::Number);
    let department = KeyDefinition::new("dept", KeyType::String);
    let expected = [
        IndexDefinition::new("by-department", department, Some(hired)),
        IndexDefinition::new("by-badge", KeyDefinition::new("badge", KeyType::String), None)
            .projection(IndexProjection::KeysOnly),
        IndexDefinition::new("by-logins", employee_id, Some(KeyDefinition::new("logins", KeyType::Number)))
            .local()
            .projection(IndexProjection::Include(&["n", "dept"])),
        IndexDefinition::new("by-photo", KeyDefinition::new("photo", KeyType::Binary), None),
    ];
    assert_eq!(Employee::INDEXES, expected);
    assert_eq!(Employee::INDEXES.iter().filter(|index| index.scope == IndexScope::Local).count(), 1);
}

#[test]
fn handles_know_the_types_of_their_keys() {
    let indexes = Employee::indexes();
    let by_department: Index<Employee, Department, u32> = indexes.by_department;
    let by_badge: Index<Employee, String, NoSortKey, SomeAttributes> = indexes.by_badge;
    let by_logins: Index<Employee, String, u64, SomeAttributes> = indexes.by_logins;
    let by_photo: Index<Employee, Vec<u8>, NoSortKey> = indexes.by_photo;

    assert_eq!(by_department.name(), Some("by-department"));
    assert_eq!(by_department.partition_key().name(), "dept");
    assert_eq!(by_department.partition_key().encode(&Department::Sales).unwrap(), AttributeValue::S("sales".into()));
    let sort_key = by_department.sort_key().unwrap();
    assert_eq!((sort_key.name(), sort_key.encode(&2020).unwrap()), ("hired", AttributeValue::N("2020".into())));

    // A query of the sparse index takes a badge, not an `Option`.
    let badge = KeyValue::<String>::from("b-1").into_inner();
    assert_eq!(by_badge.partition_key().encode(&badge).unwrap(), AttributeValue::S("b-1".into()));
    assert!(by_badge.sort_key().is_none() && by_photo.sort_key().is_none());
    assert_eq!(by_logins.partition_key().name(), "employee_id");
    let error = by_badge.partition_key().encode(&String::new()).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("badge")));
}

#[test]
fn index_keys_are_stored_as_keys() {
    let mut item = Employee { badge: Some("b-1".to_owned()), ..employee() }.to_item().unwrap();
    assert_eq!(item["dept"], AttributeValue::S("legal".into()));
    assert_eq!(item["badge"], AttributeValue::S("b-1".into()));
    assert_eq!(item["logins"], AttributeValue::N("7".into()));
    assert!(matches!(item["photo"], AttributeValue::B(_)));
    let read = Employee::from_item(&mut item).unwrap();
    assert_eq!(read, Employee { badge: Some("b-1".to_owned()), ..employee() });
}

#[test]
fn an_item_without_an_index_key_is_not_in_the_index() {
    let mut item = employee().to_item().unwrap();
    assert!(!item.contains_key("badge"));
    assert_eq!(Employee::from_item(&mut item).unwrap(), employee());
}

#[test]
fn an_invalid_index_key_is_rejected() {
    let empty = Employee { badge: Some(String::new()), ..employee() };
    let error = empty.to_item().unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("badge")));

    let wrong = |name: &str, value: Option<AttributeValue>| {
        let mut item = employee().to_item().unwrap();
        match value {
            Some(value) => item.insert(name.to_owned(), value),
            None => item.remove(name),
        };
        let error = Employee::from_item(&mut item).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some(name)));
    };
    wrong("dept", Some(AttributeValue::S("unknown".into())));
    wrong("dept", Some(AttributeValue::N("1".into())));
    wrong("dept", None);
    wrong("badge", Some(AttributeValue::Bool(true)));
    wrong("photo", Some(AttributeValue::S("text".into())));
}

#[test]
fn index_keys_keep_the_actions_of_their_fields() {
    let action =
        |attribute: &str| Employee::ACTIONS.iter().find_map(|(name, action)| (*name == attribute).then_some(*action));
    assert_eq!(action("dept"), Some(AttributeAction::SignOnly));
    assert_eq!(action("logins"), Some(AttributeAction::DoNothing));
    assert_eq!(action("n"), Some(AttributeAction::EncryptAndSign));
}

/// An entity without indexes.
#[derive(EncryptedItem)]
struct Plain {
    #[partition_key]
    id: String,
}

#[test]
fn an_entity_without_indexes_has_none() {
    assert_eq!(Plain::INDEXES, []);
    assert!(Plain::from_item(&mut Item::new()).is_err());
}
