//! What beacons cost: three of them beside their hashes alone, and the write of an entity with and without them.

use std::hint::black_box;

use dynaseal::keyrings::{BeaconKeys, BeaconRoot};
use dynaseal::testing::beacons_of;
use dynaseal::{AttributeValue, EncryptedItem, Item, Repository};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha384;
use tokio::runtime::Runtime;

use crate::bare::raw_aes_keyring;
use crate::contest::copy;
use crate::counted::run_counted_work;
use crate::entity::Medium;
use crate::providers::ready;
use crate::server;
use crate::shape::Shape;

const ITEMS: usize = 1_000;
const WRITES: usize = 50;

/// The medium entity with three beacons.
#[derive(Clone, EncryptedItem)]
struct Searched {
    #[partition_key]
    #[item(rename = "attribute-0")]
    id: String,
    #[sign_only]
    #[item(rename = "attribute-1")]
    one: String,
    #[sign_only]
    #[item(rename = "attribute-2")]
    two: String,
    #[sign_only]
    #[item(rename = "attribute-3")]
    three: String,
    #[item(rename = "attribute-4", beacon(bits = 24))]
    four: String,
    #[item(rename = "attribute-5", beacon(bits = 24))]
    five: String,
    #[item(rename = "attribute-6", beacon(bits = 24))]
    six: String,
    #[item(rename = "attribute-7")]
    seven: String,
    #[item(rename = "attribute-8")]
    eight: String,
    #[item(rename = "attribute-9")]
    nine: String,
    #[item(rename = "attribute-10")]
    ten: String,
    #[item(rename = "attribute-11")]
    eleven: String,
}

const HASHED: [&str; 3] = ["attribute-4", "attribute-5", "attribute-6"];

/// Counts the beacons of items of the medium shape.
pub(crate) fn run(shape: &Shape) {
    let root = BeaconRoot::from_bytes(&[7; 32]).unwrap();
    let without = Repository::<Medium>::builder(server::client([])).table("table").keyring(raw_aes_keyring()).build();
    let searched = Repository::<Searched>::builder(server::client([])).table("table").keyring(raw_aes_keyring());
    let searched = searched.beacons(BeaconKeys::fixed(root)).build();

    // The keys differ from the real ones, which does not change the work.
    let keys = HASHED.map(|name| Hmac::<Sha384>::new_from_slice(format!("{name:064}").as_bytes()).unwrap());
    let hash = |item: &mut Item| {
        for (key, name) in keys.iter().zip(HASHED) {
            let AttributeValue::S(text) = &item[name] else { panic!("every value is a string") };
            black_box(key.clone().chain_update(text.as_bytes()).finalize().into_bytes());
        }
    };
    count_items(shape, HMAC, None, hash);
    let beacons =
        |item: &mut Item| assert_eq!(black_box(ready(beacons_of(&searched, item)).unwrap()).len(), HASHED.len());
    count_items(shape, "three beacons", Some((HMAC, 1.3)), beacons);

    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    count_writes(shape, WITHOUT, None, &runtime, &without);
    count_writes(shape, "three beacons", Some((WITHOUT, 1.15)), &runtime, &searched);
}

const HMAC: &str = "three HMACs alone";
const WITHOUT: &str = "no beacons";

/// Counts this work for some items. The budget is a multiple of that of the other row.
fn count_items(shape: &Shape, subject: &str, budget: Option<(&str, f64)>, work: impl Fn(&mut Item)) {
    let mut items: Vec<Item> = (0..ITEMS).map(|_| copy(&shape.item)).collect();
    work(&mut items[0]);
    run_counted_work(&mut || items.iter_mut().for_each(|item| work(black_box(item))));
    print("hash", shape, subject, budget, ITEMS);
}

/// Counts writes of an entity, as a request through the SDK.
fn count_writes<T: EncryptedItem + Clone>(
    shape: &Shape,
    subject: &str,
    budget: Option<(&str, f64)>,
    runtime: &Runtime,
    entities: &Repository<T>,
) {
    let entity = T::from_item(&mut shape.item.clone()).unwrap();
    let write = || runtime.block_on(async { entities.put(black_box(&entity)).await.unwrap() });
    drop(write());
    run_counted_work(&mut || (0..WRITES).for_each(|_| drop(write())));
    print("put", shape, subject, budget, WRITES);
}

fn print(operation: &str, shape: &Shape, subject: &str, budget: Option<(&str, f64)>, count: usize) {
    let name = |subject: &str| format!("{operation}, {}, {subject}", shape.name);
    let row = json!({
        "name": name(subject),
        "primitives": budget.map(|(other, _)| name(other)),
        "budget": budget.map(|(_, budget)| budget),
        "attributes": HASHED.len(),
        "bytes": HASHED.iter().map(|name| shape.item[*name].as_s().unwrap().len()).sum::<usize>(),
        "items": count,
        "through_sdk": operation == "put",
    });
    println!("{row}");
}
