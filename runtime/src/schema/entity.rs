//! What the derive macro tells the runtime about a struct.

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
/// Implemented by `#[derive(EncryptedItem)]`; there is no reason to implement it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "needs `#[derive(EncryptedItem)]`",
    note = "annotate the struct with `#[derive(dynaseal::EncryptedItem)]` and mark its key with `#[partition_key]`"
)]
pub trait EncryptedItem: Sized + Send + Sync + 'static {
    /// The primary key's values, made from a tuple: `("e-1", 2020)`.
    type Key: ItemKey;

    /// What a key is made from: the value of the key's only field, or a tuple of the values of all.
    type KeyParts;

    /// The partition key's value, which a query asks for.
    type PartitionKey: Send + Sync + 'static;

    /// The sort key's value; [`NoSortKey`](crate::index::NoSortKey) if there is none.
    type SortKey: Send + Sync + 'static;

    /// What writing an entity returns: nothing, or the entity as it was stored, where writing sets a version or a time.
    type Written: Send + 'static;

    /// The names and types of the primary key's attributes.
    const KEY_SCHEMA: KeySchema;

    /// Every attribute of the struct with its action, sorted by name.
    const ACTIONS: &'static [(&'static str, AttributeAction)];

    /// How each attribute is written in the struct: its type, and what else says how it is stored. For
    /// [`assert_actions!`](crate::assert_actions).
    const TYPES: &'static [(&'static str, &'static str)] = &[];

    /// Attributes that the struct does not have, with the action that their writers use: `#[item(other(..))]`.
    const OTHER_ATTRIBUTES: &'static [(&'static str, AttributeAction)] = &[];

    /// What the names of attributes begin with that are never signed: `#[item(unsigned_prefix = "..")]`.
    const UNSIGNED_PREFIX: Option<&'static str> = None;

    /// The secondary indexes of the table that the entity knows of: `#[item(index(..))]`.
    const INDEXES: &'static [IndexDefinition] = &[];

    /// The attribute that says when DynamoDB may delete the item: `#[item(ttl)]`.
    const TIME_TO_LIVE: Option<&'static str> = None;

    /// The attribute that says which entity an item is, and its value for this one: `#[item(entity = "..")]`.
    const DISCRIMINATOR: Option<Discriminator> = None;

    /// The attributes that writing sets: the version and the times.
    const STAMPS: &'static [&'static str] = &[];

    /// The attributes of fields with `#[item(number)]`, which can be stored as text.
    #[doc(hidden)]
    const NUMBERS: &'static [&'static str] = &[];

    /// What happens to stored attributes that the struct does not have.
    const UNKNOWN: UnknownAttributes;

    /// The table name that signatures are bound to, where it is not the name of the real table.
    const LOGICAL_TABLE_NAME: Option<&'static str>;

    /// The beacons, by which encrypted attributes can be searched: `#[item(beacon(..))]` and `#[item(compound(..))]`.
    fn beacons() -> Option<BeaconSchema> {
        None
    }

    /// The primary key as a way into the table.
    fn primary_index() -> Index<Self, Self::PartitionKey, Self::SortKey>;

    /// The primary key of this value.
    fn key(&self) -> Self::Key;

    /// Encodes every field into its attribute. A `None` becomes an absent attribute.
    ///
    /// # Errors
    /// `Codec` for a value that DynamoDB cannot represent, naming the attribute.
    fn to_item(&self) -> Result<Item>;

    /// Takes the attributes of the struct out of `item`, and leaves those behind that the struct does not have.
    ///
    /// # Errors
    /// `Schema` for an attribute that is missing or of another type, naming it.
    fn from_item(item: &mut Item) -> Result<Self>;

    /// The item to write at this time, and what writing it returns.
    ///
    /// # Errors
    /// As [`to_item`](Self::to_item), and `Usage` if the version cannot be incremented any further.
    fn to_written(&self, now: SystemTime) -> Result<(Item, Self::Written)>;

    /// Sets what writing sets: increments the version, and sets the times.
    ///
    /// # Errors
    /// `Usage` if the version cannot be incremented any further.
    fn stamp(&mut self, now: SystemTime) -> Result<()> {
        let _ = now;
        Ok(())
    }

    /// The version attribute, with the value that must be stored for a write of this entity; none before the first write.
    ///
    /// # Errors
    /// `Codec` if the version cannot be encoded.
    fn expected_version(&self) -> Result<Option<ExpectedVersion>> {
        Ok(None)
    }
}

