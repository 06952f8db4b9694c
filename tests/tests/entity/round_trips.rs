//! Every written value can be read, and every read value can be written back, for random types and shapes and for
//! random values of other writers.
//!
//! `DYNASEAL_SHAPES` sets the number of shapes, and `DYNASEAL_SEED` repeats a run.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dynaseal::__private::{put_with, take_with};
use dynaseal::codec::exact;
use dynaseal::format::Ddbec;
use dynaseal::materials::{AesKey, HmacKey, StaticProvider};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, EncryptedItem, Item, ItemContext, ItemEncryptor, Number,
    Repository,
};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _, SerializeStruct as _, SerializeStructVariant as _};
use serde::ser::{SerializeTuple as _, SerializeTupleVariant as _, Serializer};

use dynaseal_tests::entity_store::{Store, item, numbers, text, texts};

const NAMES: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

fn shapes() -> usize {
    std::env::var("DYNASEAL_SHAPES").map_or(2_000, |count| count.parse().unwrap())
}

fn generator() -> StdRng {
    let seed = std::env::var("DYNASEAL_SEED").map_or(17, |seed| seed.parse().unwrap());
    println!("DYNASEAL_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

/// A type of the serde data model.
#[derive(Clone, Debug)]
enum Shape {
    Bool,
    Signed(u32),
    Unsigned(u32),
    Double,
    Single,
    Char,
    Text,
    Bytes,
    Unit,
    Number,
    Exact,
    Option(Box<Self>),
    Newtype(Box<Self>),
    List(Box<Self>),
    Tuple(Vec<Self>),
    Map(Key, Box<Self>),
    Struct(Vec<Self>),
    Enum(Vec<Content>),
}

#[derive(Clone, Copy, Debug)]
enum Key {
    Text,
    Integer,
    Bool,
    Char,
}

/// The contents of an enum variant.
#[derive(Clone, Debug)]
enum Content {
    Nothing,
    Newtype(Shape),
    Tuple(Vec<Shape>),
    Struct(Vec<Shape>),
}

/// A value of a shape.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Bool(bool),
    Signed(i128),
    Unsigned(u128),
    Double(f64),
    Single(f32),
    Char(char),
    Text(String),
    Bytes(Vec<u8>),
    Unit,
    Number(Number),
    Exact(String),
    Option(Option<Box<Self>>),
    Many(Vec<Self>),
    Map(BTreeMap<String, Self>),
    Variant(usize, Vec<Self>),
}

fn many(rng: &mut StdRng, depth: usize) -> Vec<Shape> {
    (0..rng.random_range(1..=NAMES.len())).map(|_| Shape::random(rng, depth)).collect()
}

impl Shape {
    fn random(rng: &mut StdRng, depth: usize) -> Self {
        let deeper = |rng: &mut StdRng| Box::new(Self::random(rng, depth.saturating_sub(1)));
        let kinds = if depth == 0 { 11 } else { 18 };
        match rng.random_range(0..kinds) {
            0 => Self::Bool,
            1 => Self::Signed([8, 16, 32, 64, 128][rng.random_range(0..5)]),
            2 => Self::Unsigned([8, 16, 32, 64, 128][rng.random_range(0..5)]),
            3 => Self::Double,
            4 => Self::Single,
            5 => Self::Char,
            6 => Self::Text,
            7 => Self::Bytes,
            8 => Self::Unit,
            9 => Self::Number,
            10 => Self::Exact,
            // An `Option` of a type that is itself null cannot distinguish two nulls in any format with one null.
            11 => match *deeper(rng) {
                shape if shape.has_null() => shape,
                shape => Self::Option(Box::new(shape)),
            },
            12 => Self::Newtype(deeper(rng)),
            13 => Self::List(deeper(rng)),
            14 => Self::Tuple(many(rng, depth - 1)),
            15 => Self::Map([Key::Text, Key::Integer, Key::Bool, Key::Char][rng.random_range(0..4)], deeper(rng)),
            16 => Self::Struct(many(rng, depth - 1)),
            _ => Self::Enum((0..rng.random_range(1..=NAMES.len())).map(|_| Content::random(rng, depth - 1)).collect()),
        }
    }

    fn has_null(&self) -> bool {
        match self {
            Self::Unit | Self::Option(_) => true,
            Self::Newtype(inner) => inner.has_null(),
            _ => false,
        }
    }

    fn value(&self, rng: &mut StdRng) -> Value {
        match self {
            Self::Bool => Value::Bool(rng.random()),
            // 128-bit integers have at most 38 digits, which is the limit of DynamoDB. Small ones are included.
            Self::Signed(bits) => Value::Signed(integer(rng, *bits) as i128 * if rng.random() { 1 } else { -1 }),
            Self::Unsigned(bits) => Value::Unsigned(integer(rng, *bits)),
            Self::Double => Value::Double(double(rng)),
            Self::Single => Value::Single(double(rng) as f32),
            Self::Char => Value::Char(character(rng)),
            Self::Text => Value::Text(string(rng)),
            Self::Bytes => Value::Bytes(bytes(rng)),
            Self::Unit => Value::Unit,
            Self::Number => Value::Number(digits(rng, 38).parse().unwrap()),
            Self::Exact => Value::Exact(exactly(&digits(rng, 60))),
            Self::Option(inner) => Value::Option(rng.random::<bool>().then(|| Box::new(inner.value(rng)))),
            Self::Newtype(inner) => inner.value(rng),
            Self::List(inner) => Value::Many((0..rng.random_range(0..4)).map(|_| inner.value(rng)).collect()),
            Self::Tuple(parts) | Self::Struct(parts) => values(parts, rng),
            Self::Map(key, inner) => {
                let keys: Vec<String> = (0..rng.random_range(0..4)).map(|_| key.random(rng)).collect();
                Value::Map(keys.into_iter().map(|key| (key, inner.value(rng))).collect())
            }
            Self::Enum(variants) => {
                let index = rng.random_range(0..variants.len());
                let content = match &variants[index] {
                    Content::Nothing => Vec::new(),
                    Content::Newtype(inner) => vec![inner.value(rng)],
                    Content::Tuple(parts) | Content::Struct(parts) => {
                        parts.iter().map(|part| part.value(rng)).collect()
                    }
                };
                Value::Variant(index, content)
            }
        }
    }
}

fn values(parts: &[Shape], rng: &mut StdRng) -> Value {
    Value::Many(parts.iter().map(|part| part.value(rng)).collect())
}

impl Content {
    fn random(rng: &mut StdRng, depth: usize) -> Self {
        match rng.random_range(0..4) {
            0 => Self::Nothing,
            1 => Self::Newtype(Shape::random(rng, depth)),
            2 => Self::Tuple(many(rng, depth)),
            _ => Self::Struct(many(rng, depth)),
        }
    }
}

impl Key {
    fn random(self, rng: &mut StdRng) -> String {
        match self {
            Self::Text => format!("k{}", string(rng)), // DynamoDB has no empty names
            Self::Integer => rng.random::<i64>().to_string(),
            Self::Bool => rng.random::<bool>().to_string(),
            Self::Char => character(rng).to_string(),
        }
    }
}

fn integer(rng: &mut StdRng, bits: u32) -> u128 {
    let largest = match bits {
        128 => 10_u128.pow(38) - 1,
        bits => (1_u128 << (bits - 1)) - 1,
    };
    match rng.random_range(0..4) {
        0 => 0,
        1 => largest,
        2 => rng.random_range(0..=largest.min(9)),
        _ => rng.random_range(0..=largest),
    }
}

fn double(rng: &mut StdRng) -> f64 {
    match rng.random_range(0..5) {
        0 => 0.0,
        1 => f64::from(rng.random_range(-1_000..1_000)) / 100.0,
        2 => rng.random::<f64>() * 10_f64.powi(rng.random_range(-30..30)),
        3 => 0.1 + 0.2,
        _ => -f64::from(rng.random::<i32>()),
    }
}

fn character(rng: &mut StdRng) -> char {
    ['a', '0', ' ', '\0', 'é', '\u{1F600}', '\u{FFFD}', '"'][rng.random_range(0..8)]
}

fn string(rng: &mut StdRng) -> String {
    (0..rng.random_range(0..6)).map(|_| character(rng)).collect()
}

fn bytes(rng: &mut StdRng) -> Vec<u8> {
    (0..rng.random_range(0..6)).map(|_| rng.random()).collect()
}

/// Returns a decimal number with at most this many digits, in a random notation.
fn digits(rng: &mut StdRng, most: usize) -> String {
    let count = rng.random_range(1..=most);
    let coefficient: String = (0..count).map(|_| char::from(b'0' + rng.random_range(0..10_u8))).collect();
    let sign = if rng.random() { "-" } else { "" };
    let exponent = rng.random_range(-60..60);
    match rng.random_range(0..3) {
        0 => format!("{sign}{coefficient}"),
        1 => format!("{sign}{coefficient}.50"),
        _ => format!("{sign}{coefficient}E{exponent}"),
    }
    .replace(".50", if count < most - 1 { ".50" } else { "" })
}

/// Returns the number as it is read.
fn exactly(text: &str) -> String {
    let mut item = Item::new();
    put_with(&text.to_owned(), &mut item, "a", exact::serialize).unwrap();
    item["a"].as_n().unwrap().clone()
}

struct Typed<'a>(&'a Shape, &'a Value);

impl Serialize for Typed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.0, self.1) {
            (_, Value::Bool(value)) => serializer.serialize_bool(*value),
            (Shape::Signed(8), Value::Signed(value)) => serializer.serialize_i8(*value as i8),
            (Shape::Signed(16), Value::Signed(value)) => serializer.serialize_i16(*value as i16),
            (Shape::Signed(32), Value::Signed(value)) => serializer.serialize_i32(*value as i32),
            (Shape::Signed(64), Value::Signed(value)) => serializer.serialize_i64(*value as i64),
            (_, Value::Signed(value)) if !matches!(self.0, Shape::Newtype(_)) => serializer.serialize_i128(*value),
            (Shape::Unsigned(8), Value::Unsigned(value)) => serializer.serialize_u8(*value as u8),
            (Shape::Unsigned(16), Value::Unsigned(value)) => serializer.serialize_u16(*value as u16),
            (Shape::Unsigned(32), Value::Unsigned(value)) => serializer.serialize_u32(*value as u32),
            (Shape::Unsigned(64), Value::Unsigned(value)) => serializer.serialize_u64(*value as u64),
            (_, Value::Unsigned(value)) if !matches!(self.0, Shape::Newtype(_)) => serializer.serialize_u128(*value),
            (Shape::Newtype(inner), value) => serializer.serialize_newtype_struct("Newtype", &Typed(inner, value)),
            (_, Value::Double(value)) => serializer.serialize_f64(*value),
            (_, Value::Single(value)) => serializer.serialize_f32(*value),
            (_, Value::Char(value)) => serializer.serialize_char(*value),
            (_, Value::Text(value)) => serializer.serialize_str(value),
            (_, Value::Bytes(value)) => serializer.serialize_bytes(value),
            (_, Value::Unit) => serializer.serialize_unit(),
            (_, Value::Number(value)) => value.serialize(serializer),
            (_, Value::Exact(value)) => exact::serialize(value, serializer),
            (_, Value::Option(None)) => serializer.serialize_none(),
            (Shape::Option(inner), Value::Option(Some(value))) => serializer.serialize_some(&Typed(inner, value)),
            (Shape::List(inner), Value::Many(values)) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                values.iter().try_for_each(|value| list.serialize_element(&Typed(inner, value)))?;
                list.end()
            }
            (Shape::Tuple(parts), Value::Many(values)) => {
                let mut tuple = serializer.serialize_tuple(parts.len())?;
                let mut typed = parts.iter().zip(values).map(|(part, value)| Typed(part, value));
                typed.try_for_each(|typed| tuple.serialize_element(&typed))?;
                tuple.end()
            }
            (Shape::Struct(parts), Value::Many(values)) => {
                let mut fields = serializer.serialize_struct("Struct", parts.len())?;
                for ((name, part), value) in NAMES.into_iter().zip(parts).zip(values) {
                    fields.serialize_field(name, &Typed(part, value))?;
                }
                fields.end()
            }
            (Shape::Map(key, inner), Value::Map(entries)) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in entries {
                    match key {
                        Key::Text => map.serialize_key(name)?,
                        Key::Integer => map.serialize_key(&name.parse::<i64>().unwrap())?,
                        Key::Bool => map.serialize_key(&name.parse::<bool>().unwrap())?,
                        Key::Char => map.serialize_key(&name.parse::<char>().unwrap())?,
                    }
                    map.serialize_value(&Typed(inner, value))?;
                }
                map.end()
            }
            (Shape::Enum(variants), Value::Variant(index, content)) => {
                let (number, name) = (*index as u32, NAMES[*index]);
                match &variants[*index] {
                    Content::Nothing => serializer.serialize_unit_variant("Enum", number, name),
                    Content::Newtype(inner) => {
                        serializer.serialize_newtype_variant("Enum", number, name, &Typed(inner, &content[0]))
                    }
                    Content::Tuple(parts) => {
                        let mut tuple = serializer.serialize_tuple_variant("Enum", number, name, parts.len())?;
                        let mut typed = parts.iter().zip(content).map(|(part, value)| Typed(part, value));
                        typed.try_for_each(|typed| tuple.serialize_field(&typed))?;
                        tuple.end()
                    }
                    Content::Struct(parts) => {
                        let mut fields = serializer.serialize_struct_variant("Enum", number, name, parts.len())?;
                        for ((name, part), value) in NAMES.into_iter().zip(parts).zip(content) {
                            fields.serialize_field(name, &Typed(part, value))?;
                        }
                        fields.end()
                    }
                }
            }
            (shape, value) => panic!("{value:?} is not of {shape:?}"),
        }
    }
}

