//! The attributes of the primary key, and how DynamoDB compares key values.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::error::{Error, ErrorKind, Result};
use crate::item::number::text as number;
use crate::item::{AttributeValue, Item};

/// The maximum lengths of partition keys and sort keys, in bytes: "Partition keys and sort keys" in the Amazon DynamoDB
/// developer guide, "Quotas in Amazon DynamoDB".
const MAX_PARTITION_KEY: usize = 2048;
const MAX_SORT_KEY: usize = 1024;

/// The names of the primary key's attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyNames {
    pub(crate) partition_key: String,
    pub(crate) sort_key: Option<String>,
}

impl KeyNames {
    /// Iterates over the names, the partition key's first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.partition_key.as_str()).chain(self.sort_key.as_deref())
    }

    pub(crate) fn contain(&self, name: &str) -> bool {
        self.iter().any(|known| known == name)
    }

    /// Returns the key attributes that an item has.
    pub(crate) fn of(&self, item: &Item) -> Item {
        self.iter().filter_map(|name| Some((name.to_owned(), item.get(name)?.clone()))).collect()
    }

    /// Returns the same key if it has all of the key's attributes and no others.
    pub(crate) fn exact(&self, key: Item) -> Result<Item> {
        self.bytes(&key)?;
        match key.keys().find(|name| !self.contain(name)) {
            None => Ok(key),
            Some(name) => Err(unusable(name, "this attribute is not part of the table's key")),
        }
    }

    /// Rejects a key that is longer than DynamoDB allows, so that the message does not come from the service.
    pub(crate) fn check_lengths(&self, item: &Item) -> Result<()> {
        for (name, longest, role) in [
            (Some(&self.partition_key), MAX_PARTITION_KEY, "partition"),
            (self.sort_key.as_ref(), MAX_SORT_KEY, "sort"),
        ] {
            let Some((name, value)) = name.and_then(|name| Some((name, item.get(name)?))) else { continue };
            let length = match value {
                AttributeValue::S(text) => text.len(),
                AttributeValue::B(blob) => blob.as_ref().len(),
                _ => continue,
            };
            if length == 0 {
                return Err(Error::new(ErrorKind::Codec, "a key cannot be empty").with_attribute(name));
            }
            if length > longest {
                let message = format!("the {role} key has {length} bytes, DynamoDB allows at most {longest}");
                return Err(Error::new(ErrorKind::Codec, message).with_attribute(name));
            }
        }
        Ok(())
    }

    /// Returns an encoding of an item's key: equal bytes mean equal keys.
    pub(crate) fn bytes(&self, item: &Item) -> Result<KeyBytes> {
        /// The usual maximum length of an encoding.
        const USUAL: usize = 128;

        self.check_lengths(item)?;
        let mut bytes = Vec::with_capacity(USUAL);
        for name in self.iter() {
            let value = item.get(name).ok_or_else(|| unusable(name, "the item lacks this attribute of its key"))?;
            let (tag, content) = match value {
                AttributeValue::S(text) => (b'S', text.as_bytes().into()),
                AttributeValue::N(text) => {
                    let number = number::normalize_checked(text);
                    let number =
                        number.map_err(|_| unusable(name, "the key is not a number that DynamoDB can store"))?;
                    (b'N', Cow::Owned(number.into_owned().into_bytes()))
                }
                AttributeValue::B(blob) => (b'B', Cow::Borrowed(blob.as_ref())),
                _ => return Err(unusable(name, NO_KEY)),
            };
            bytes.push(tag);
            bytes.extend_from_slice(&content.len().to_be_bytes());
            bytes.extend_from_slice(&content);
        }
        Ok(KeyBytes(bytes))
    }
}

const NO_KEY: &str = "a key is a string, a number or a binary";

/// Returns the same value if it is valid for a key.
pub(crate) fn checked(value: &AttributeValue) -> Result<AttributeValue> {
    match value {
        AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_) => Ok(value.clone()),
        _ => Err(Error::new(ErrorKind::Usage, NO_KEY)),
    }
}

/// The encoding of [`KeyNames::bytes`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct KeyBytes(Vec<u8>);

fn unusable(name: &str, message: &'static str) -> Error {
    Error::new(ErrorKind::Usage, message).with_attribute(name)
}

/// Compares two key values: numbers numerically, others byte by byte. Returns `None` if their types differ, or are not
/// key types.
pub(crate) fn compare(one: &AttributeValue, other: &AttributeValue) -> Option<Ordering> {
    match (one, other) {
        (AttributeValue::S(one), AttributeValue::S(other)) => Some(one.as_bytes().cmp(other.as_bytes())),
        (AttributeValue::N(one), AttributeValue::N(other)) if one == other => Some(Ordering::Equal),
        (AttributeValue::N(one), AttributeValue::N(other)) => number::compare(one, other),
        (AttributeValue::B(one), AttributeValue::B(other)) => Some(one.as_ref().cmp(other.as_ref())),
        _ => None,
    }
}

/// Returns whether DynamoDB considers the values equal: it stores `1.0` as `1`.
pub(crate) fn same(one: &AttributeValue, other: &AttributeValue) -> bool {
    one == other || compare(one, other) == Some(Ordering::Equal)
}
