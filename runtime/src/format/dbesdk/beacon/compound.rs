//! The compound beacons of an item.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;

use super::hash::BeaconKeySet;
use super::{Compound, Part, PartKind, Standard, value};

/// Parts with the text of their values.
type Texts<'a> = Vec<(&'a Part, Cow<'a, str>)>;

impl Compound {
    /// Returns true if no part is encrypted. Then the beacon is readable and signed.
    pub(super) fn is_signed(&self) -> bool {
        self.parts.iter().all(|part| matches!(part.kind, PartKind::Signed(_)))
    }

    /// Returns the beacon before hashing; `None` if no constructor matches the item.
    pub(super) fn plaintext(&self, standard: &[Standard], item: &Item) -> Result<Option<String>> {
        self.join(standard, item, |part, text| Ok(format!("{}{text}", part.prefix)))
    }

    /// Returns the stored beacon of an item in this partition; `None` if no constructor matches it.
    pub(super) fn hashed(
        &self,
        standard: &[Standard],
        item: &Item,
        keys: &BeaconKeySet,
        partition: u8,
    ) -> Result<Option<String>> {
        self.join(standard, item, |part, text| part.render(standard, text, keys, partition))
    }

    /// Returns the pieces of the first constructor whose required parts are all in the item.
    fn join(
        &self,
        standard: &[Standard],
        item: &Item,
        render: impl Fn(&Part, &str) -> Result<String>,
    ) -> Result<Option<String>> {
        for constructor in &self.constructors {
            let Some(texts) = self.texts(constructor, standard, item)? else { continue };
            let mut joined = String::new();
            for (part, text) in texts {
                if text.contains(self.split) {
                    return Err(self.contains_split(part, standard));
                }
                if !joined.is_empty() {
                    joined.push(self.split);
                }
                joined.push_str(&render(part, &text)?);
            }
            return Ok(Some(joined));
        }
        Ok(None)
    }

    /// Returns the parts of the item; `None` if it lacks a required one.
    fn texts<'a>(
        &'a self,
        constructor: &[(usize, bool)],
        standard: &'a [Standard],
        item: &'a Item,
    ) -> Result<Option<Texts<'a>>> {
        let mut texts = Vec::with_capacity(constructor.len());
        for (index, is_required) in constructor {
            let Some(part) = self.parts.get(*index) else { continue };
            match part.text(standard, item)? {
                Some(text) => texts.push((part, text)),
                None if *is_required => return Ok(None),
                None => {}
            }
        }
        Ok(Some(texts))
    }

    fn contains_split(&self, part: &Part, standard: &[Standard]) -> Error {
        let message = format!(
            "the value contains `{}`, which separates the parts of the compound beacon `{}`",
            self.split, self.name
        );
        Error::new(ErrorKind::Codec, message).with_attribute(part.attribute(standard))
    }
}

impl Part {
    /// Returns the text of the part's value; `None` if the item lacks it.
    fn text<'a>(&self, standard: &[Standard], item: &'a Item) -> Result<Option<Cow<'a, str>>> {
        match &self.kind {
            PartKind::Signed(location) => {
                let text = location.find(item).map(value::text).transpose();
                text.map_err(|error| error.with_attribute(location.attribute()))
            }
            PartKind::Encrypted(beacon) => match standard.get(*beacon) {
                Some(beacon) => beacon.text(item),
                None => Ok(None),
            },
        }
    }

    /// Returns the prefix with the text, or with its hash.
    pub(super) fn render(
        &self,
        standard: &[Standard],
        text: &str,
        keys: &BeaconKeySet,
        partition: u8,
    ) -> Result<String> {
        let beacon = match &self.kind {
            PartKind::Signed(_) => None,
            PartKind::Encrypted(beacon) => standard.get(*beacon),
        };
        let Some(beacon) = beacon else { return Ok(format!("{}{text}", self.prefix)) };
        let hash = beacon.hash(keys.key(beacon.key)?, text.as_bytes(), partition);
        Ok(format!("{}{hash}", self.prefix))
    }

    fn attribute<'a>(&'a self, standard: &'a [Standard]) -> &'a str {
        match &self.kind {
            PartKind::Signed(location) => location.attribute(),
            PartKind::Encrypted(beacon) => standard.get(*beacon).map_or("", |beacon| beacon.name.as_str()),
        }
    }
}
