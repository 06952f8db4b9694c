//! The stored form of values in queries.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};
use crate::schema::beacon::{PREFIX, Terms};

use super::hash::BeaconKeySet;
use super::{Beacons, Compound, Part, PartKind, Source, Standard, Stored, terms};

/// A beacon in a condition.
#[derive(Clone, Copy)]
pub(crate) enum Searched<'a> {
    Standard(&'a Standard),
    Compound(&'a Compound, &'a [Standard]),
}

/// The kind of comparison, which determines the values that can be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equality,
    Membership,
    Order,
    Beginning,
}

/// A value of a compound beacon in a query, split into its pieces.
struct Pieces<'a> {
    beacon: &'a Compound,
    standard: &'a [Standard],
    pieces: Vec<(&'a Part, &'a str)>,
}

impl Beacons {
    /// Returns the beacon with this name, or stored in the attribute of this name.
    pub(crate) fn searched(&self, name: &str) -> Option<Searched<'_>> {
        let name = name.strip_prefix(PREFIX).unwrap_or(name);
        let standard = self.standard.iter().find(|beacon| beacon.name == name).map(Searched::Standard);
        standard.or_else(|| {
            let compound = self.compound.iter().find(|beacon| beacon.name == name && !beacon.is_signed());
            compound.map(|beacon| Searched::Compound(beacon, &self.standard))
        })
    }

    /// Returns the item with the sources of its beacons, under the names and the attributes of the beacons, so that
    /// conditions on beacons can be evaluated.
    pub(crate) fn view(&self, item: &Item) -> Result<Item> {
        let mut view = item.clone();
        for beacon in &self.standard {
            let value = match (&beacon.source, beacon.stored) {
                (_, Stored::HashOfEachTerm(Terms::Words)) => {
                    beacon.text(item)?.map(|text| AttributeValue::Ss(terms::words(&text).map(str::to_owned).collect()))
                }
                (Source::Value(location), _) => location.find(item).cloned(),
                (Source::Text(_), _) => beacon.text(item)?.map(|text| AttributeValue::S(text.into_owned())),
            };
            set(&mut view, &beacon.name, &beacon.attribute, value);
        }
        for beacon in &self.compound {
            let text = beacon.plaintext(&self.standard, item)?.map(AttributeValue::S);
            set(&mut view, &beacon.name, &beacon.attribute, text);
        }
        Ok(view)
    }
}

fn set(view: &mut Item, name: &str, attribute: &str, value: Option<AttributeValue>) {
    for name in [name, attribute] {
        match &value {
            Some(value) => drop(view.insert(name.to_owned(), value.clone())),
            None => drop(view.remove(name)),
        }
    }
}