/// The name of the version attribute, and the value that a write expects; none if it must be missing.
pub type ExpectedVersion = (&'static str, Option<AttributeValue>);

/// The values of a primary key.
pub trait ItemKey: Sized + Send + Sync + 'static {
    /// The key attributes, as GetItem and DeleteItem take them.
    ///
    /// # Errors
    /// `Codec` for a value that cannot be a key, such as an empty string.
    fn to_item(&self) -> Result<Item>;

    /// Takes the key attributes out of `item`.
    ///
    /// # Errors
    /// `Schema` for an attribute that is missing or of another type, naming it.
    fn from_item(item: &mut Item) -> Result<Self>;
}

/// The key of an entity `E`: its key struct, or the values `P` that the key is made from.
///
/// There is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of `{E}`",
    label = "expected `{P}`",
    note = "a key is the value of the partition key; with a sort key, or made of several fields, it is one tuple of the values: `get((\"e-1\", 2020))`",
    note = "text stands for a `String`; the key of an entity `e` is `&e` or `e.key()`"
)]
pub trait IntoItemKey<E: EncryptedItem, P> {
    /// The key struct.
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
    /// The attribute's name.
    pub name: &'static str,
    /// The attribute's type.
    pub key_type: KeyType,
}

/// A secondary index of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexDefinition {
    /// The index's name.
    pub name: &'static str,
    /// Global or local.
    pub scope: IndexScope,
    /// The index's partition key; that of the table, if the index is local.
    pub partition_key: KeyDefinition,
    /// The index's sort key, if it has one.
    pub sort_key: Option<KeyDefinition>,
    /// What the index holds of each item.
    pub projection: IndexProjection,
}

/// Where an index looks for items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexScope {
    /// In the whole table; eventually consistent.
    Global,
    /// Among the items of one partition key of the table. Can only be made together with the table.
    Local,
}

/// What an index holds of each item. Only whole items can be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexProjection {
    /// Whole items.
    All,
    /// The keys of the table and of the index.
    KeysOnly,
    /// The keys, and these attributes.
    Include(&'static [&'static str]),
}

/// The attribute that says which entity an item is. It is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discriminator {
    /// The attribute's name.
    pub attribute: &'static str,
    /// Its value for this entity.
    pub value: &'static str,
}

/// What happens to stored attributes that a struct does not have: `#[item(unknown = ..)]`.
///
/// The action is part of what was signed, so it has to be the one that the writer used. Attributes that DynamoDB
/// adds to items of global tables (`aws:rep:deleting`, `aws:rep:updatetime`, `aws:rep:updateregion`) are always `DoNothing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnknownAttributes {
    /// They were written with this action. The default is `EncryptAndSign`; the Java mapper's is `DoNothing`.
    Action(AttributeAction),
    /// An item that has one is refused with `Schema`.
    Reject,
}

impl KeySchema {
    /// A primary key of a partition key and, if the table has one, a sort key.
    pub const fn new(partition_key: KeyDefinition, sort_key: Option<KeyDefinition>) -> Self {
        Self { partition_key, sort_key }
    }

    /// The definitions of the key's attributes, the partition key's first.
    pub fn definitions(&self) -> impl Iterator<Item = KeyDefinition> + use<> {
        std::iter::once(self.partition_key).chain(self.sort_key)
    }
}

impl KeyDefinition {
    /// An attribute of this name and type.
    pub const fn new(name: &'static str, key_type: KeyType) -> Self {
        Self { name, key_type }
    }
}

impl IndexDefinition {
    /// A global index that holds whole items.
    pub const fn new(name: &'static str, partition_key: KeyDefinition, sort_key: Option<KeyDefinition>) -> Self {
        let (scope, projection) = (IndexScope::Global, IndexProjection::All);
        Self { name, scope, partition_key, sort_key, projection }
    }

    /// The same index, but local.
    #[must_use]
    pub const fn local(self) -> Self {
        Self { scope: IndexScope::Local, ..self }
    }

    /// The same index, but it holds only this of each item.
    #[must_use]
    pub const fn projection(self, projection: IndexProjection) -> Self {
        Self { projection, ..self }
    }
}

impl Discriminator {
    /// The value of this attribute.
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
    /// The actions of an entity, as its repository writes it.
    pub fn of<T: EncryptedItem>() -> Self {
        let default = match T::UNKNOWN {
            UnknownAttributes::Action(action) => action,
            UnknownAttributes::Reject => AttributeAction::EncryptAndSign,
        };
        let declared = T::ACTIONS.iter().chain(T::OTHER_ATTRIBUTES);
        let actions = declared.fold(Self::new(default), |actions, (name, action)| actions.with(*name, *action));
        T::UNSIGNED_PREFIX.into_iter().fold(actions, Self::unsigned_prefix)
    }
}