/// Reads a value of the shape.
struct Reader<'a>(&'a Shape);

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        use serde::Deserialize;
        match self.0 {
            Shape::Bool => bool::deserialize(deserializer).map(Value::Bool),
            Shape::Signed(8) => i8::deserialize(deserializer).map(|value| Value::Signed(value.into())),
            Shape::Signed(16) => i16::deserialize(deserializer).map(|value| Value::Signed(value.into())),
            Shape::Signed(32) => i32::deserialize(deserializer).map(|value| Value::Signed(value.into())),
            Shape::Signed(64) => i64::deserialize(deserializer).map(|value| Value::Signed(value.into())),
            Shape::Signed(_) => i128::deserialize(deserializer).map(Value::Signed),
            Shape::Unsigned(8) => u8::deserialize(deserializer).map(|value| Value::Unsigned(value.into())),
            Shape::Unsigned(16) => u16::deserialize(deserializer).map(|value| Value::Unsigned(value.into())),
            Shape::Unsigned(32) => u32::deserialize(deserializer).map(|value| Value::Unsigned(value.into())),
            Shape::Unsigned(64) => u64::deserialize(deserializer).map(|value| Value::Unsigned(value.into())),
            Shape::Unsigned(_) => u128::deserialize(deserializer).map(Value::Unsigned),
            Shape::Double => f64::deserialize(deserializer).map(Value::Double),
            Shape::Single => f32::deserialize(deserializer).map(Value::Single),
            Shape::Char => char::deserialize(deserializer).map(Value::Char),
            Shape::Text => String::deserialize(deserializer).map(Value::Text),
            Shape::Unit => <()>::deserialize(deserializer).map(|()| Value::Unit),
            Shape::Number => Number::deserialize(deserializer).map(Value::Number),
            Shape::Exact => exact::deserialize(deserializer).map(Value::Exact),
            Shape::Bytes => deserializer.deserialize_byte_buf(self),
            Shape::Option(_) => deserializer.deserialize_option(self),
            Shape::Newtype(_) => deserializer.deserialize_newtype_struct("Newtype", self),
            Shape::List(_) => deserializer.deserialize_seq(self),
            Shape::Tuple(parts) => deserializer.deserialize_tuple(parts.len(), self),
            Shape::Map(..) => deserializer.deserialize_map(self),
            Shape::Struct(parts) => {
                let names: &'static [&'static str] = &NAMES;
                deserializer.deserialize_struct("Struct", &names[..parts.len()], Fields(parts))
            }
            Shape::Enum(_) => deserializer.deserialize_enum("Enum", &NAMES, self),
        }
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a value of {:?}", self.0)
    }

    fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Value, E> {
        Ok(Value::Bytes(bytes))
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Option(None))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Shape::Option(inner) = self.0 else { return Err(D::Error::custom("not an option")) };
        Ok(Value::Option(Some(Box::new(Reader(inner).deserialize(deserializer)?))))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let Shape::Newtype(inner) = self.0 else { return Err(D::Error::custom("not a newtype")) };
        Reader(inner).deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        match self.0 {
            Shape::List(inner) => {
                while let Some(value) = elements.next_element_seed(Reader(inner))? {
                    values.push(value);
                }
            }
            Shape::Tuple(parts) => {
                for part in parts {
                    let value = elements.next_element_seed(Reader(part))?;
                    values.push(value.ok_or_else(|| A::Error::custom("too short"))?);
                }
            }
            _ => return Err(A::Error::custom("not a list")),
        }
        Ok(Value::Many(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let Shape::Map(key, inner) = self.0 else { return Err(A::Error::custom("not a map")) };
        let mut map = BTreeMap::new();
        loop {
            let name = match key {
                Key::Text => entries.next_key::<String>()?,
                Key::Integer => entries.next_key::<i64>()?.map(|key| key.to_string()),
                Key::Bool => entries.next_key::<bool>()?.map(|key| key.to_string()),
                Key::Char => entries.next_key::<char>()?.map(|key| key.to_string()),
            };
            let Some(name) = name else { return Ok(Value::Map(map)) };
            map.insert(name, entries.next_value_seed(Reader(inner))?);
        }
    }

    fn visit_enum<A: serde::de::EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
        let Shape::Enum(variants) = self.0 else { return Err(A::Error::custom("not an enum")) };
        let (name, content) = access.variant::<String>()?;
        let index = NAMES.iter().position(|known| *known == name).ok_or_else(|| A::Error::custom("unknown variant"))?;
        let values = match variants.get(index).ok_or_else(|| A::Error::custom("unknown variant"))? {
            Content::Nothing => content.unit_variant().map(|()| Vec::new())?,
            Content::Newtype(inner) => vec![content.newtype_variant_seed(Reader(inner))?],
            Content::Tuple(parts) => match content.tuple_variant(parts.len(), Reader(&Shape::Tuple(parts.clone())))? {
                Value::Many(values) => values,
                _ => Vec::new(),
            },
            Content::Struct(parts) => match content.struct_variant(&NAMES, Fields(parts))? {
                Value::Many(values) => values,
                _ => Vec::new(),
            },
        };
        Ok(Value::Variant(index, values))
    }
}

