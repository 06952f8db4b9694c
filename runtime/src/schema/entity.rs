//! The description of a struct, which the derive macro generates.

use std::time::SystemTime;

use crate::error::Result;
use crate::item::key::KeyType;
use crate::item::key::names::KeyNames;
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};
use crate::schema::beacon::BeaconSchema;
use crate::schema::index::Index;

/// A struct that is stored as one encrypted and signed DynamoDB item.
///
/// Implemented by `#[derive(EncryptedItem)]`; do not implement it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "needs `#[derive(EncryptedItem)]`",
    note = "annotate the struct with `#[derive(dynaseal::EncryptedItem)]` and mark its key with `#[partition_key]`"
)]
pub trait EncryptedItem: Sized + Send + Sync + 'static {
    /// The type of the primary key, which converts from a tuple: `("e-1", 2020)`.
    type Key: ItemKey;

    /// The values that a key is created from: the value of the key's only field, or a tuple of the values of all.
    type KeyParts;

    /// The type of the partition key's value, which a query takes.
    type PartitionKey: Send + Sync + 'static;

    /// The type of the sort key's value; [`NoSortKey`](crate::index::NoSortKey) if there is none.
    type SortKey: Send + Sync + 'static;

    /// The result of writing an entity: `()`, or the entity as stored if writing sets a version or a timestamp.
    type Written: Send + 'static;

    /// Identifies the key attributes and the logical table name, which are those of all entities of a table.
    #[doc(hidden)]
    type Table;

    /// The names and types of the primary key's attributes.
    const KEY_SCHEMA: KeySchema;

    /// Every attribute of the struct with its action, sorted by name.
    const ACTIONS: &'static [(&'static str, AttributeAction)];

    /// The type of each attribute as written in the struct, and the options that determine how it is stored. For
    /// [`assert_actions!`](crate::assert_actions).
    const TYPES: &'static [(&'static str, &'static str)] = &[];

    /// Attributes that only other writers have, with the action that they use: `#[item(other(..))]`; and the aliases of fields.
    const OTHER_ATTRIBUTES: &'static [(&'static str, AttributeAction)] = &[];

    /// The prefix of attributes that are never signed: `#[item(unsigned_prefix = "..")]`.
    const UNSIGNED_PREFIX: Option<&'static str> = None;

    /// The secondary indexes that the entity declares: `#[item(index(..))]`.
    const INDEXES: &'static [IndexDefinition] = &[];

    /// The attribute that determines when DynamoDB may delete the item: `#[item(ttl)]`.
    const TIME_TO_LIVE: Option<&'static str> = None;

    /// The attribute that identifies the tenant of an item: `#[item(tenant)]`.
    const TENANT: Option<&'static str> = None;

    /// The attribute that identifies the entity of an item, and its value for this entity: `#[item(entity = "..")]`.
    const DISCRIMINATOR: Option<Discriminator> = None;

    /// Names under which an attribute is also read, each with the attribute's own name: `#[item(alias = "..")]`.
    const ALIASES: &'static [(&'static str, &'static str)] = &[];

    /// The managed attributes, which writing sets: the version and the timestamps.
    const MANAGED: &'static [&'static str] = &[];

    /// The attributes of fields with `#[item(number)]`, which may be stored as text.
    #[doc(hidden)]
    const NUMBERS: &'static [&'static str] = &[];

    /// How stored attributes that the struct does not declare are handled.
    const UNKNOWN: UnknownAttributes;

    /// The table name that signatures are bound to, if it is not the name of the real table.
    const LOGICAL_TABLE_NAME: Option<&'static str>;

    /// The beacons, by which encrypted attributes can be searched: `#[item(beacon(..))]` and `#[item(compound(..))]`.
    fn beacons() -> Option<BeaconSchema> {
        None
    }

    /// Returns the primary key as an index of the table.
    fn primary_index() -> Index<Self, Self::PartitionKey, Self::SortKey>;

    /// Returns the primary key of this value.
    fn key(&self) -> Self::Key;

    /// Encodes every field as its attribute. `None` becomes an absent attribute.
    ///
    /// # Errors
    /// `Codec` for a value that DynamoDB cannot represent, naming the attribute.
    fn to_item(&self) -> Result<Item>;

    /// Takes the attributes of the struct out of `item`, and leaves the others.
    ///
    /// # Errors
    /// `Schema` for an attribute that is missing or of another type, naming it.
    fn from_item(item: &mut Item) -> Result<Self>;

    /// Returns the item to write at this time, and the result of the write.
    ///
    /// # Errors
    /// Those of [`to_item`](Self::to_item), and `Usage` if the version cannot be incremented further.
    fn to_written(&self, now: SystemTime) -> Result<(Item, Self::Written)>;

    /// Sets the managed attributes: increments the version, and sets the timestamps.
    ///
    /// # Errors
    /// `Usage` if the version cannot be incremented further.
    fn set_managed(&mut self, now: SystemTime) -> Result<()> {
        let _ = now;
        Ok(())
    }

    /// Returns the version attribute, with the stored value that a write of this entity requires; no value before the
    /// first write.
    ///
    /// # Errors
    /// `Codec` if the version cannot be encoded.
    fn expected_version(&self) -> Result<Option<ExpectedVersion>> {
        Ok(None)
    }
}

/// The name of the version attribute, and the value that a write expects; `None` if it must be absent.
pub type ExpectedVersion = (&'static str, Option<AttributeValue>);

/// The values of a primary key.
pub trait ItemKey: Sized + Send + Sync + 'static {
    /// Returns the key attributes, as used by `GetItem` and `DeleteItem`.
    ///
    /// # Errors
    /// `Codec` for an invalid key value, such as an empty string.
    fn to_item(&self) -> Result<Item>;

    /// Takes the key attributes out of `item`.
    ///
    /// # Errors
    /// `Schema` for an attribute that is missing or of another type, naming it.
    fn from_item(item: &mut Item) -> Result<Self>;
}

