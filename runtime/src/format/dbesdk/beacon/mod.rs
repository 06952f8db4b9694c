//! Beacons: what they are made of, and how they are computed and searched.
//!
//! A [`BeaconSchema`](crate::beacon::BeaconSchema) is plain data. [`Beacons`] is the same after it was checked against the actions
//! of a table. It computes the attributes of an item, of which the signed ones need no key, and turns the values of queries into
//! the hashes that are stored. The bytes are those of the AWS Database Encryption SDK for DynamoDB 3.9.0 in Java.

mod check;
mod compound;
mod hash;
mod location;
mod query;
mod question;
mod standard;
#[cfg(test)]
mod tests;
mod transform;
mod value;

use crate::error::{Error, ErrorKind, Result};
use crate::item::key::names::KeyNames;
use crate::item::{AttributeValue, Item};
use crate::schema::beacon::{PREFIX, Transform};

use location::Location;

pub(crate) use hash::BeaconKeySet;
pub(crate) use query::{Asked, Searched};

/// The beacons of a table, checked.
#[derive(Debug)]
pub(crate) struct Beacons {
    standard: Vec<Standard>,
    compound: Vec<Compound>,
    /// The names that keys are derived for.
    key_names: Vec<String>,
    /// The number of partitions that items are spread over; 1 stands for none.
    partitions: u8,
    tenant: Option<String>,
}

/// A standard beacon.
#[derive(Debug)]
pub(crate) struct Standard {
    name: String,
    /// The attribute that it is stored as.
    attribute: String,
    /// The position of its key.
    key: usize,
    bits: u8,
    source: Source,
    stored: Stored,
    /// Its own number of partitions.
    partitions: u8,
}

/// What a standard beacon is made of.
#[derive(Debug)]
enum Source {
    Value(Location),
    /// A virtual field.
    Text(Vec<(Location, Vec<Transform>)>),
}

/// What is stored of a standard beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stored {
    Hash,
    Nothing,
    HashOfEachMember,
}

/// A compound beacon.
#[derive(Debug)]
pub(crate) struct Compound {
    name: String,
    /// The attribute that it is stored as.
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
    /// The names that keys are derived for.
    pub(crate) fn key_names(&self) -> &[String] {
        &self.key_names
    }

    /// The attribute that names the tenant.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// The number of partitions that items are spread over; 1 stands for none.
    pub(crate) fn partitions(&self) -> u8 {
        self.partitions
    }

    /// True for a beacon that is readable and signed.
    pub(crate) fn is_signed(&self, name: &str) -> bool {
        self.compound.iter().any(|beacon| beacon.is_signed() && beacon.name == name)
    }

    /// True if the beacon of this name is made of the attribute of this name.
    pub(crate) fn is_made_of(&self, name: &str) -> bool {
        self.standard.iter().any(|beacon| {
            let attribute = if let Source::Value(location) = &beacon.source { location.attribute() } else { "" };
            beacon.name == name && attribute == name
        })
    }

    /// The attributes of the beacons that are not signed.
    pub(crate) fn hashed_attributes(&self) -> impl Iterator<Item = &str> {
        let standard = self.standard.iter().filter(|beacon| beacon.stored != Stored::Nothing);
        let compound = self.compound.iter().filter(|beacon| !beacon.is_signed());
        let compound = compound.map(|beacon| beacon.attribute.as_str());
        standard.map(|beacon| beacon.attribute.as_str()).chain(compound)
    }

    /// Adds the beacons that are readable and signed to an item.
    ///
    /// # Errors
    /// * `Codec` for a value that a beacon cannot be made of.
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

    /// The attributes of the beacons that are not signed, computed from the plaintext of an item that belongs to the partition.
    ///
    /// # Errors
    /// `Codec` for a value that a beacon cannot be made of.
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

    /// As [`hashed`](Self::hashed), for the partition that follows from the item's primary key.
    pub(crate) fn hashed_by_key(
        &self,
        item: &Item,
        keys: &BeaconKeySet,
        key: &KeyNames,
    ) -> Result<Vec<(String, AttributeValue)>> {
        self.hashed(item, keys, keys.partition_of(item, key, self.partitions)?)
    }
}

/// The attribute that a beacon of this name is stored as, if it is not readable.
fn attribute_of(name: &str) -> String {
    format!("{PREFIX}{name}")
}
