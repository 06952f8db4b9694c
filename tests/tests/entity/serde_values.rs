//! Values of every shape of the serde data model, as encrypted and as unencrypted fields, with exact numbers at any
//! depth.

use std::collections::{BTreeMap, HashMap, VecDeque};

use dynaseal::embedded::Database;
use dynaseal::{AttributeValue, EncryptedItem, Number, Repository};
use dynaseal_tests::store::keys;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    text: String,
    absent: Option<u8>,
    amount: Number,
    nested: Option<Box<Inner>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Amount(Number);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Pair(u8, Number);

/// A binary at any depth.
#[derive(Clone, Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Bytes;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Visitor)
    }
}

macro_rules! enums {
    ($($(#[$tagging:meta])? $name:ident { $($tuple:ident)? })*) => {$(
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        $(#[$tagging])?
        enum $name {
            Struct { text: String, amount: Number, list: Vec<u16> },
            Newtype(Inner),
            // Internally tagged enums have no tuple variants.
            $($tuple(i8, String),)?
            Unit,
        }

        impl $name {
            fn all() -> Vec<Self> {
                vec![
                    Self::Struct { text: "é".to_owned(), amount: number("1E-130"), list: vec![1, 2] },
                    Self::Newtype(inner()),
                    $(Self::$tuple(-1, String::new()),)?
                    Self::Unit,
                ]
            }
        }
    )*};
}

enums! {
    External { Tuple }
    #[serde(tag = "type")]
    Internal {}
    #[serde(tag = "type", content = "content")]
    Adjacent { Tuple }
    #[serde(untagged)]
    Untagged { Tuple }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Word {
    One,
    Two,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    own: u8,
    #[serde(flatten)]
    inner: Inner,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    external: Vec<External>,
    internal: Vec<Internal>,
    adjacent: Vec<Adjacent>,
    untagged: Vec<Untagged>,
    by_string: HashMap<String, Inner>,
    by_integer: BTreeMap<i64, String>,
    by_char: BTreeMap<char, u8>,
    by_word: BTreeMap<Word, u8>,
    by_number: HashMap<Number, u8>,
    options: Vec<Option<Option<u8>>>,
    tuple: (u8, String, (bool, Number)),
    array: [i32; 3],
    queue: VecDeque<f64>,
    character: char,
    unit: (),
    unit_struct: Unit,
    newtype: Amount,
    pair: Pair,
    bytes: Bytes,
    flat: Flat,
    wide: (i64, u64),
    empty: (Vec<u8>, HashMap<String, u8>, String),
}

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

fn inner() -> Inner {
    let leaf = Inner { text: String::new(), absent: None, amount: Number::ZERO, nested: None };
    let amount = number("12345678901234567890123456789012345678");
    Inner { text: "text".to_owned(), absent: Some(1), amount, nested: Some(Box::new(leaf)) }
}

fn everything() -> Everything {
    Everything {
        external: External::all(),
        internal: Internal::all(),
        adjacent: Adjacent::all(),
        untagged: Untagged::all(),
        by_string: HashMap::from([("a".to_owned(), inner())]),
        by_integer: BTreeMap::from([(i64::MIN, "min".to_owned()), (7, "seven".to_owned())]),
        by_char: BTreeMap::from([('é', 1)]),
        by_word: BTreeMap::from([(Word::One, 1), (Word::Two, 2)]),
        by_number: HashMap::from([(number("0.1"), 1)]),
        options: vec![None, Some(Some(1))],
        tuple: (1, "two".to_owned(), (true, number("-0.001"))),
        array: [i32::MIN, 0, i32::MAX],
        queue: VecDeque::from([0.1, 1e100, -0.0]),
        character: '𝄞',
        unit: (),
        unit_struct: Unit,
        newtype: Amount(number("1.5")),
        pair: Pair(1, number("2.5")),
        bytes: Bytes(vec![0, 255]),
        flat: Flat { own: 1, inner: inner(), rest: BTreeMap::from([("more".to_owned(), "rest".to_owned())]) },
        wide: (i64::MIN, u64::MAX),
        empty: (Vec::new(), HashMap::new(), String::new()),
    }
}

/// Declares each shape as an encrypted and as an unencrypted field.
macro_rules! entity {
    ($name:ident, $action:ident) => {
        #[derive(Clone, Debug, PartialEq, EncryptedItem)]
        struct $name {
            #[partition_key]
            id: String,
            #[$action]
            everything: Everything,
            #[$action]
            external: External,
            #[$action]
            internal: Internal,
            #[$action]
            adjacent: Adjacent,
            #[$action]
            untagged: Untagged,
            #[$action]
            tuple: (u8, Number),
            #[$action]
            newtype: Amount,
            #[$action]
            unit_variant: Word,
            #[$action]
            map: BTreeMap<u32, Option<Inner>>,
            #[$action]
            option: Option<Vec<char>>,
            #[$action]
            number: Number,
            #[$action]
            optional: Option<Number>,
        }

        impl $name {
            fn all() -> Vec<Self> {
                let shapes = External::all().into_iter().zip(Adjacent::all()).zip(Untagged::all());
                let internal = Internal::all().into_iter().chain([Internal::Unit]);
                let shapes = shapes.zip(internal).enumerate();
                shapes
                    .map(|(position, (((external, adjacent), untagged), internal))| Self {
                        id: position.to_string(),
                        everything: everything(),
                        external,
                        internal,
                        adjacent,
                        untagged,
                        tuple: (1, number("0.5")),
                        newtype: Amount(number("9.99")),
                        unit_variant: Word::Two,
                        map: BTreeMap::from([(1, Some(inner())), (2, None)]),
                        option: Some(vec!['a', 'é']),
                        number: number("12345678901234567890123456789012345.678"),
                        optional: (position % 2 == 0).then(|| number("-1E-130")),
                    })
                    .collect()
            }
        }
    };
}

entity!(Sealed, encrypt);
entity!(Readable, sign_only);

async fn round_trips<T: EncryptedItem + Clone + PartialEq + std::fmt::Debug>(all: Vec<T>) -> aws_sdk_dynamodb::Client {
    let client = Database::in_memory().unwrap().client();
    let provider = keys();
    let repository: Repository<T> = Repository::builder(client.clone()).table("shapes").encryptor(provider).build();
    repository.create_table().await.unwrap();
    for entity in all {
        repository.create(&entity).await.unwrap();
        assert_eq!(repository.get(entity.key()).await.unwrap().as_ref(), Some(&entity));
        // Reading and saving without changes writes nothing.
        let versioned = repository.update_with(entity.key(), |_| ()).await.unwrap();
        assert_eq!(versioned.into_inner(), entity);
    }
    client
}

#[tokio::test]
async fn every_serde_shape_round_trips_encrypted() {
    round_trips(Sealed::all()).await;
}

#[tokio::test]
async fn every_serde_shape_round_trips_unencrypted() {
    let client = round_trips(Readable::all()).await;
    let key = AttributeValue::S("0".to_owned());
    let stored = client.get_item().table_name("shapes").key("id", key).send().await.unwrap().item.unwrap();
    let text = |text: &str| text.to_owned();
    assert_eq!(stored["number"], AttributeValue::N(text("12345678901234567890123456789012345.678")));
    assert_eq!(stored["newtype"], AttributeValue::N(text("9.99")));
    assert_eq!(stored["optional"].as_n().unwrap().len(), "-0.".len() + 130);
    assert_eq!(stored["tuple"], AttributeValue::L(vec![AttributeValue::N(text("1")), AttributeValue::N(text("0.5"))]));
    assert_eq!(stored["unit_variant"], AttributeValue::S(text("Two")));
}
