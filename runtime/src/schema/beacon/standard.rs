//! The configuration of standard beacons.

use std::num::NonZeroU64;

/// A standard beacon: the truncated hash of one value, or of the members of one set.
///
/// It is stored as the attribute `aws_dbe_b_NAME`, and its key is derived from its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandardBeacon {
    pub(crate) name: String,
    pub(crate) bits: u8,
    pub(crate) location: Option<String>,
    pub(crate) style: BeaconStyle,
    pub(crate) partitions: Option<u8>,
    pub(crate) extension: bool,
}

/// The stored form of a standard beacon, and the searches that it supports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeaconStyle {
    /// A string, for equality.
    #[default]
    Plain,
    /// Not stored: the beacon is only a part of compound beacons.
    PartOnly,
    /// A string that is computed with the key of the beacon of this name, so that equal values of the two attributes
    /// have the same beacon.
    Shared(String),
    /// A set of strings, one for each member of the set, for membership.
    AsSet,
    /// A set of strings that is computed with the key of the beacon of this name.
    SharedSet(String),
    /// A set of strings, one for each term of a text, for prefixes, words or substrings: an extension, which needs
    /// [`StandardBeacon::extension`].
    Terms(Terms),
    /// A string that is computed from the bucket of this width that a number is in, for ranges: an extension, which needs
    /// [`StandardBeacon::extension`]. A range can span up to 100 buckets; a query
    /// compares the beacon with the hash of each.
    Buckets(NonZeroU64),
}

/// The terms of a text that have hashes. Characters are Unicode scalar values, and the case matters, unless the beacon is made of a
/// [virtual field](super::VirtualField) in one case.
///
/// The hashes of an item tell how many terms it has, and which terms occur together: n-grams reveal most. An index cannot have such a
/// beacon as its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Terms {
    /// The first characters, for `begins_with`. A longer beginning is searched by its first `longest` characters, and compared after
    /// decryption; a shorter one than `shortest` is rejected with `Usage`.
    Prefixes {
        /// The number of characters of the shortest prefix, at least 1.
        shortest: u8,
        /// The number of characters of the longest prefix, at most 24 more.
        longest: u8,
    },
    /// The words, for `contains`: sequences of letters and digits. A text with more than 25 different words is rejected with
    /// `Codec`.
    Words,
    /// All sequences of this number of characters, 2 to 8, for `contains` with a text of at least this length. A text with more
    /// than 60 characters is rejected with `Codec`.
    Ngrams(u8),
}

impl StandardBeacon {
    /// Creates a beacon of the attribute of this name, with a length of 1 to 63 bits. The shorter it is, the less it
    /// reveals about values, and the more unwanted items a query reads and discards.
    pub fn new(name: impl Into<String>, bits: u8) -> Self {
        Self { name: name.into(), bits, location: None, style: BeaconStyle::Plain, partitions: None, extension: false }
    }

    /// Sets the location of the value, if it is not the attribute of the beacon's name: another attribute, a value
    /// within one such as `address.city` or `phones[0]`, or a virtual field. Positions in lists are 0 to 9.
    #[must_use]
    pub fn location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Sets the stored form, and the searches that it supports; the default is equality.
    #[must_use]
    pub fn style(mut self, style: BeaconStyle) -> Self {
        self.style = style;
        self
    }

    /// Sets the beacon's own number of partitions, less than that of the schema.
    #[must_use]
    pub fn partitions(mut self, count: u8) -> Self {
        self.partitions = Some(count);
        self
    }

    /// Allows the beacon to have the same location, or a virtual field of the same locations, as another one, and to have the style
    /// [`Terms`](BeaconStyle::Terms) or [`Buckets`](BeaconStyle::Buckets). AWS's clients cannot be configured for this; they read and
    /// discard such beacons, and lose them when they write an item.
    #[must_use]
    pub fn extension(mut self) -> Self {
        self.extension = true;
        self
    }

    /// Returns the location, which is the beacon's name by default.
    pub(crate) fn location_text(&self) -> &str {
        self.location.as_deref().unwrap_or(&self.name)
    }
}

impl BeaconStyle {
    /// Returns true for what AWS's clients do not have.
    pub(crate) fn is_extension(&self) -> bool {
        matches!(self, Self::Terms(_) | Self::Buckets(_))
    }

    /// Returns true if each member of a set has a hash.
    pub(crate) fn is_set(&self) -> bool {
        matches!(self, Self::AsSet | Self::SharedSet(_))
    }

    /// Returns the name of the beacon whose key is used.
    pub(crate) fn shared_with(&self) -> Option<&str> {
        match self {
            Self::Shared(other) | Self::SharedSet(other) => Some(other),
            _ => None,
        }
    }
}
