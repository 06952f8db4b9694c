//! Beacons: their sources, their computation, and searches.
//!
//! A [`BeaconSchema`](crate::beacon::BeaconSchema) is plain data. [`Beacons`] is its validated form for the actions of
//! a table. It computes the attributes of an item, of which the signed ones need no key, and replaces the values of
//! queries by the stored hashes. The bytes are those of the AWS Database Encryption SDK for DynamoDB 3.9.0 in Java.

mod check;
mod compound;
mod extension;
mod hash;
mod location;
mod query;
mod question;
mod standard;
mod terms;
#[cfg(test)]
mod tests;
mod transform;
mod value;

use std::num::NonZeroU64;

use crate::error::{Error, ErrorKind, Result};
use crate::item::key::names::KeyNames;
use crate::item::value::same;
use crate::item::{AttributeValue, Item};
use crate::schema::beacon::{PREFIX, Terms, Transform};

use location::Location;

pub(crate) use hash::BeaconKeySet;
pub(crate) use query::{Comparison, Searched};

/// The validated beacons of a table.
#[derive(Debug)]
pub(crate) struct Beacons {
    standard: Vec<Standard>,
    compound: Vec<Compound>,
    /// The names from which keys are derived.
    key_names: Vec<String>,
    /// The number of partitions of the items; 1 disables them.
    partitions: u8,
    tenant: Option<String>,
}

/// A standard beacon.
#[derive(Debug)]
pub(crate) struct Standard {
    name: String,
    /// The attribute in which it is stored.
    attribute: String,
    /// The position of its key.
    key: usize,
    bits: u8,
    source: Source,
    stored: Stored,
    /// Its own number of partitions.
    partitions: u8,
}

/// The source of a standard beacon.
#[derive(Debug)]
enum Source {
    Value(Location),
    /// A virtual field.
    Text(Vec<(Location, Vec<Transform>)>),
}

/// The style of a standard beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stored {
    Hash,
    Nothing,
    HashOfEachMember,
    HashOfEachTerm(Terms),
    HashOfBucket(NonZeroU64),
}

/// A compound beacon.
#[derive(Debug)]
pub(crate) struct Compound {
    name: String,
    /// The attribute in which it is stored.
    attribute: String,
    split: char,
    parts: Vec<Part>,
    /// Positions of parts, and whether they are required.
    constructors: Vec<Vec<(usize, bool)>>,
}

/// A part of a compound beacon.
#[derive(Debug)]
struct Part {
    prefix: String,
    kind: PartKind,
}

#[derive(Debug)]
enum PartKind {
    Signed(Location),
    /// The position of the standard beacon.
    Encrypted(usize),
}

impl Beacons {
    /// Returns the names from which keys are derived.
    pub(crate) fn key_names(&self) -> &[String] {
        &self.key_names
    }

    /// Returns the attribute of the tenant.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// Returns the number of partitions of the items; 1 disables them.
    pub(crate) fn partitions(&self) -> u8 {
        self.partitions
    }

    /// Returns true for a readable, signed beacon.
    pub(crate) fn is_signed(&self, name: &str) -> bool {
        self.compound.iter().any(|beacon| beacon.is_signed() && beacon.name == name)
    }

    /// Returns true if the attribute is a source of the beacon.
    pub(crate) fn is_made_of(&self, name: &str) -> bool {
        self.standard.iter().any(|beacon| {
            let attribute = if let Source::Value(location) = &beacon.source { location.attribute() } else { "" };
            beacon.name == name && attribute == name
        })
    }

    /// Returns the attributes of the beacons that are not signed.
    pub(crate) fn hashed_attributes(&self) -> impl Iterator<Item = &str> {
        let standard = self.standard.iter().filter(|beacon| beacon.stored != Stored::Nothing);
        let compound = self.compound.iter().filter(|beacon| !beacon.is_signed());
        let compound = compound.map(|beacon| beacon.attribute.as_str());
        standard.map(|beacon| beacon.attribute.as_str()).chain(compound)
    }

    /// Adds the readable, signed beacons to an item.
    ///
    /// # Errors
    /// * `Codec` for a value that does not support beacons.
    /// * `Usage` if the item has an attribute of this name with another value.
    pub(crate) fn add_signed(&self, item: &mut Item) -> Result<()> {
        for beacon in self.compound.iter().filter(|beacon| beacon.is_signed()) {
            let computed = beacon.plaintext(&self.standard, item)?;
            match (computed, item.get(&beacon.attribute)) {
                (Some(text), None) => drop(item.insert(beacon.attribute.clone(), AttributeValue::S(text.to_string()))),
                (None, None) => {}
                (Some(text), Some(AttributeValue::S(given))) if *text == *given => {}
                _ => {
                    return Err(Error::new(
                        ErrorKind::Usage,
                        "this attribute is a beacon that is computed from others, and the item has another value for it; leave \
                         it out",
                    )
                    .with_attribute(&beacon.attribute));
                }
            }
        }
        Ok(())
    }

    /// Returns the unsigned beacons, computed from the plaintext of an item in this partition.
    ///
    /// # Errors
    /// `Codec` for a value that does not support beacons.
    pub(crate) fn hashed(
        &self,
        item: &Item,
        keys: &BeaconKeySet,
        partition: u8,
    ) -> Result<Vec<(String, AttributeValue)>> {
        let mut attributes = Vec::with_capacity(self.standard.len() + self.compound.len());
        for beacon in self.standard.iter().filter(|beacon| beacon.stored != Stored::Nothing) {
            let value = beacon.value(item, keys, partition)?;
            attributes.extend(value.map(|value| (beacon.attribute.clone(), value)));
        }
        for beacon in self.compound.iter().filter(|beacon| !beacon.is_signed()) {
            let text = beacon.hashed(&self.standard, item, keys, partition)?;
            attributes.extend(text.map(|text| (beacon.attribute.clone(), AttributeValue::S(text))));
        }
        Ok(attributes)
    }

    /// Returns whether these stored beacons, by their attributes, are those of an item that belongs to the partition.
    pub(crate) fn are_those_of(&self, stored: &Item, item: &Item, keys: &BeaconKeySet, partition: u8) -> bool {
        let is_same = |name: &str, computed: Result<Option<AttributeValue>>| match (stored.get(name), computed) {
            (None, _) => true,
            (Some(stored), Ok(Some(computed))) => same(stored, &computed),
            _ => false,
        };
        let named = |attribute: &str| stored.contains_key(attribute);
        self.standard
            .iter()
            .filter(|beacon| named(&beacon.attribute))
            .all(|beacon| is_same(&beacon.attribute, beacon.value(item, keys, partition)))
            && self.compound.iter().filter(|beacon| named(&beacon.attribute)).all(|beacon| {
                let text = beacon.hashed(&self.standard, item, keys, partition);
                is_same(&beacon.attribute, text.map(|text| text.map(AttributeValue::S)))
            })
    }

    /// Does the same as [`hashed`](Self::hashed) for the partition that the item's primary key determines.
    pub(crate) fn hashed_by_key(
        &self,
        item: &Item,
        keys: &BeaconKeySet,
        key: &KeyNames,
    ) -> Result<Vec<(String, AttributeValue)>> {
        self.hashed(item, keys, keys.partition_of(item, key, self.partitions)?)
    }
}

/// Returns the attribute of a beacon that is not readable.
fn attribute_of(name: &str) -> String {
    format!("{PREFIX}{name}")
}
