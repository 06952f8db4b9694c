//! Items as DynamoDB stores them.

pub(crate) mod canonical;
pub(crate) mod into_item;
pub(crate) mod key;
pub(crate) mod limits;
pub(crate) mod number;
pub(crate) mod plaintext;
pub(crate) mod utf16;
pub(crate) mod value;

use std::collections::HashMap;

pub use aws_sdk_dynamodb::types::AttributeValue;

/// An item: attribute values by attribute name, in the types of the AWS SDK.
pub type Item = HashMap<String, AttributeValue>;

/// DynamoDB's maximum item size, in bytes.
pub(crate) const MAX_ITEM_SIZE: usize = 400 * 1024;

/// Returns the item's size in bytes as DynamoDB counts it: names and values, three bytes for each list and map, and one
/// for each of their elements. A stored item has at most 409,600 bytes (400 KB).
///
/// DynamoDB documents the size of numbers only approximately; this function never underestimates it. Source: [DynamoDB
/// item sizes and formats][sizes].
///
/// [sizes]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
pub fn item_size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &AttributeValue) -> usize {
    const CONTAINER: usize = 3;
    const ELEMENT: usize = 1;

    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(text) => number_size(text),
        AttributeValue::B(blob) => blob.as_ref().len(),
        AttributeValue::Ss(members) => members.iter().map(String::len).sum(),
        AttributeValue::Ns(members) => members.iter().map(|text| number_size(text)).sum(),
        AttributeValue::Bs(members) => members.iter().map(|blob| blob.as_ref().len()).sum(),
        AttributeValue::L(elements) => {
            CONTAINER + elements.iter().map(|element| ELEMENT + value_size(element)).sum::<usize>()
        }
        AttributeValue::M(entries) => {
            CONTAINER + entries.iter().map(|(key, value)| ELEMENT + key.len() + value_size(value)).sum::<usize>()
        }
        _ => 1,
    }
}

/// One byte for two digits, plus one byte; at most 21.
fn number_size(text: &str) -> usize {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (digits.div_ceil(2) + 1 + usize::from(text.starts_with('-'))).min(21)
}

/// Sorts the entries of a map by their keys, in the order of code points.
pub(crate) fn sort_entries(entries: &mut [(&String, &AttributeValue)]) {
    entries.sort_unstable_by_key(|(key, _)| *key);
}