/// Reads the fields of a struct.
struct Fields<'a>(&'a [Shape]);

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a struct")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut values: HashMap<String, Value> = HashMap::new();
        while let Some(name) = entries.next_key::<String>()? {
            match NAMES.iter().position(|known| *known == name).and_then(|index| self.0.get(index)) {
                Some(shape) => drop(values.insert(name, entries.next_value_seed(Reader(shape))?)),
                None => drop(entries.next_value::<serde::de::IgnoredAny>()?),
            }
        }
        let value = |name: &str| values.remove(name).ok_or_else(|| A::Error::custom("a field is missing"));
        NAMES.into_iter().take(self.0.len()).map(value).collect::<Result<_, _>>().map(Value::Many)
    }
}

fn write(shape: &Shape, value: &Value) -> Item {
    let mut item = Item::new();
    put_with(&(), &mut item, "a", |(), serializer| Typed(shape, value).serialize(serializer))
        .unwrap_or_else(|error| panic!("{error}: {value:?} of {shape:?}"));
    item
}

fn read(shape: &Shape, mut item: Item) -> dynaseal::Result<Value> {
    take_with(&mut item, "a", |deserializer| Reader(shape).deserialize(deserializer))
}

#[tokio::test]
async fn every_written_item_can_be_read() {
    let mut rng = generator();
    let keys = StaticProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let encryptor = ItemEncryptor::new(Ddbec::new(keys).accept_long_numbers());
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    let context = ItemContext::new("data");
    for number in 0..shapes() {
        let shape = Shape::random(&mut rng, 4);
        let value = shape.value(&mut rng);
        let written = write(&shape, &value);
        let stored = encryptor.encrypt(written.clone(), &actions, &context).await.unwrap();
        let decrypted = encryptor.decrypt(stored, &actions, &context).await.unwrap();
        let found = read(&shape, decrypted.clone())
            .unwrap_or_else(|error| panic!("{number}: {error}: {value:?} of {shape:?}, stored {written:?}"));
        assert_eq!(found, value, "{number}: {shape:?}, stored {written:?}");
        assert_eq!(write(&shape, &found), written, "{number}");
    }
}

