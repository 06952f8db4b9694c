//! Discriminators, which identify the entity of an item.

use dynaseal::{AttributeAction, AttributeValue, Discriminator, EncryptedItem, ErrorKind, UnknownAttributes};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "employee", unknown = reject)]
struct Employee {
    #[partition_key]
    id: String,
    name: String,
}

/// An entity with the same attributes in the same table.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity(value = "project", attribute = "entity"))]
struct Project {
    #[partition_key]
    id: String,
    name: String,
}

#[derive(EncryptedItem)]
#[item(entity(attribute = "type", value = "task"))]
struct Task {
    #[partition_key]
    id: String,
    entity: String,
}

fn employee() -> Employee {
    Employee { id: "1".to_owned(), name: "Ada".to_owned() }
}

#[test]
fn every_item_has_a_signed_discriminator() {
    let item = employee().to_item().unwrap();
    assert_eq!(item["entity"], AttributeValue::S("employee".into()));
    assert!(Employee::ACTIONS.contains(&("entity", AttributeAction::SignOnly)));
    assert_eq!(Employee::DISCRIMINATOR, Some(Discriminator::new("entity", "employee")));
    assert_eq!(Employee::UNKNOWN, UnknownAttributes::Reject);

    let task = Task { id: "1".to_owned(), entity: "a field".to_owned() };
    assert_eq!(task.to_item().unwrap()["type"], AttributeValue::S("task".into()));
    assert_eq!(Task::DISCRIMINATOR, Some(Discriminator::new("type", "task")));
}

#[test]
fn an_item_is_read_only_as_its_own_entity() {
    let mut item = employee().to_item().unwrap();
    assert_eq!(Employee::from_item(&mut item).unwrap(), employee());
    assert!(item.is_empty());

    let mut item = employee().to_item().unwrap();
    let error = Project::from_item(&mut item).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("entity")));
    assert!(error.to_string().contains("`project`") && !error.to_string().contains("employee"), "{error}");
}

#[test]
fn an_item_without_a_discriminator_is_rejected() {
    for stored in [None, Some(AttributeValue::N("1".into())), Some(AttributeValue::S(String::new()))] {
        let mut item = employee().to_item().unwrap();
        match stored {
            Some(value) => item.insert("entity".to_owned(), value),
            None => item.remove("entity"),
        };
        let error = Employee::from_item(&mut item).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("entity")));
    }
}
