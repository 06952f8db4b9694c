//! The attributes, actions and keys that the derive generates for a struct, and their errors.

use std::collections::{BTreeMap, HashMap};

use dynaseal::{
    AttributeAction, AttributeValue, EncryptedItem, Error, ErrorKind, Item, ItemKey, KeyDefinition, KeyType,
    UnknownAttributes,
};
use dynaseal_tests::values::{n, s};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(logical_table_name = "employees", unknown = do_nothing)]
struct Employee {
    #[sort_key]
    hired: u32,
    #[partition_key]
    #[item(rename = "id")]
    employee_id: String,
    #[encrypt]
    name: String,
    salary: Option<u64>,
    #[sign_only]
    department: String,
    #[do_nothing]
    #[item(rename = "n", default)]
    logins: u64,
    #[item(default = one)]
    level: u8,
    #[item(bytes)]
    photo: Vec<u8>,
    #[item(default, skip_if = Vec::is_empty)]
    titles: Vec<String>,
    #[item(skip)]
    label: String,
    #[item(skip, default = one)]
    count: u8,
}

fn one() -> u8 {
    1
}

fn employee() -> Employee {
    Employee {
        hired: 2020,
        employee_id: "e-1".to_owned(),
        name: "Ann".to_owned(),
        salary: Some(4200),
        department: "legal".to_owned(),
        logins: 7,
        level: 3,
        photo: vec![0, 255],
        titles: vec!["Dr.".to_owned()],
        label: String::new(),
        count: 1,
    }
}

fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn b(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new(bytes))
}

#[test]
fn every_field_becomes_the_attribute_of_its_name() {
    let expected = item([
        ("hired", n("2020")),
        ("id", s("e-1")),
        ("name", s("Ann")),
        ("salary", n("4200")),
        ("department", s("legal")),
        ("n", n("7")),
        ("level", n("3")),
        ("photo", b(&[0, 255])),
        ("titles", AttributeValue::L(vec![s("Dr.")])),
    ]);
    assert_eq!(employee().to_item().unwrap(), expected);
}

#[test]
fn an_item_is_decoded_into_its_struct() {
    let mut item = employee().to_item().unwrap();
    assert_eq!(Employee::from_item(&mut item).unwrap(), employee());
    assert!(item.is_empty());
}

#[test]
fn undeclared_attributes_are_ignored() {
    let mut stored = employee().to_item().unwrap();
    stored.insert("theirs".to_owned(), s("kept"));
    stored.insert("label".to_owned(), s("the field of this name is skipped"));
    Employee::from_item(&mut stored).unwrap();
    assert_eq!(stored, item([("theirs", s("kept")), ("label", s("the field of this name is skipped"))]));
}

#[test]
fn absent_attributes_take_their_defaults() {
    let mut stored =
        item([("id", s("e-1")), ("hired", n("1")), ("name", s("")), ("department", s("")), ("photo", b(&[]))]);
    let read = Employee::from_item(&mut stored).unwrap();
    assert_eq!(read.salary, None);
    assert_eq!(read.logins, 0);
    assert_eq!(read.level, 1);
    assert!(read.titles.is_empty());
    assert_eq!(read.label, "");
    assert_eq!(read.count, 1);
}

#[test]
fn none_and_skipped_values_are_absent() {
    let sparse = Employee { salary: None, titles: Vec::new(), label: "not stored".to_owned(), ..employee() };
    let written = sparse.to_item().unwrap();
    for absent in ["salary", "titles", "label", "count"] {
        assert!(!written.contains_key(absent), "{absent}");
    }
}

#[test]
fn a_stored_null_is_decoded_as_none() {
    let mut stored = employee().to_item().unwrap();
    stored.insert("salary".to_owned(), AttributeValue::Null(true));
    assert_eq!(Employee::from_item(&mut stored).unwrap().salary, None);
}

