//! What the derive tells the runtime about an entity's beacons.

/// The beacons of an entity: `#[item(beacon(..))]`, `#[item(compound(..))]` and `#[item(partitions = ..)]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BeaconDefinitions {
    /// The number of partitions that items are spread over, 1 to 254; 1 stands for none.
    pub partitions: u8,
    /// The standard beacons.
    pub standard: &'static [BeaconDefinition],
    /// The compound beacons, which are made of several parts.
    pub compound: &'static [CompoundDefinition],
}

/// A standard beacon: the truncated hash of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BeaconDefinition {
    /// The beacon's name. It is stored as the attribute `aws_dbe_b_NAME`, and its key is derived from it.
    pub name: &'static str,
    /// What is hashed.
    pub source: BeaconSource,
    /// The length of the hash in bits, 1 to 63.
    pub bits: u8,
    /// How it is stored, and what can be asked of it.
    pub style: BeaconStyle,
    /// Its own number of partitions, if it is smaller than that of the entity.
    pub partitions: Option<u8>,
}

/// What a standard beacon hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeaconSource {
    /// The value at this location, which is the name of an attribute, or a path into one: `address.city`, `phones[0]`.
    Location(&'static str),
    /// Text that is made of other values, which is a virtual field. It is not stored.
    Virtual(&'static [VirtualPartDefinition]),
}

/// A part of a virtual field: the text at a location, transformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VirtualPartDefinition {
    /// The location of the value.
    pub location: &'static str,
    /// What is done with its text, in this order.
    pub transforms: &'static [BeaconTransform],
}

/// A transformation of text. Lengths and positions count UTF-16 code units, and negative ones count from the end, as those
/// of the AWS Database Encryption SDK do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeaconTransform {
    /// ASCII letters become lowercase.
    Lower,
    /// ASCII letters become uppercase.
    Upper,
    /// The first units; if negative, all but the last ones.
    Prefix(i32),
    /// The last units; if negative, all but the first ones.
    Suffix(i32),
}

/// How a standard beacon is stored, and what can be asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeaconStyle {
    /// As a string.
    Plain,
    /// Not at all: it is only a part of compound beacons.
    PartOnly,
    /// As a string, under the key of the beacon of this name, so that the two can be compared.
    Shared(&'static str),
    /// As a set of strings, one for each member of the set.
    Set,
    /// As a set of strings, under the key of the beacon of this name.
    SharedSet(&'static str),
}

/// A compound beacon: several parts in one string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompoundDefinition {
    /// The beacon's name. With an encrypted part it is stored as `aws_dbe_b_NAME`, without one as `NAME`, signed.
    pub name: &'static str,
    /// The character between the parts.
    pub split: char,
    /// The parts that are stored readable.
    pub signed: &'static [SignedPartDefinition],
    /// The parts that are hashed.
    pub encrypted: &'static [EncryptedPartDefinition],
    /// The orders in which parts can be put together, the first of which that fits an item is used. Without any, all parts
    /// are required, the signed ones first.
    pub constructors: &'static [&'static [ConstructorPart]],
}

/// A part of a compound beacon that is stored readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedPartDefinition {
    /// The part's name.
    pub name: &'static str,
    /// The text before its value.
    pub prefix: &'static str,
    /// The location of the value.
    pub location: &'static str,
}

/// A part of a compound beacon that is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptedPartDefinition {
    /// The name of the standard beacon.
    pub name: &'static str,
    /// The text before its hash.
    pub prefix: &'static str,
}

/// A part in a constructor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConstructorPart {
    /// The part's name.
    pub name: &'static str,
    /// Whether an item without the part's value has no beacon by this constructor.
    pub required: bool,
}

impl BeaconDefinitions {
    /// No beacons.
    pub const NONE: Self = Self::new(1, &[], &[]);

    /// The beacons of an entity whose items are spread over so many partitions.
    pub const fn new(
        partitions: u8,
        standard: &'static [BeaconDefinition],
        compound: &'static [CompoundDefinition],
    ) -> Self {
        Self { partitions, standard, compound }
    }

    /// True if there are none.
    pub const fn is_empty(&self) -> bool {
        self.standard.is_empty() && self.compound.is_empty()
    }
}

impl BeaconDefinition {
    /// A beacon of this name and length in bits.
    pub const fn new(name: &'static str, source: BeaconSource, bits: u8, style: BeaconStyle) -> Self {
        Self { name, source, bits, style, partitions: None }
    }

    /// The same beacon with a number of partitions of its own.
    #[must_use]
    pub const fn partitions(self, partitions: u8) -> Self {
        Self { partitions: Some(partitions), ..self }
    }
}

impl VirtualPartDefinition {
    /// The text at this location, transformed.
    pub const fn new(location: &'static str, transforms: &'static [BeaconTransform]) -> Self {
        Self { location, transforms }
    }
}

impl CompoundDefinition {
    /// A compound beacon of these parts, all of which are required.
    pub const fn new(
        name: &'static str,
        split: char,
        signed: &'static [SignedPartDefinition],
        encrypted: &'static [EncryptedPartDefinition],
    ) -> Self {
        Self { name, split, signed, encrypted, constructors: &[] }
    }

    /// The same beacon, whose parts can be put together in these orders.
    #[must_use]
    pub const fn constructors(self, constructors: &'static [&'static [ConstructorPart]]) -> Self {
        Self { constructors, ..self }
    }
}

impl SignedPartDefinition {
    /// The value at this location behind this prefix.
    pub const fn new(name: &'static str, prefix: &'static str, location: &'static str) -> Self {
        Self { name, prefix, location }
    }
}

impl EncryptedPartDefinition {
    /// The hash of this standard beacon behind this prefix.
    pub const fn new(name: &'static str, prefix: &'static str) -> Self {
        Self { name, prefix }
    }
}

impl ConstructorPart {
    /// A part that an item must have.
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }

    /// A part that is left out where an item does not have its value.
    pub const fn optional(name: &'static str) -> Self {
        Self { name, required: false }
    }
}
