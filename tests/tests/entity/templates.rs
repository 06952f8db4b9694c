//! Keys that are built from the values of fields.

use dynaseal::index::{Index, KeyValue, NoSortKey, Parts, Text};
use dynaseal::{
    AttributeAction, AttributeValue, EncryptedItem, ErrorKind, Item, ItemKey, KeyDefinition, KeySchema, KeyType,
};
use dynaseal_tests::values::s;

/// A field that is stored as text.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    #[item(template = "YEAR#{hired:04}")]
    hired: u32,
    name: String,
}

/// An entity whose keys, of the table and of its indexes, are not fields.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "order")]
#[item(partition_key(name = "PK", template = "T#{tenant}#U#{user}"), sort_key(name = "SK", template = "O#{number:06}"))]
#[item(index(
    name = "by-status",
    partition(name = "GSI1PK", template = "T#{tenant}#S#{status}"),
    sort(name = "GSI1SK", template = "{user}#{number}")
))]
#[item(index(
    name = "inverted",
    partition(name = "SK", template = "O#{number:06}"),
    sort(name = "PK", template = "T#{tenant}#U#{user}")
))]
#[item(index(name = "by-user", partition = user))]
struct Order {
    #[sign_only]
    tenant: String,
    #[sign_only]
    #[item(rename = "u")]
    user: String,
    #[sign_only]
    number: u32,
    #[sign_only]
    status: Option<String>,
    total: u64,
}

/// An entity in the same partition as its orders.
#[derive(Debug, PartialEq, EncryptedItem)]
#[item(entity = "user")]
#[item(partition_key(name = "PK", template = "T#{tenant}#U#{user}"), sort_key(name = "SK", template = "PROFILE"))]
struct User {
    #[sign_only]
    tenant: String,
    #[sign_only]
    user: String,
}

fn order() -> Order {
    Order { tenant: "acme".to_owned(), user: "ada".to_owned(), number: 7, status: Some("open".to_owned()), total: 4200 }
}

#[test]
fn a_key_field_is_stored_in_its_template() {
    let employee = Employee { employee_id: "e-1".to_owned(), hired: 987, name: "Ada".to_owned() };
    let mut item = employee.to_item().unwrap();
    assert_eq!(item["hired"], s("YEAR#0987"));
    assert_eq!(Employee::from_item(&mut item).unwrap(), employee);
    assert!(item.is_empty());
    assert_eq!(Employee::KEY_SCHEMA.sort_key, Some(KeyDefinition::new("hired", KeyType::String)));

    let key = EmployeeKey::from(("e-1", 987));
    assert_eq!(key, employee.key());
    let mut stored = key.to_item().unwrap();
    assert_eq!(stored["hired"], s("YEAR#0987"));
    assert_eq!(EmployeeKey::from_item(&mut stored).unwrap(), key);
    assert!(stored.is_empty());
}

#[test]
fn the_fields_of_composite_keys_stay_attributes() {
    let mut item = order().to_item().unwrap();
    let keys = ["PK", "SK", "GSI1PK", "GSI1SK", "tenant", "u", "number", "status"].map(|name| item[name].clone());
    let texts = ["T#acme#U#ada", "O#000007", "T#acme#S#open", "ada#7", "acme", "ada"].map(s);
    assert_eq!(keys[..6], texts);
    assert_eq!(keys[6..], [AttributeValue::N("7".into()), s("open")]);
    assert_eq!(Order::from_item(&mut item).unwrap(), order());
    assert!(item.is_empty());

    for name in ["PK", "SK", "GSI1PK", "GSI1SK", "tenant", "u", "number", "status"] {
        assert!(Order::ACTIONS.contains(&(name, AttributeAction::SignOnly)), "{name}");
    }
    let text = |name| KeyDefinition::new(name, KeyType::String);
    assert_eq!(Order::KEY_SCHEMA, KeySchema::new(text("PK"), Some(text("SK"))));
    let keys: Vec<_> = Order::INDEXES.iter().map(|index| (index.partition_key, index.sort_key)).collect();
    assert_eq!(keys, [(text("GSI1PK"), Some(text("GSI1SK"))), (text("SK"), Some(text("PK"))), (text("u"), None)]);
}

#[test]
fn a_key_is_built_from_its_values_and_parsed() {
    let key = OrderKey::from(("acme", "ada", 7));
    assert_eq!(key, order().key());
    let mut stored = key.to_item().unwrap();
    assert_eq!(stored, Item::from([("PK".to_owned(), s("T#acme#U#ada")), ("SK".to_owned(), s("O#000007"))]));
    assert_eq!(OrderKey::from_item(&mut stored).unwrap(), key);
    assert!(stored.is_empty());

    let mut profile = UserKey::from(("acme", "ada")).to_item().unwrap();
    assert_eq!(profile["SK"], s("PROFILE"));
    assert_eq!(UserKey::from_item(&mut profile).unwrap(), UserKey::from(("acme", "ada")));
}