impl<'a> Searched<'a> {
    /// Returns the stored attribute.
    pub(crate) fn attribute(self) -> &'a str {
        match self {
            Self::Standard(beacon) => &beacon.attribute,
            Self::Compound(beacon, _) => &beacon.attribute,
        }
    }

    /// Returns the numbers of partitions of the standard beacons whose hashes a value contains.
    pub(crate) fn partitions(self, value: &AttributeValue) -> Result<Vec<u8>> {
        match self {
            Self::Standard(beacon) => Ok(vec![beacon.partitions]),
            Self::Compound(beacon, standard) => Ok(Pieces::of(beacon, standard, value)?.partitions().collect()),
        }
    }

    /// Returns the distinct stored forms of this value in items of these partitions.
    ///
    /// # Errors
    /// `Usage` if the beacon does not support the comparison.
    pub(crate) fn hashes(
        self,
        comparison: Comparison,
        value: &AttributeValue,
        keys: &BeaconKeySet,
        partitions: &[u8],
    ) -> Result<Vec<AttributeValue>> {
        let mut hashes = Vec::new();
        let mut seen = BTreeSet::new();
        match self {
            Self::Standard(beacon) => {
                beacon.check_answers(comparison, value)?;
                for partition in partitions {
                    if seen.insert(partition.checked_rem(beacon.partitions)) {
                        hashes.push(beacon.hash_question(comparison, value, keys, *partition)?);
                    }
                }
            }
            Self::Compound(beacon, standard) => {
                let pieces = Pieces::of(beacon, standard, value)?;
                pieces.check_answers(comparison)?;
                let mut seen = BTreeSet::new();
                for partition in partitions {
                    let text = pieces.render(comparison, keys, *partition)?;
                    if seen.insert(text.clone()) {
                        hashes.push(AttributeValue::S(text));
                    }
                }
            }
        }
        Ok(hashes)
    }

    /// Does the same for a range, whose bounds may have common leading pieces that are hashed.
    pub(crate) fn hashed_range(
        self,
        low: &AttributeValue,
        high: &AttributeValue,
        keys: &BeaconKeySet,
        partitions: &[u8],
    ) -> Result<Vec<(AttributeValue, AttributeValue)>> {
        let (beacon, standard) = match self {
            Self::Standard(beacon) => return Err(unanswered(&beacon.name, NO_ORDER)),
            Self::Compound(beacon, standard) => (beacon, standard),
        };
        let (low, high) = (Pieces::of(beacon, standard, low)?, Pieces::of(beacon, standard, high)?);
        let is_same = |((one, text), (other, other_text)): &(&(&Part, &str), &(&Part, &str))| {
            one.prefix == other.prefix && text == other_text
        };
        let common = low.pieces.iter().zip(&high.pieces).take_while(is_same).count();
        low.check_order(common)?;
        high.check_order(common)?;
        let mut ranges = Vec::new();
        let mut seen = BTreeSet::new();
        for partition in partitions {
            let range =
                (low.render(Comparison::Order, keys, *partition)?, high.render(Comparison::Order, keys, *partition)?);
            if seen.insert(range.clone()) {
                ranges.push((AttributeValue::S(range.0), AttributeValue::S(range.1)));
            }
        }
        Ok(ranges)
    }

    /// For a prefix that ends with a whole hash, returns the value itself and the prefix of all values that continue
    /// it. A hash only matches a whole value.
    pub(crate) fn whole_beginning(self, value: &AttributeValue) -> Result<Option<(AttributeValue, AttributeValue)>> {
        let Self::Compound(beacon, standard) = self else { return Ok(None) };
        let pieces = Pieces::of(beacon, standard, value)?;
        Ok(match (pieces.pieces.last(), value) {
            (Some((part, text)), AttributeValue::S(whole)) if part.is_encrypted() && !text.is_empty() => {
                Some((value.clone(), AttributeValue::S(format!("{whole}{}", beacon.split))))
            }
            _ => None,
        })
    }

    /// Returns the error for a comparison that beacons of this kind do not support.
    pub(crate) fn unanswered(self, what: &'static str) -> Error {
        match self {
            Self::Standard(beacon) => unanswered(&beacon.name, what),
            Self::Compound(beacon, _) => unanswered(&beacon.name, what),
        }
    }
}

const NO_ORDER: &str = "a beacon is a hash, which has neither order nor beginning; use a compound beacon with a signed part, or compare \
                        after reading";

impl Standard {
    fn check_answers(&self, comparison: Comparison, value: &AttributeValue) -> Result<()> {
        let is_set = matches!(value, AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_));
        let is_member = matches!(value, AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_));
        let refusal = match (self.stored, comparison) {
            (Stored::Nothing, _) => "the beacon is only a part of compound beacons; search by a compound beacon",
            (Stored::HashOfEachTerm(Terms::Prefixes { .. }), _) => {
                "the beacon is made of beginnings: ask with `begins_with`"
            }
            (Stored::HashOfEachTerm(_), _) => "the beacon is made of pieces of a text: ask with `contains`",
            (Stored::HashOfBucket(_), Comparison::Equality) => return Ok(()),
            (Stored::HashOfBucket(_), _) => {
                "the beacon is made of buckets of numbers: ask with `between`, or for equality"
            }
            (_, Comparison::Order | Comparison::Beginning) => NO_ORDER,
            (Stored::Hash, Comparison::Equality) => return Ok(()),
            (Stored::Hash, Comparison::Membership) => {
                "the beacon is the hash of the whole value, and reveals nothing about parts of it; use equality"
            }
            (Stored::HashOfEachMember, Comparison::Equality) if is_set => return Ok(()),
            (Stored::HashOfEachMember, Comparison::Equality) => {
                "the beacon is one of a set, which is equal to sets only; use `contains` for a member"
            }
            (Stored::HashOfEachMember, Comparison::Membership) if is_member => return Ok(()),
            (Stored::HashOfEachMember, Comparison::Membership) => "members of sets are strings, numbers or binaries",
        };
        Err(unanswered(&self.name, refusal))
    }

    fn hash_question(
        &self,
        comparison: Comparison,
        value: &AttributeValue,
        keys: &BeaconKeySet,
        partition: u8,
    ) -> Result<AttributeValue> {
        let key = keys.key(self.key)?;
        let hash = match (self.stored, comparison) {
            (Stored::HashOfEachMember, Comparison::Equality) => self.hash_members(key, value, partition),
            (Stored::HashOfBucket(width), _) => self.hash_bucket(key, width, value, partition).map(AttributeValue::S),
            _ => self.hash_value(key, value, partition).map(AttributeValue::S),
        };
        hash.map_err(|error| error.with_attribute(&self.name))
    }
}

