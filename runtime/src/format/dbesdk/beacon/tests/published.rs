//! The constants of the unit tests of aws-database-encryption-sdk-dynamodb.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::format::dbesdk::tests::unhex;
use crate::format::vectors::read;
use crate::item::{AttributeValue, Item};

use super::super::Beacons;
use super::super::hash::{HashKey, truncated};
use super::super::value::transformed;
use super::compute;
use super::configuration::{Configuration, read_transform};

const ROOT: [u8; 5] = [1, 2, 3, 4, 5];

#[derive(Deserialize)]
struct Published {
    standard: Vec<Standard>,
    hmac_first8: Vec<First8>,
    hex_of_01020304050607b7: Vec<Hex>,
    transforms: Vec<TransformCase>,
    item: ItemCase,
}

#[derive(Deserialize)]
struct Standard {
    name: String,
    utf8: String,
    bits: u8,
    beacon: String,
}

#[derive(Deserialize)]
struct First8 {
    key: String,
    data: String,
    partition: u8,
    first8: String,
}

#[derive(Deserialize)]
struct Hex {
    bits: u8,
    hex: String,
}

#[derive(Deserialize)]
struct TransformCase {
    transform: Value,
    input: String,
    output: String,
}

#[derive(Deserialize)]
struct ItemCase {
    config: Configuration,
    plaintext: serde_dynamo::Item,
    stored: HashMap<String, String>,
}

fn published() -> Option<Published> {
    read("beacons/beacons_published.json")
}

#[test]
fn hashes_match_the_published_ones() {
    let Some(published) = published() else { return };
    assert_eq!((published.standard.len(), published.hmac_first8.len()), (19, 3));
    for Standard { name, utf8, bits, beacon } in published.standard {
        let key = HashKey::of_beacon(&ROOT, &name).unwrap();
        assert_eq!(key.hash(utf8.as_bytes(), bits, 0), beacon, "{name}");
    }
    for First8 { key, data, partition, first8 } in published.hmac_first8 {
        let key = HashKey::of_bytes(&unhex(&key));
        assert_eq!(key.first_eight(&unhex(&data), partition).to_vec(), unhex(&first8), "{partition}");
    }
    for Hex { bits, hex } in published.hex_of_01020304050607b7 {
        assert_eq!(truncated([1, 2, 3, 4, 5, 6, 7, 0xb7], bits), hex, "{bits}");
    }
}

#[test]
fn transforms_match_the_published_ones() {
    let Some(published) = published() else { return };
    assert_eq!(published.transforms.len(), 50);
    for TransformCase { transform, input, output } in published.transforms {
        let transform = [read_transform(&transform)];
        assert_eq!(*transformed(&[(Cow::Borrowed(&input), &transform)]), output, "{transform:?} {input}");
    }
}

#[test]
fn the_published_item_has_the_published_beacons() {
    let Some(published) = published() else { return };
    let ItemCase { config, plaintext, stored } = published.item;
    let beacons = Beacons::new(&config.schema(str::to_owned), &config.actions()).unwrap();
    let computed = compute(&beacons, &ROOT, &Item::from(plaintext), 0).unwrap();
    let stored: Item = stored.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect();
    assert_eq!(computed, stored);
}
