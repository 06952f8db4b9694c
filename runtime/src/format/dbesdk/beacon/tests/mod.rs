//! Comparison with the beacons of AWS's clients, and the differences.

mod configuration;
mod java;
mod published;
mod rewriting;
mod traps;

use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::schema::beacon::BeaconSchema;

use super::{BeaconKeySet, Beacons};

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(text: &str) -> AttributeValue {
    AttributeValue::N(text.to_owned())
}

fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// `pk` is the key, `e`, `e2` and `m` are encrypted, `g` and `g2` are sign-only, and `x` is not signed.
fn actions() -> AttributeActions {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("x", AttributeAction::DoNothing);
    let encrypted = ["e", "e2", "m"].into_iter().map(|name| (name, AttributeAction::EncryptAndSign));
    let signed = ["pk", "g", "g2"].into_iter().map(|name| (name, AttributeAction::SignOnly));
    encrypted.chain(signed).fold(actions, |actions, (name, action)| actions.with(name, action))
}

/// Returns the beacons of an item, including the signed ones.
fn computed(schema: &BeaconSchema, item: &Item) -> crate::Result<Item> {
    let beacons = Beacons::new(schema, &actions())?;
    compute(&beacons, &[7; 32], item, 0)
}

fn compute(beacons: &Beacons, root: &[u8], item: &Item, partition: u8) -> crate::Result<Item> {
    let keys = BeaconKeySet::derive(root, beacons.key_names())?;
    let mut computed: Item = beacons.hashed(item, &keys, partition)?.into_iter().collect();
    let mut signed = item.clone();
    beacons.add_signed(&mut signed)?;
    computed.extend(signed.into_iter().filter(|(name, _)| !item.contains_key(name)));
    Ok(computed)
}