impl<'a> Pieces<'a> {
    /// Splits a value. Its pieces must have the order of one of the constructors, of which leading parts can be
    /// missing.
    fn of(beacon: &'a Compound, standard: &'a [Standard], value: &'a AttributeValue) -> Result<Self> {
        let AttributeValue::S(text) = value else {
            return Err(unanswered(&beacon.name, "the value of a compound beacon is a string"));
        };
        let mut pieces = Vec::new();
        let mut positions = Vec::new();
        for piece in text.split(beacon.split) {
            let found = beacon.parts.iter().enumerate().find_map(|(position, part)| {
                piece.strip_prefix(part.prefix.as_str()).map(|text| (position, part, text))
            });
            let Some((position, part, text)) = found else {
                return Err(unanswered(&beacon.name, "a piece of the value begins with no prefix of a part"));
            };
            positions.push(position);
            pieces.push((part, text));
        }
        if !beacon.constructors.iter().any(|constructor| follows(constructor, &positions)) {
            return Err(unanswered(&beacon.name, "no constructor has the parts of the value in their order"));
        }
        Ok(Self { beacon, standard, pieces })
    }

    fn partitions(&self) -> impl Iterator<Item = u8> {
        self.pieces.iter().filter_map(|(part, _)| part.standard(self.standard)).map(|beacon| beacon.partitions)
    }

    fn check_answers(&self, comparison: Comparison) -> Result<()> {
        match comparison {
            Comparison::Equality | Comparison::Beginning => Ok(()),
            Comparison::Order => self.check_order(0),
            Comparison::Membership => Err(unanswered(
                &self.beacon.name,
                "a compound beacon cannot be searched for a piece in its middle; search for its beginning",
            )),
        }
    }

    /// Hashes have no order, so the compared part must be readable, except for the leading pieces that both bounds of a
    /// range share.
    fn check_order(&self, common: usize) -> Result<()> {
        let rest = self.pieces.get(common..).unwrap_or_default();
        let last = rest.len().saturating_sub(1);
        let is_comparable = |(position, (part, text)): (usize, &(&Part, &str))| {
            !part.is_encrypted() || position == last && text.is_empty()
        };
        if rest.iter().enumerate().all(is_comparable) {
            return Ok(());
        }
        Err(unanswered(&self.beacon.name, "an encrypted part of the value is compared, and its hash has no order"))
    }

    /// Returns the stored form of the value. The hash of an empty string marks the end of a whole value; anything else
    /// may continue.
    fn render(&self, comparison: Comparison, keys: &BeaconKeySet, partition: u8) -> Result<String> {
        let mut rendered = String::new();
        for (position, (part, text)) in self.pieces.iter().enumerate() {
            if position > 0 {
                rendered.push(self.beacon.split);
            }
            let is_open = position + 1 == self.pieces.len() && text.is_empty() && comparison != Comparison::Equality;
            let piece = match is_open {
                true => Cow::Borrowed(&part.prefix),
                false => Cow::Owned(part.render(self.standard, text, keys, partition)?),
            };
            rendered.push_str(&piece);
        }
        Ok(rendered)
    }
}

/// Returns true if the positions continue a constructor from some part on, possibly without optional ones.
fn follows(constructor: &[(usize, bool)], positions: &[usize]) -> bool {
    let Some(first) = positions.first() else { return false };
    let mut parts = constructor.iter().skip_while(|(part, _)| part != first).skip(1);
    constructor.iter().any(|(part, _)| part == first)
        && positions.iter().skip(1).all(|position| {
            let mut skipped = parts.by_ref().take_while(|(part, required)| part == position || !required);
            skipped.any(|(part, _)| part == position)
        })
}

impl Part {
    fn is_encrypted(&self) -> bool {
        matches!(self.kind, PartKind::Encrypted(_))
    }

    pub(super) fn standard<'a>(&self, standard: &'a [Standard]) -> Option<&'a Standard> {
        match &self.kind {
            PartKind::Encrypted(position) => standard.get(*position),
            PartKind::Signed(_) => None,
        }
    }
}

fn unanswered(name: &str, message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Usage, message).with_attribute(name)
}