#[test]
fn actions_are_those_of_the_annotations_sorted_by_name() {
    use AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
    assert_eq!(
        Employee::ACTIONS,
        [
            ("department", SignOnly),
            ("hired", SignOnly),
            ("id", SignOnly),
            ("level", EncryptAndSign),
            ("n", DoNothing),
            ("name", EncryptAndSign),
            ("photo", EncryptAndSign),
            ("salary", EncryptAndSign),
            ("titles", EncryptAndSign),
        ]
    );
}

#[test]
fn names_are_sorted_by_utf_16_code_units() {
    #[derive(EncryptedItem)]
    struct Symbols {
        #[partition_key]
        id: String,
        #[item(rename = "\u{E000}")]
        private_use: u8,
        #[item(rename = "\u{1F600}")]
        supplementary: u8,
    }

    // The surrogates that encode U+1F600 precede U+E000; its code point follows it.
    let names: Vec<&str> = Symbols::ACTIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["id", "\u{1F600}", "\u{E000}"]);
    Symbols { id: "s".to_owned(), private_use: 1, supplementary: 2 }.to_item().unwrap();
}

#[test]
fn the_container_options_are_those_of_the_annotations() {
    #[derive(EncryptedItem)]
    struct Plain {
        #[partition_key]
        id: Vec<u8>,
    }

    #[derive(EncryptedItem)]
    #[item(unknown = reject)]
    struct Closed {
        #[partition_key]
        id: i64,
    }

    assert_eq!(Employee::LOGICAL_TABLE_NAME, Some("employees"));
    assert_eq!(Employee::UNKNOWN, UnknownAttributes::Action(AttributeAction::DoNothing));
    assert_eq!(Employee::KEY_SCHEMA.partition_key, KeyDefinition::new("id", KeyType::String));
    assert_eq!(Employee::KEY_SCHEMA.sort_key, Some(KeyDefinition::new("hired", KeyType::Number)));

    assert_eq!(Plain::LOGICAL_TABLE_NAME, None);
    assert_eq!(Plain::UNKNOWN, UnknownAttributes::Action(AttributeAction::EncryptAndSign));
    assert_eq!(Plain::KEY_SCHEMA.partition_key, KeyDefinition::new("id", KeyType::Binary));
    assert_eq!(Plain::KEY_SCHEMA.sort_key, None);
    assert_eq!(Closed::UNKNOWN, UnknownAttributes::Reject);

    assert_eq!(PlainKey::from(vec![1]).to_item().unwrap(), item([("id", b(&[1]))]));
    assert_eq!(ClosedKey::from(-1).to_item().unwrap(), item([("id", n("-1"))]));
    assert_eq!(Plain { id: vec![1] }.key(), PlainKey { id: vec![1] });
    assert_eq!(Closed { id: -1 }.key(), ClosedKey { id: -1 });
}