#[test]
fn indexes_are_queried_by_values() {
    let primary: Index<Order, (String, String), u32> = Order::primary_index();
    let asked = ("acme".to_owned(), "ada".to_owned());
    assert_eq!(primary.partition_key().encode(&asked).unwrap(), s("T#acme#U#ada"));
    assert_eq!(primary.sort_key().unwrap().encode(&7).unwrap(), s("O#000007"));

    let indexes = Order::indexes();
    type ByStatus = Index<Order, (String, String), Parts<(Text<String>, Text<u32>)>>;
    let by_status: ByStatus = indexes.by_status;
    assert_eq!(by_status.partition_key().encode(&("acme".into(), "open".into())).unwrap(), s("T#acme#S#open"));
    let sort_key = by_status.sort_key().unwrap();
    let whole: KeyValue<Parts<(Text<String>, Text<u32>)>> = ("ada", 7).into();
    assert_eq!(sort_key.encode(&whole.into_inner()).unwrap(), s("ada#7"));
    let first: KeyValue<Parts<(Text<String>, Text<u32>)>> = "ada".into();
    assert_eq!(sort_key.encode(&first.into_inner()).unwrap_err().kind(), ErrorKind::Usage);

    type Inverted = Index<Order, u32, Parts<(Text<String>, Text<String>)>>;
    let inverted: Inverted = indexes.inverted;
    assert_eq!(inverted.partition_key().encode(&7).unwrap(), s("O#000007"));
    let _: Index<Order, String, NoSortKey> = indexes.by_user;
    let _: Index<User, (String, String), ()> = User::primary_index();
}

#[test]
fn an_item_without_a_part_of_an_index_key_is_not_in_the_index() {
    let order = Order { status: None, ..order() };
    let mut item = order.to_item().unwrap();
    assert!(!item.contains_key("GSI1PK") && item.contains_key("GSI1SK"));
    assert_eq!(Order::from_item(&mut item).unwrap(), order);
}

#[test]
fn an_ambiguous_value_is_rejected() {
    let confusing = [
        (Order { tenant: "a#U#b".to_owned(), ..order() }, "PK"),
        (Order { user: "a#b".to_owned(), ..order() }, "GSI1SK"),
        (Order { user: String::new(), ..order() }, "PK"),
        (Order { number: 1_000_000, ..order() }, "SK"),
    ];
    for (order, attribute) in confusing {
        let error = order.to_item().unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some(attribute)));
    }
    // A trailing value is never ambiguous.
    let order = Order { status: Some("a#S#b".to_owned()), ..order() };
    assert_eq!(Order::from_item(&mut order.to_item().unwrap()).unwrap(), order);
    let error = OrderKey::from(("a#U#b", "ada", 7)).to_item().unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("PK")));
}

#[test]
fn an_item_whose_key_differs_from_its_fields_is_rejected() {
    let stored = [
        ("PK", Some(s("T#acme#U#eve"))),
        ("PK", Some(s("T#acme"))),
        ("PK", Some(AttributeValue::N("1".into()))),
        ("SK", Some(s("O#7"))),
        ("SK", Some(s("O#000008"))),
        ("SK", None),
        ("GSI1PK", None),
        ("GSI1SK", Some(s("eve#7"))),
    ];
    for (name, value) in stored {
        let mut item = order().to_item().unwrap();
        match value {
            Some(value) => item.insert(name.to_owned(), value),
            None => item.remove(name),
        };
        let error = Order::from_item(&mut item).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some(name)));
    }
}

#[test]
fn a_key_that_does_not_match_the_template_is_rejected() {
    let parse = |partition_key: &str, sort_key: &str| {
        let mut item = Item::from([("PK".to_owned(), s(partition_key)), ("SK".to_owned(), s(sort_key))]);
        OrderKey::from_item(&mut item)
    };
    assert!(parse("T#acme#U#ada", "O#000007").is_ok());
    let rejected = [
        ("T#acme", "O#000007", "PK"),
        ("T#acme#U#", "O#000007", "PK"),
        ("T#acme#U#ada", "O#7", "SK"),
        ("T#acme#U#ada", "O#+00007", "SK"),
        ("T#acme#U#ada", "O#0000070", "SK"),
        ("T#acme#U#ada", "PROFILE", "SK"),
    ];
    for (partition_key, sort_key, attribute) in rejected {
        let error = parse(partition_key, sort_key).unwrap_err();
        assert_eq!(error.attribute(), Some(attribute), "{partition_key} {sort_key}");
    }
    // The trailing value can contain the separator.
    assert!(parse("T#acme#U#ada#U#eve", "O#000007").is_ok());
    let mut employee = Item::from([("employee_id".to_owned(), s("e-1")), ("hired".to_owned(), s("YEAR#20201"))]);
    assert_eq!(EmployeeKey::from_item(&mut employee).unwrap_err().kind(), ErrorKind::Schema);
}
