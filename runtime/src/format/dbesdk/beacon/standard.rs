//! Standard beacons of an item.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::num::NonZeroU64;

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};
use crate::schema::beacon::Transform;

use super::hash::{BeaconKeySet, HashKey};
use super::{Source, Standard, Stored, terms, value};

impl Standard {
    /// Returns the stored value for an item in this partition; `None` if it lacks the value.
    pub(super) fn value(&self, item: &Item, keys: &BeaconKeySet, partition: u8) -> Result<Option<AttributeValue>> {
        let key = keys.key(self.key)?;
        if let Stored::HashOfEachTerm(terms) = self.stored {
            let Some(text) = self.text(item)? else { return Ok(None) };
            let found = terms::of_text(terms, &text).map_err(|error| error.with_attribute(&self.name))?;
            return Ok(self.hash_terms(key, found, partition));
        }
        let location = match &self.source {
            Source::Text(_) => {
                let text = self.text(item)?;
                return Ok(text.map(|text| AttributeValue::S(self.hash(key, text.as_bytes(), partition))));
            }
            Source::Value(location) => location,
        };
        let Some(value) = location.find(item) else { return Ok(None) };
        let hashed = match self.stored {
            Stored::HashOfEachMember => self.hash_members(key, value, partition),
            Stored::HashOfBucket(width) => self.hash_bucket(key, width, value, partition).map(AttributeValue::S),
            _ => self.hash_value(key, value, partition).map(AttributeValue::S),
        };
        hashed.map(Some).map_err(|error| error.with_attribute(location.attribute()))
    }

    /// Returns the hash of a value of any type.
    pub(super) fn hash_value(&self, key: &HashKey, value: &AttributeValue, partition: u8) -> Result<String> {
        value::with_bytes(value, |bytes| self.hash(key, bytes, partition))
    }

    /// Returns the distinct hashes of terms; `None` without any.
    fn hash_terms(&self, key: &HashKey, terms: BTreeSet<String>, partition: u8) -> Option<AttributeValue> {
        let hashes: BTreeSet<String> =
            terms.into_iter().map(Zeroizing::new).map(|term| self.hash(key, term.as_bytes(), partition)).collect();
        (!hashes.is_empty()).then(|| AttributeValue::Ss(hashes.into_iter().collect()))
    }

    /// Returns the hash of the bucket that a number is in.
    pub(super) fn hash_bucket(
        &self,
        key: &HashKey,
        width: NonZeroU64,
        value: &AttributeValue,
        partition: u8,
    ) -> Result<String> {
        let AttributeValue::N(number) = value else {
            return Err(Error::new(ErrorKind::Codec, "only numbers have buckets"));
        };
        Ok(self.hash(key, terms::bucket(width, number)?.to_string().as_bytes(), partition))
    }

    /// Returns the distinct hashes of the members of a set.
    pub(super) fn hash_members(&self, key: &HashKey, value: &AttributeValue, partition: u8) -> Result<AttributeValue> {
        let hash = |bytes: &[u8]| self.hash(key, bytes, partition);
        let mut hashes: Vec<String> = match value {
            AttributeValue::Ss(members) => members.iter().map(|member| hash(member.as_bytes())).collect(),
            AttributeValue::Bs(members) => members.iter().map(|member| hash(member.as_ref())).collect(),
            AttributeValue::Ns(members) => members
                .iter()
                .map(|member| self.hash_value(key, &AttributeValue::N(member.clone()), partition))
                .collect::<Result<_>>()?,
            _ => {
                return Err(Error::new(
                    ErrorKind::Codec,
                    "the beacon of this attribute is a set of hashes, so the value must be a set",
                ));
            }
        };
        hashes.sort_unstable();
        hashes.dedup();
        Ok(AttributeValue::Ss(hashes))
    }

    /// Returns the hash of these bytes for an item in this partition.
    pub(super) fn hash(&self, key: &HashKey, bytes: &[u8], partition: u8) -> String {
        key.hash(bytes, self.bits, self.partition(partition))
    }

    /// Returns the beacon's own partition for the partition of the item.
    fn partition(&self, partition: u8) -> u8 {
        partition.checked_rem(self.partitions).unwrap_or_default()
    }

    /// Returns the text that the beacon is computed from; `None` if the item lacks a part of it.
    pub(super) fn text<'a>(&self, item: &'a Item) -> Result<Option<Cow<'a, str>>> {
        let parts = match &self.source {
            Source::Value(location) => {
                let text = location.find(item).map(value::text).transpose();
                return text.map_err(|error| error.with_attribute(location.attribute()));
            }
            Source::Text(parts) => parts,
        };
        let mut texts: Vec<(Cow<'_, str>, &[Transform])> = Vec::with_capacity(parts.len());
        for (location, transforms) in parts {
            let Some(value) = location.find(item) else { return Ok(None) };
            let text = value::text(value).map_err(|error| error.with_attribute(location.attribute()))?;
            texts.push((text, transforms));
        }
        Ok(Some(Cow::Owned(std::mem::take(&mut *value::transformed(&texts)))))
    }
}
