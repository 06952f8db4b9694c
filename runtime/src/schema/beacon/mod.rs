//! Beacons: keyed, truncated hashes of encrypted values, by which DynamoDB can find items.
//!
//! A [`BeaconSchema`] defines the beacons of a table's items. It corresponds to the [search configuration][config] of
//! the AWS Database Encryption SDK for DynamoDB, so that an existing configuration can be converted:
//!
//! | AWS's configuration | here |
//! |---|---|
//! | `standardBeacons`: `name`, `length`, `loc` | [`StandardBeacon::new`] with a length in bits, [`location`](StandardBeacon::location) |
//! | `style`: `partOnly`, `shared`, `asSet`, `sharedSet` | [`BeaconStyle`] |
//! | `virtualFields`: `virtualPartList`, `loc`, `trans` | [`VirtualField`], [`VirtualPart`], [`Transform`] |
//! | `compoundBeacons`: `split`, `encrypted`, `signed`, `constructors` | [`CompoundBeacon`], [`EncryptedPart`], [`SignedPart`], [`Constructor`] |
//! | `encryptedParts`, `signedParts` of the version | [`BeaconSchema::encrypted_part`], [`BeaconSchema::signed_part`] |
//! | `maximumNumberOfPartitions`, `numberOfPartitions` | [`BeaconSchema::partitions`], [`StandardBeacon::partitions`] |
//! | `keyFieldName` of a multi-tenant key source | [`BeaconSchema::tenant`] |
//!
//! A struct needs no value of this type: the derive creates one from its attributes, as
//! [`EncryptedItem::beacons`](crate::EncryptedItem::beacons).
//!
//! ```
//! use dynaseal::beacon::{BeaconSchema, CompoundBeacon, EncryptedPart, SignedPart, StandardBeacon};
//! use dynaseal::beacon::{Transform, VirtualField, VirtualPart};
//!
//! let schema = BeaconSchema::new()
//!     .standard(StandardBeacon::new("email", 24))
//!     .standard(StandardBeacon::new("last4", 10))
//!     .virtual_field(VirtualField::new("last4").part(VirtualPart::new("ssn").transform(Transform::Suffix(4))))
//!     .compound(
//!         CompoundBeacon::new("team_email", '^')
//!             .signed(SignedPart::new("team", "T-"))
//!             .encrypted(EncryptedPart::new("email", "E-")),
//!     )
//!     .partitions(5);
//! assert_eq!(schema.names().collect::<Vec<_>>(), ["email", "last4", "team_email"]);
//! ```
//!
//! [config]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/configure-beacons.html

mod compound;
mod lines;
mod standard;
mod virtual_field;

pub use compound::{CompoundBeacon, Constructor, EncryptedPart, SignedPart};
pub use standard::{BeaconStyle, StandardBeacon, Terms};
pub use virtual_field::{Transform, VirtualField, VirtualPart};

/// The prefix of the attributes that beacons are stored as.
pub(crate) const PREFIX: &str = "aws_dbe_b_";

/// The beacons of the items of a table.
///
/// It is plain data. Its consistency, with itself and with the actions of the attributes, is checked when a table uses
/// it, which otherwise fails with `Usage`.
///
/// Once items are stored, a beacon's name, length, location and transforms and its number of partitions must not
/// change: items that were written before would no longer be found. Give the changed beacon a new name and run
/// [`rebuild_beacons`](crate::EncryptedTable::rebuild_beacons).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BeaconSchema {
    pub(crate) standard: Vec<StandardBeacon>,
    pub(crate) virtual_fields: Vec<VirtualField>,
    pub(crate) compound: Vec<CompoundBeacon>,
    pub(crate) encrypted_parts: Vec<EncryptedPart>,
    pub(crate) signed_parts: Vec<SignedPart>,
    pub(crate) partitions: Option<u8>,
    pub(crate) default_partitions: Option<u8>,
    pub(crate) tenant: Option<String>,
}

impl BeaconSchema {
    /// No beacons yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a standard beacon.
    #[must_use]
    pub fn standard(mut self, beacon: StandardBeacon) -> Self {
        self.standard.push(beacon);
        self
    }

    /// Adds a virtual field, as a source of standard beacons. It is not stored itself.
    #[must_use]
    pub fn virtual_field(mut self, field: VirtualField) -> Self {
        self.virtual_fields.push(field);
        self
    }

    /// Adds a compound beacon.
    #[must_use]
    pub fn compound(mut self, beacon: CompoundBeacon) -> Self {
        self.compound.push(beacon);
        self
    }

    /// Adds an encrypted part that the constructors of every compound beacon can name.
    #[must_use]
    pub fn encrypted_part(mut self, part: EncryptedPart) -> Self {
        self.encrypted_parts.push(part);
        self
    }

    /// Adds a signed part that the constructors of every compound beacon can name.
    #[must_use]
    pub fn signed_part(mut self, part: SignedPart) -> Self {
        self.signed_parts.push(part);
        self
    }

    /// Spreads items over this number of partitions, 1 to 254: items of different partitions have different beacons for
    /// equal values, which hides the frequency of a value. A query becomes that number of requests. The default is 1.
    #[must_use]
    pub fn partitions(mut self, count: u8) -> Self {
        self.partitions = Some(count);
        self
    }

    /// Sets the default number of partitions of standard beacons, which is at most the number of
    /// [`partitions`](Self::partitions), the initial default.
    #[must_use]
    pub fn default_partitions(mut self, count: u8) -> Self {
        self.default_partitions = Some(count);
        self
    }

    /// Computes beacons with the key of the tenant that this attribute names, which must be the item's branch key id.
    #[must_use]
    pub fn tenant(mut self, attribute: impl Into<String>) -> Self {
        self.tenant = Some(attribute.into());
        self
    }

    /// Returns the names of the compound beacons without an encrypted part, which are stored as attributes.
    pub(crate) fn signed_beacons(&self) -> impl Iterator<Item = &str> {
        self.compound.iter().filter(|beacon| self.is_signed(beacon)).map(|beacon| beacon.name.as_str())
    }

    /// Returns true if the compound beacon uses no encrypted part.
    pub(crate) fn is_signed(&self, beacon: &CompoundBeacon) -> bool {
        let is_encrypted = |name: &str| {
            let parts = beacon.encrypted.iter().chain(&self.encrypted_parts);
            parts.into_iter().any(|part| part.name == name)
        };
        match beacon.constructors.is_empty() {
            true => beacon.encrypted.is_empty(),
            false => !beacon
                .constructors
                .iter()
                .flat_map(|constructor| &constructor.parts)
                .any(|(name, _)| is_encrypted(name)),
        }
    }

    /// Returns the names of the standard beacons and of the compound beacons.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let standard = self.standard.iter().map(|beacon| beacon.name.as_str());
        standard.chain(self.compound.iter().map(|beacon| beacon.name.as_str()))
    }
}