#[test]
fn a_key_is_built_from_its_parts_or_from_an_entity() {
    let expected = item([("id", s("e-1")), ("hired", n("2020"))]);
    let from_text: EmployeeKey = ("e-1", 2020).into();
    let from_string: EmployeeKey = (String::from("e-1"), 2020).into();
    assert_eq!(from_text, from_string);
    assert_eq!(from_text, EmployeeKey { employee_id: "e-1".to_owned(), hired: 2020 });
    assert_eq!(from_text, EmployeeKey::from(&employee()));
    assert_eq!(from_text, employee().key());
    assert_eq!(from_text, from_text.clone());
    assert_ne!(from_text, EmployeeKey::from(("e-2", 2020)));
    assert_ne!(from_text, EmployeeKey::from(("e-1", 2021)));
    assert_eq!(format!("{from_text:?}"), r#"EmployeeKey { employee_id: "e-1", hired: 2020 }"#);
    assert_eq!(from_text.to_item().unwrap(), expected);
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Shapes {
    #[partition_key]
    id: String,
    boolean: bool,
    character: char,
    text: String,
    smallest: i64,
    largest: u64,
    float: f64,
    unit: (),
    unit_struct: Marker,
    newtype: Meters,
    newtype_of_option: Nickname,
    tuple: (u8, String),
    tuple_struct: Point,
    named: Address,
    external: Contact,
    external_unit: Contact,
    external_newtype: Contact,
    external_tuple: Contact,
    internal: Payment,
    adjacent: Status,
    untagged: Quantity,
    list: Vec<Option<u8>>,
    array: [u16; 3],
    map: BTreeMap<String, Address>,
    numbered: BTreeMap<u32, bool>,
    nested: HashMap<String, Vec<BTreeMap<String, Option<Address>>>>,
    some: Option<Address>,
    none: Option<Address>,
    boxed: Box<Address>,
    flattened: Flattened,
    anything: serde_json::Value,
    nothing: serde_json::Value,
    #[item(bytes)]
    bytes: Vec<u8>,
    #[item(bytes)]
    no_bytes: Option<Vec<u8>>,
    #[item(bytes)]
    some_bytes: Option<Box<[u8]>>,
    #[item(bytes)]
    digest: [u8; 4],
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Marker;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Meters(f32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Nickname(Option<String>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Point(i32, i32);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    street_name: String,
    number: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flattened {
    own: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Contact {
    None,
    Phone(String),
    Coordinates(i8, i8),
    Mail { to: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Payment {
    Card { number: String },
    Cash,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Status {
    Active,
    Left(u32),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Quantity {
    Number(u64),
    Text(String),
}

fn shapes() -> Shapes {
    let address = Address { street_name: "Main Street".to_owned(), number: None };
    Shapes {
        id: "s".to_owned(),
        boolean: true,
        character: 'ß',
        text: String::new(),
        smallest: i64::MIN,
        largest: u64::MAX,
        float: -0.5,
        unit: (),
        unit_struct: Marker,
        newtype: Meters(1.5),
        newtype_of_option: Nickname(None),
        tuple: (1, "one".to_owned()),
        tuple_struct: Point(-1, 1),
        named: address.clone(),
        external: Contact::Mail { to: "a@example.com".to_owned() },
        external_unit: Contact::None,
        external_newtype: Contact::Phone("1".to_owned()),
        external_tuple: Contact::Coordinates(-8, 8),
        internal: Payment::Card { number: "4111".to_owned() },
        adjacent: Status::Left(2021),
        untagged: Quantity::Text("many".to_owned()),
        list: vec![Some(1), None],
        array: [1, 2, 3],
        map: BTreeMap::from([("home".to_owned(), address.clone())]),
        numbered: BTreeMap::from([(1, true)]),
        nested: HashMap::from([("k".to_owned(), vec![BTreeMap::from([("a".to_owned(), Some(address.clone()))])])]),
        some: Some(address.clone()),
        none: None,
        boxed: Box::new(address),
        flattened: Flattened { own: 1, rest: BTreeMap::from([("x".to_owned(), "y".to_owned())]) },
        anything: json!({ "list": [1, "two", null, { "three": 3.5 }] }),
        nothing: json!(null),
        bytes: vec![1, 2, 3],
        no_bytes: None,
        some_bytes: Some(Box::new([4])),
        digest: [5, 6, 7, 8],
    }
}

#[test]
fn every_serde_data_type_round_trips() {
    let mut stored = shapes().to_item().unwrap();
    assert_eq!(stored["digest"], b(&[5, 6, 7, 8]));
    assert_eq!(stored["largest"], n("18446744073709551615"));
    assert_eq!(Shapes::from_item(&mut stored).unwrap(), shapes());
    assert!(stored.is_empty());
}

#[test]
fn serde_null_is_an_absent_attribute() {
    let stored = shapes().to_item().unwrap();
    for name in ["unit", "unit_struct", "newtype_of_option", "none", "nothing", "no_bytes"] {
        assert!(!stored.contains_key(name), "{name}");
    }
}

/// Reads an employee from an item in which this one attribute differs.
fn read_with(name: &str, value: Option<AttributeValue>) -> Result<Employee, Error> {
    let mut stored = employee().to_item()?;
    match value {
        Some(value) => stored.insert(name.to_owned(), value),
        None => stored.remove(name),
    };
    Employee::from_item(&mut stored)
}

#[test]
fn a_missing_attribute_is_named() {
    for name in ["id", "hired", "name", "department", "photo"] {
        let error = read_with(name, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema);
        assert_eq!(error.attribute(), Some(name));
        assert_eq!(error.to_string(), format!("attribute {name:?}: the attribute is missing"));
    }
}

#[test]
fn a_type_mismatch_names_the_attribute_and_the_expected_type() {
    let cases = [
        ("id", n("31337"), "string"),
        ("hired", s("31337"), "number"),
        ("hired", n("-31337"), "u32"),
        ("name", n("31337"), "String"),
        ("name", AttributeValue::Null(true), "String"),
        ("salary", s("31337"), "u64"),
        ("level", n("31337"), "u8"),
        ("level", AttributeValue::Null(true), "u8"),
        ("photo", s("31337"), "Vec<u8>"),
        ("photo", AttributeValue::Null(true), "Vec<u8>"),
        ("titles", AttributeValue::L(vec![n("31337")]), "String"),
    ];
    for (name, value, expected) in cases {
        let error = read_with(name, Some(value)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema, "{name}");
        assert_eq!(error.attribute(), Some(name));
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn errors_never_show_a_value() {
    #[derive(EncryptedItem)]
    struct Secretive {
        #[partition_key]
        id: u32,
        contact: Contact,
        #[item(bytes)]
        digest: [u8; 4],
        rejected: Rejected,
    }

    /// An error whose text shows the value, as in many libraries.
    struct Rejected(String);

    impl Serialize for Rejected {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom(format!("cannot write {}", self.0)))
        }
    }

    impl<'de> Deserialize<'de> for Rejected {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(serde::de::Error::custom(format!("cannot read {text}")))
        }
    }

    let valid = [("id", n("1")), ("contact", s("None")), ("digest", b(b"1234")), ("rejected", s("sentinel"))];
    let wrong =
        [("id", n("sentinel")), ("contact", s("sentinel")), ("digest", b(b"sentinel")), ("rejected", s("sentinel"))];
    for (name, value) in wrong {
        let mut stored = item(valid.clone());
        stored.insert(name.to_owned(), value);
        let error = Secretive::from_item(&mut stored).err().unwrap();
        assert_eq!(error.attribute(), Some(name));
        assert_silent(&error);
    }

    let unwritable =
        Secretive { id: 1, contact: Contact::None, digest: [0; 4], rejected: Rejected("sentinel".to_owned()) };
    let error = unwritable.to_item().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Codec);
    assert_eq!(error.attribute(), Some("rejected"));
    assert_silent(&error);
}

fn assert_silent(error: &Error) {
    let texts = format!("{error} {error:?} {:?}", std::error::Error::source(error).map(ToString::to_string));
    assert!(!texts.contains("sentinel"), "{texts}");
}

#[test]
fn an_empty_key_is_rejected_by_name() {
    let empty = Employee { employee_id: String::new(), ..employee() };
    for error in [empty.to_item().unwrap_err(), empty.key().to_item().unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Codec);
        assert_eq!(error.attribute(), Some("id"));
    }
}

#[test]
fn an_unrepresentable_value_is_rejected_by_name() {
    // The compiler checks the type of the field itself, but not the types inside another type.
    #[derive(Serialize, Deserialize)]
    struct Nested<T>(T);

    #[derive(EncryptedItem)]
    struct Odd {
        #[partition_key]
        id: String,
        by_list: Nested<HashMap<Vec<u8>, u8>>,
        by_pair: Nested<HashMap<(u8, u8), u8>>,
    }

    let odd = || Odd { id: "o".to_owned(), by_list: Nested(HashMap::new()), by_pair: Nested(HashMap::new()) };
    let cases = [
        ("by_list", Odd { by_list: Nested(HashMap::from([(vec![1], 1)])), ..odd() }),
        ("by_pair", Odd { by_pair: Nested(HashMap::from([((1, 1), 1)])), ..odd() }),
    ];
    for (name, value) in cases {
        let error = value.to_item().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Codec);
        assert_eq!(error.attribute(), Some(name));
    }
}