/// Returns a value of any of the ten types, as another client may have stored it.
fn foreign(rng: &mut StdRng, depth: usize) -> AttributeValue {
    let kinds = if depth == 0 { 8 } else { 10 };
    match rng.random_range(0..kinds) {
        0 => AttributeValue::S(string(rng)),
        1 => AttributeValue::N(digits(rng, 60)),
        2 => AttributeValue::B(bytes(rng).into()),
        3 => AttributeValue::Bool(rng.random()),
        4 => AttributeValue::Null(true),
        5 => AttributeValue::Ss(
            (0..rng.random_range(1..4)).map(|i| format!("{}{i}", string(rng))).chain([String::new()]).collect(),
        ),
        6 => AttributeValue::Ns(distinct_numbers(rng)),
        7 => AttributeValue::Bs(
            [vec![], vec![0], vec![1, 2]].into_iter().take(rng.random_range(1..4)).map(Into::into).collect(),
        ),
        8 => AttributeValue::L((0..rng.random_range(0..4)).map(|_| foreign(rng, depth - 1)).collect()),
        _ => AttributeValue::M(
            (0..rng.random_range(0..4)).map(|i| (NAMES[i].to_owned(), foreign(rng, depth - 1))).collect(),
        ),
    }
}

fn distinct_numbers(rng: &mut StdRng) -> Vec<String> {
    let numbers: BTreeSet<String> = (0..rng.random_range(1..4)).map(|_| exactly(&digits(rng, 60))).collect();
    numbers.into_iter().collect()
}

