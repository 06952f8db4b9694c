//! What says which entity an item is.

use dynaseal::{AttributeAction, AttributeValue, Discriminator, EncryptedItem, ErrorKind, UnknownAttributes};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "employee", unknown = reject)]
struct Employee {
    #[partition_key]
    id: String,
    name: String,
}

/// Of the same attributes, in the same table.
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
fn every_item_says_which_entity_it_is_and_the_signature_covers_it() {
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
fn an_item_becomes_what_it_says_it_is_and_nothing_else() {
    let mut item = employee().to_item().unwrap();
    assert_eq!(Employee::from_item(&mut item).unwrap(), employee());
    assert!(item.is_empty());

    let mut item = employee().to_item().unwrap();
    let error = Project::from_item(&mut item).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("entity")));
    assert!(error.to_string().contains("`project`") && !error.to_string().contains("employee"), "{error}");
}

#[test]
fn an_item_that_does_not_say_what_it_is_is_refused() {
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
