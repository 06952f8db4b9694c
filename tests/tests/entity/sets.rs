//! Fields that are stored as sets.

use std::collections::{BTreeSet, HashSet};

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Item};

#[derive(Clone, Debug, Default, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    #[item(set)]
    skills: HashSet<String>,
    #[sign_only]
    #[item(set)]
    badges: BTreeSet<u32>,
    #[do_nothing]
    #[item(set, rename = "k")]
    keys: Vec<Vec<u8>>,
}

fn employee() -> Employee {
    Employee {
        id: "e-1".to_owned(),
        skills: ["rust", "law"].map(str::to_owned).into(),
        badges: [10, 9].into(),
        keys: vec![vec![2], vec![1, 1]],
    }
}

fn set(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn sets_are_stored_as_sorted_dynamodb_sets() {
    let item = employee().to_item().unwrap();
    assert_eq!(item["skills"], AttributeValue::Ss(set(&["law", "rust"])));
    assert_eq!(item["badges"], AttributeValue::Ns(set(&["10", "9"])));
    assert_eq!(item["k"], AttributeValue::Bs(vec![Blob::new([1, 1]), Blob::new([2])]));
    for _ in 0..20 {
        assert_eq!(employee().to_item().unwrap(), item);
    }
}

#[test]
fn sets_round_trip() {
    let mut item = employee().to_item().unwrap();
    let read = Employee::from_item(&mut item).unwrap();
    assert_eq!(read, Employee { keys: vec![vec![1, 1], vec![2]], ..employee() });
    assert!(item.is_empty());
}

#[test]
fn an_empty_set_is_an_absent_attribute() {
    let nobody = Employee { id: "e-1".to_owned(), ..Employee::default() };
    let mut item = nobody.to_item().unwrap();
    assert_eq!(item.len(), 1);
    assert_eq!(Employee::from_item(&mut item).unwrap(), nobody);

    let mut item = Item::from([("id".to_owned(), AttributeValue::S("e-1".into()))]);
    item.insert("skills".to_owned(), AttributeValue::Null(true));
    assert_eq!(Employee::from_item(&mut item).unwrap(), nobody);
}

#[test]
fn unsupported_element_types_are_rejected() {
    let twice = Employee { keys: vec![vec![1], vec![2], vec![1]], ..employee() };
    let error = twice.to_item().unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("k")));
    assert!(error.to_string().contains("twice"), "{error}");
}

#[test]
fn sets_of_another_type_are_rejected() {
    let stored = [
        ("skills", AttributeValue::Ns(set(&["1"]))),
        ("skills", AttributeValue::L(vec![AttributeValue::S("law".into())])),
        ("badges", AttributeValue::Ns(set(&["1", "-1"]))),
        ("badges", AttributeValue::Ss(set(&["1"]))),
        ("k", AttributeValue::B(Blob::new([1]))),
    ];
    for (name, value) in stored {
        let mut item = employee().to_item().unwrap();
        item.insert(name.to_owned(), value);
        let error = Employee::from_item(&mut item).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some(name)));
    }
}