/// A type can write every value that it has read, even if another type wrote it.
#[test]
fn every_read_item_can_be_written_back() {
    let mut rng = generator();
    let mut read_values = 0;
    for number in 0..shapes() {
        let shape = Shape::random(&mut rng, 2);
        let stored = foreign(&mut rng, 2);
        let Ok(value) = read(&shape, item([("a", stored.clone())])) else { continue };
        read_values += 1;
        let written = write(&shape, &value);
        let again = read(&shape, written.clone());
        assert_eq!(again.unwrap(), value, "{number}: {shape:?} read {stored:?}, wrote {written:?}");
    }
    assert!(read_values > shapes() / 50, "{read_values} of {} were read", shapes());
}

/// An entity with fields of every encoding, each of which is read from values of other writers.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Stored {
    #[partition_key]
    id: String,
    #[item(set)]
    texts: BTreeSet<String>,
    #[item(set)]
    #[sign_only]
    binaries: Vec<Vec<u8>>,
    #[item(set)]
    numbers: BTreeSet<Number>,
    #[item(bytes)]
    bytes: Option<Vec<u8>>,
    #[item(with = exact)]
    exact: Option<String>,
    double: Option<f64>,
    text: String,
    count: Option<u64>,
}

/// Items of other writers have empty members of sets, empty binaries, and encrypted numbers beyond the limits of
/// DynamoDB.
#[tokio::test]
async fn items_of_other_writers_are_read_and_updated() {
    let store = Store::of::<Stored>().await.unwrap();
    let foreign = item([
        ("id", text("1")),
        ("texts", texts(["", "a"])),
        ("binaries", AttributeValue::Bs(vec![Vec::new().into(), vec![1].into()])),
        ("numbers", numbers(["1", "2.5"])),
        ("bytes", AttributeValue::B(Vec::new().into())),
        ("exact", AttributeValue::N("1".repeat(39))),
        ("double", AttributeValue::N(format!("1{}", "0".repeat(200)))),
        ("text", text("")),
        ("unknown to the struct", AttributeValue::N(format!("-{}.5", "9".repeat(60)))),
    ]);
    let table = store.table::<Stored>().await.unwrap();
    table.put(&foreign).await.unwrap();
    let key = || item([("id", text("1"))]);
    assert_eq!(table.get(key()).await.unwrap().unwrap(), foreign);

    let repository: Repository<Stored> = store.repository();
    let read = repository.get("1").await.unwrap().unwrap();
    assert_eq!(read.texts, ["".to_owned(), "a".to_owned()].into());
    assert_eq!(read.binaries, [vec![], vec![1]]);
    assert_eq!(read.exact, Some("1".repeat(39)));
    assert_eq!(read.double, Some(1e200));
    repository.update_with("1", |fields| fields.count = Some(1)).await.unwrap();
    let mut expected = foreign.clone();
    expected.insert("count".to_owned(), dynaseal_tests::entity_store::number("1"));
    assert_eq!(table.get(key()).await.unwrap().unwrap(), expected);
    table.update_with(key(), |item| drop(item.remove("count"))).await.unwrap();
    assert_eq!(table.get(key()).await.unwrap().unwrap(), foreign);

    // They are also written back as a whole, and with other values.
    let mut changed = read;
    changed.exact = Some(format!("{}.125", "7".repeat(50)));
    changed.texts.insert("b".to_owned());
    repository.put(&changed).await.unwrap();
    assert_eq!(repository.get("1").await.unwrap().unwrap(), changed);
}

/// The limits of DynamoDB apply to unencrypted values, and the error names the attribute.
#[tokio::test]
async fn a_long_unencrypted_number_is_rejected_by_name() {
    let store = Store::of::<Stored>().await.unwrap();
    let table = store.table::<Stored>().await.unwrap();
    for number in ["1".repeat(39), "1E+200".to_owned(), "1E-131".to_owned()] {
        let item = item([("id", text("1")), ("binaries", AttributeValue::N(number))]);
        let error = table.put(&item).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (dynaseal::ErrorKind::Codec, Some("binaries")));
    }
}