/// A key of an entity `E`: its key struct, or the values `P` that the key is created from.
///
/// Implemented for every such type; there is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{E}`",
    label = "expected `{P}`",
    note = "a key is the value of the partition key; with a sort key, or with several fields, it is one tuple of the \
            values: `get((\"e-1\", 2020))`",
    note = "text is accepted for a `String`; the key of an entity `e` is `&e` or `e.key()`"
)]
pub trait IntoItemKey<E: EncryptedItem, P> {
    /// Converts the key to the key struct.
    fn into_item_key(self) -> E::Key;
}

#[diagnostic::do_not_recommend]
impl<E: EncryptedItem, K: Into<E::Key>> IntoItemKey<E, E::KeyParts> for K {
    fn into_item_key(self) -> E::Key {
        self.into()
    }
}

/// The attributes of a primary key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeySchema {
    /// The partition key.
    pub partition_key: KeyDefinition,
    /// The sort key, if the table has one.
    pub sort_key: Option<KeyDefinition>,
}

/// One attribute of a primary key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyDefinition {
    /// The name of the attribute.
    pub name: &'static str,
    /// The type of the attribute.
    pub key_type: KeyType,
}

/// A secondary index of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexDefinition {
    /// The name of the index.
    pub name: &'static str,
    /// Whether the index is global or local.
    pub scope: IndexScope,
    /// The index's partition key; that of the table, if the index is local.
    pub partition_key: KeyDefinition,
    /// The index's sort key, if it has one.
    pub sort_key: Option<KeyDefinition>,
    /// The attributes that the index projects.
    pub projection: IndexProjection,
}

/// The items that an index covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexScope {
    /// All items of the table; eventually consistent.
    Global,
    /// The items with the same partition key of the table. Can only be created together with the table.
    Local,
}

/// The attributes that an index projects. Only complete items can be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexProjection {
    /// All attributes.
    All,
    /// The keys of the table and of the index.
    KeysOnly,
    /// The keys, and these attributes.
    Include(&'static [&'static str]),
}

/// The attribute that identifies the entity of an item. It is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discriminator {
    /// The name of the attribute.
    pub attribute: &'static str,
    /// Its value for this entity.
    pub value: &'static str,
}

/// How stored attributes that a struct does not declare are handled: `#[item(unknown = ..)]`.
///
/// The action is part of the signed data, so it has to be the one that the writer used. Attributes that DynamoDB adds
/// to items of global tables (`aws:rep:deleting`, `aws:rep:updatetime`, `aws:rep:updateregion`) are always `DoNothing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownAttributes {
    /// They were written with this action. The default is `EncryptAndSign`; the Java mapper's is `DoNothing`.
    Action(AttributeAction),
    /// An item with such an attribute is rejected with `Schema`.
    Reject,
}

impl KeySchema {
    /// Creates the primary key schema from a partition key and an optional sort key.
    pub const fn new(partition_key: KeyDefinition, sort_key: Option<KeyDefinition>) -> Self {
        Self { partition_key, sort_key }
    }

    /// Returns the definitions of the key's attributes, the partition key's first.
    pub fn definitions(&self) -> impl Iterator<Item = KeyDefinition> + use<> {
        std::iter::once(self.partition_key).chain(self.sort_key)
    }
}

impl KeyDefinition {
    /// Creates the definition of an attribute of this name and type.
    pub const fn new(name: &'static str, key_type: KeyType) -> Self {
        Self { name, key_type }
    }
}

impl IndexDefinition {
    /// Creates a global index that projects all attributes.
    pub const fn new(name: &'static str, partition_key: KeyDefinition, sort_key: Option<KeyDefinition>) -> Self {
        let (scope, projection) = (IndexScope::Global, IndexProjection::All);
        Self { name, scope, partition_key, sort_key, projection }
    }

    /// Returns the same index as a local one.
    #[must_use]
    pub const fn local(self) -> Self {
        Self { scope: IndexScope::Local, ..self }
    }

    /// Returns the same index with this projection.
    #[must_use]
    pub const fn projection(self, projection: IndexProjection) -> Self {
        Self { projection, ..self }
    }
}

impl Discriminator {
    /// Creates a discriminator with this value.
    pub const fn new(attribute: &'static str, value: &'static str) -> Self {
        Self { attribute, value }
    }
}

impl From<KeySchema> for KeyNames {
    fn from(schema: KeySchema) -> Self {
        let name = |definition: KeyDefinition| definition.name.to_owned();
        Self { partition_key: name(schema.partition_key), sort_key: schema.sort_key.map(name) }
    }
}

impl AttributeActions {
    /// Returns the actions of an entity, as its repository writes it.
    pub fn of<T: EncryptedItem>() -> Self {
        let beacons = T::beacons().unwrap_or_default();
        let signed = beacons.signed_beacons();
        signed.fold(Self::of_fields::<T>(), |actions, name| actions.with(name, AttributeAction::SignOnly))
    }

    /// The same without those of its beacons.
    pub(crate) fn of_fields<T: EncryptedItem>() -> Self {
        let default = match T::UNKNOWN {
            UnknownAttributes::Action(action) => action,
            UnknownAttributes::Reject => AttributeAction::EncryptAndSign,
        };
        let declared = T::ACTIONS.iter().chain(T::OTHER_ATTRIBUTES);
        let actions = declared.fold(Self::new(default), |actions, (name, action)| actions.with(*name, *action));
        T::UNSIGNED_PREFIX.into_iter().fold(actions, Self::unsigned_prefix)
    }
}
