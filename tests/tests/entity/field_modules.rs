//! Fields that are encoded by the functions of a module: `#[item(with = ..)]`.

use std::collections::{BTreeSet, HashMap};

use dynaseal::codec::java::json;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, StaticProvider};
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Item, Repository};
use dynaseal_tests::values::s as text;

/// A type without serde.
#[derive(Debug, PartialEq)]
struct Celsius(i32);

mod celsius {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Celsius;

    pub(super) fn serialize<S: Serializer>(value: &Celsius, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{} °C", value.0))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Celsius, D::Error> {
        let text = String::deserialize(deserializer)?;
        let degrees = text.strip_suffix(" °C").and_then(|degrees| degrees.parse().ok());
        degrees.map(Celsius).ok_or_else(|| D::Error::custom(format!("{text} is no temperature")))
    }
}

/// Keys that DynamoDB cannot represent.
mod keyed_by_lists {
    use std::collections::HashMap;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    type Keyed = HashMap<Vec<u8>, u8>;

    pub(super) fn serialize<S: Serializer>(value: &Keyed, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Keyed, D::Error> {
        Keyed::deserialize(deserializer)
    }
}

#[derive(Debug, PartialEq, EncryptedItem)]
struct Room {
    #[partition_key]
    id: String,
    #[item(with = celsius, rename = "t")]
    temperature: Celsius,
    #[item(with = celsius, default = freezing, skip_if = is_freezing)]
    outside: Celsius,
    #[item(with = ::serde_dynamo::string_set)]
    tags: BTreeSet<String>,
    #[do_nothing]
    #[item(with = celsius)]
    floor: Celsius,
    #[sign_only]
    #[item(with = json)]
    doors: Option<Vec<u8>>,
}

fn freezing() -> Celsius {
    Celsius(0)
}

fn is_freezing(value: &Celsius) -> bool {
    *value == freezing()
}

fn room() -> Room {
    Room {
        id: "r-1".to_owned(),
        temperature: Celsius(21),
        outside: Celsius(0),
        floor: Celsius(18),
        tags: ["large".to_owned(), "quiet".to_owned()].into(),
        doors: Some(vec![1, 2]),
    }
}

#[test]
fn a_module_determines_the_stored_value() {
    let mut item = room().to_item().unwrap();
    let expected = [
        ("id", text("r-1")),
        ("t", text("21 °C")),
        ("floor", text("18 °C")),
        ("tags", AttributeValue::Ss(vec!["large".to_owned(), "quiet".to_owned()])),
        ("doors", text("[1,2]")),
    ];
    assert_eq!(item, expected.map(|(name, value)| (name.to_owned(), value)).into());
    assert_eq!(Room::from_item(&mut item).unwrap(), room());
    assert!(item.is_empty());
}

#[test]
fn null_is_an_absent_attribute() {
    let room = Room { doors: None, ..room() };
    let mut item = room.to_item().unwrap();
    assert!(!item.contains_key("doors"));
    assert_eq!(Room::from_item(&mut item).unwrap(), room);
}

#[test]
fn errors_of_a_module_name_the_attribute_and_hide_the_value() {
    for (name, stored) in [("t", Some(text("sentinel"))), ("t", Some(AttributeValue::Bool(true))), ("t", None)] {
        let mut item: Item = room().to_item().unwrap();
        item.remove(name);
        item.extend(stored.map(|value| (name.to_owned(), value)));
        let error = Room::from_item(&mut item).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("t")));
        assert!(!format!("{error} {error:?}").contains("sentinel"));
    }
}

#[test]
fn unrepresentable_values_of_a_module_are_errors() {
    #[derive(Debug, EncryptedItem)]
    struct Shelf {
        #[partition_key]
        id: String,
        #[item(with = keyed_by_lists)]
        books: HashMap<Vec<u8>, u8>,
    }

    let shelf = Shelf { id: "s-1".to_owned(), books: HashMap::from([(vec![1], 1)]) };
    let error = shelf.to_item().unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("books")));
}

#[tokio::test]
async fn a_module_encodes_values_of_updates_in_place() {
    let provider = StaticProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let client = Database::in_memory().unwrap().client();
    let rooms: Repository<Room> = Repository::builder(client).table("rooms").materials(provider).build();
    rooms.create_table().await.unwrap();
    rooms.create(&room()).await.unwrap();
    rooms.update_in_place("r-1", Room::fields().floor.set(Celsius(19))).await.unwrap();
    assert_eq!(rooms.get("r-1").await.unwrap(), Some(Room { floor: Celsius(19), ..room() }));
}
