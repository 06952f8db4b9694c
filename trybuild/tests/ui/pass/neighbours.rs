//! Valid code close to a rule.
#![deny(warnings)]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::marker::PhantomData;
use std::sync::Arc;

use dynaseal::repository::query::Cursor;
use dynaseal::{EncryptedItem, Repository};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
enum Day {
    Monday,
}

#[derive(Debug, Clone, PartialEq)]
struct Label(String);

fn label() -> Label {
    Label("none".to_owned())
}

/// Types similar to unsupported ones.
#[derive(Debug, Clone, PartialEq, EncryptedItem)]
struct Types {
    #[partition_key]
    id: String,
    #[item(bytes)]
    photo: Option<Vec<u8>>,
    #[item(bytes)]
    digest: [u8; 32],
    #[item(bytes)]
    boxed: Box<[u8]>,
    #[item(bytes)]
    shared: Arc<[u8]>,
    #[item(bytes)]
    constant: Cow<'static, [u8]>,
    numbers: Vec<u16>,
    nested: Vec<Vec<u8>>,
    nicknames: Option<Vec<Option<String>>>,
    by_name: HashMap<String, Option<u8>>,
    by_number: BTreeMap<u32, (u8, u8)>,
    by_letter: Option<BTreeMap<char, u8>>,
    by_day: HashMap<Day, u8>,
    pairs: Vec<((u8, u8), String)>,
    #[item(set)]
    small: BTreeSet<u8>,
    #[item(set)]
    years: Vec<u32>,
    marker: PhantomData<&'static str>,
    #[item(skip)]
    constant_text: &'static str,
    #[item(skip, default = label)]
    label: Label,
    #[item(default, skip_if = str::is_empty)]
    text: String,
    #[item(default, skip_if = Option::is_none)]
    option: Option<u8>,
    #[item(default, skip_if = <[u8]>::is_empty, bytes)]
    bytes: Vec<u8>,
    #[item(default = String::new)]
    made: String,
}

/// A dollar sign that is part of the key.
#[derive(EncryptedItem)]
#[item(partition_key(name = "PK", template = "$USER#{user}$"), sort_key(name = "SK", template = "\x24{price:05}"))]
#[item(index(name = "inverted", partition(name = "SK", template = "\x24{price:05}"), sort(name = "PK", template = "$USER#{user}$")))]
#[item(index(name = "a-a", local, sort = a), index(name = "b-b", local, sort = b), index(name = "c-c", local, sort = c))]
#[item(index(name = "d-d", local, sort = d), index(name = "e-e", local, sort = e), index(name = "global", partition = e))]
pub struct Offer {
    #[sign_only]
    user: String,
    #[sign_only]
    price: u32,
    #[sign_only]
    a: u8,
    #[sign_only]
    b: u8,
    #[sign_only]
    c: u8,
    #[sign_only]
    d: u8,
    #[sign_only]
    e: u8,
}

/// A const parameter with the name of a variable in the generated code.
#[derive(EncryptedItem)]
#[allow(non_upper_case_globals)]
pub struct Array<const item: usize, const value: u8> {
    #[partition_key]
    id: String,
    #[item(bytes)]
    bytes: [u8; item],
}

#[allow(dead_code, non_upper_case_globals)]
const name: u8 = 0;

pub trait Kind: Send + Sync + 'static {
    type Id: dynaseal::KeyAttribute + Clone + std::fmt::Debug + PartialEq + Send + Sync;
}

/// A key that is an associated type, which is created `From` its own tuple.
#[derive(EncryptedItem)]
pub struct Thing<K: Kind> {
    #[partition_key]
    id: K::Id,
    name: String,
}

pub struct Text;

impl Kind for Text {
    type Id = String;
}

/// A private type as the key of a private struct.
#[derive(Clone, Debug, PartialEq, dynaseal::KeyAttribute)]
struct PrivateId(u32);

#[derive(EncryptedItem)]
#[item(debug)]
struct Private {
    #[partition_key]
    id: PrivateId,
    #[sign_only]
    name: String,
}

/// The struct's own type, and a crate at a relative path.
mod vendor {
    pub use dynaseal as sealed;
}

#[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize, EncryptedItem)]
#[item(crate = vendor::sealed)]
#[serde(rename_all = "camelCase")]
struct Node {
    #[partition_key]
    #[serde(rename = "nodeId")]
    id: String,
    children: Vec<Self>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Box<Self>>,
}

#[derive(Clone, EncryptedItem)]
struct Reading {
    #[partition_key]
    sensor: String,
    #[sort_key]
    time: u64,
}

#[allow(dead_code)]
async fn calls(readings: Repository<Reading>, things: Repository<Thing<Text>>, cursor: Cursor) -> dynaseal::Result<()> {
    let reading = Reading { sensor: "s".to_owned(), time: 1 };
    readings.get(("s", 1)).await?;
    readings.get(("s".to_owned(), 1)).await?;
    readings.get((Cow::Borrowed("s"), 1)).await?;
    readings.get(reading.key()).await?;
    readings.get(&reading).await?;
    readings.get(ReadingKey { sensor: "s".to_owned(), time: 1 }).await?;
    readings.get_many([("s", 1), ("s", 2)]).await;
    readings.query("s").sort_eq(1).page(None).await?;
    readings.query("s".to_owned()).sort_between(1, 2).page(cursor.clone()).await?;
    readings.query(&reading.sensor).page(Some(cursor)).await?;
    things.get(("a".to_owned(),)).await?;
    things.get(ThingKey { id: "a".to_owned() }).await?;
    things.query("a").collect().await?;
    Ok(())
}

fn main() {
    let id = || "1".to_owned();
    let thing: Thing<Text> = Thing { id: id(), name: id() };
    assert_eq!(thing.key(), ThingKey::from((id(),)));
    assert_eq!(thing.to_item().map(|item| item.len()).ok(), Some(2));
    let array: Array<3, 1> = Array { id: id(), bytes: [1, 2, 3] };
    assert!(array.to_item().is_ok_and(|item| item["bytes"].is_b()));
    let node = Node { id: id(), children: Vec::new(), parent: None };
    assert!(node.to_item().is_ok_and(|item| item.contains_key("id") && item.contains_key("children")));
    let private = Private { id: PrivateId(1), name: id() };
    assert_eq!(format!("{private:?}"), "Private { id: PrivateId(1), name: \"1\" }");
    let offer = Offer { user: id(), price: 7, a: 1, b: 1, c: 1, d: 1, e: 1 };
    let item = offer.to_item().unwrap();
    assert_eq!(item["PK"].as_s().unwrap(), "$USER#1$");
    assert_eq!(item["SK"].as_s().unwrap(), "$00007");
    assert_eq!(Offer::INDEXES.len(), 7);
    let _ = (Day::Monday, Types::fields().photo);
}
