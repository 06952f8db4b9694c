//! The beacons of an item, which nothing signs.

use dynaseal::{AttributeValue, Item, item_size};
use serde::Serialize;

use super::report::type_of;

/// What the names of the attributes begin with.
const PREFIX: &str = "aws_dbe_b_";

/// A stored beacon. Its hashes are not shown, because equal ones reveal values that may be equal.
#[derive(Debug, Serialize)]
pub struct BeaconReport {
    /// The name of the beacon.
    pub name: String,
    /// `S` for one hash, or for a compound beacon; `SS` for a set of hashes.
    pub stored_type: &'static str,
    /// Name and value in bytes, as DynamoDB counts them.
    pub stored_size: usize,
    /// The number of hashes; `None` for a compound beacon, in which readable parts can stand.
    pub hashes: Option<usize>,
    /// The length of a hash in bits, rounded up to whole hexadecimal digits.
    pub bits: Option<usize>,
}

/// Every beacon of the item, by name.
pub(super) fn of(item: &Item) -> Vec<BeaconReport> {
    let mut beacons: Vec<BeaconReport> = item.iter().filter_map(|(name, value)| report(name, value)).collect();
    beacons.sort_by(|one, other| one.name.cmp(&other.name));
    beacons
}

fn report(attribute: &str, value: &AttributeValue) -> Option<BeaconReport> {
    let name = attribute.strip_prefix(PREFIX)?.to_owned();
    let texts = match value {
        AttributeValue::S(text) => std::slice::from_ref(text),
        AttributeValue::Ss(texts) => texts.as_slice(),
        _ => &[],
    };
    let are_hashes = !texts.is_empty() && texts.iter().all(|text| is_hash(text));
    let longest = texts.iter().map(String::len).max();
    Some(BeaconReport {
        name,
        stored_type: type_of(value),
        stored_size: item_size(&Item::from([(attribute.to_owned(), value.clone())])),
        hashes: are_hashes.then_some(texts.len()),
        bits: longest.filter(|_| are_hashes).map(|digits| digits * 4),
    })
}

fn is_hash(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
