//! Records of requests: entities, or items without a type.

use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};
use crate::item::{Item, value};
use crate::schema::entity::{Discriminator, EncryptedItem, ExpectedVersion, ItemKey as _, UnknownAttributes};

/// A record that requests read and write: an entity of a [`Repository`](crate::Repository), or a plain [`Item`].
///
/// Implemented for every struct with `#[derive(EncryptedItem)]` and for [`Item`]; there is nothing to implement.
pub trait Record: ItemConversion {
    /// The key of a record: the entity's key, or the key attributes of an item.
    type Key: Send + Sync + 'static;

    /// The result of writing a record; see [`EncryptedItem::Written`].
    type Written: Send + 'static;

    #[doc(hidden)]
    fn key_item(key: &Self::Key) -> Result<Item>;

    #[doc(hidden)]
    fn written_at(&self, now: SystemTime) -> Result<(Item, Self::Written)>;
}

/// The conversion between records and items.
pub trait ItemConversion: Sized + Send + Sync + 'static {
    /// The managed attributes, which writing sets.
    const MANAGED: &'static [&'static str];

    /// The attributes that are stored as numbers, and may have been stored as text.
    const NUMBERS: &'static [&'static str];

    /// Names under which an attribute is also read, each with the attribute's own name.
    const ALIASES: &'static [(&'static str, &'static str)];

    /// Whether an item with undeclared attributes is rejected.
    const REJECTS_UNKNOWN: bool;

    /// The attribute with the tenant of the record, if it has one.
    const TENANT: Option<&'static str>;

    /// The discriminator of the record, if it has one.
    const DISCRIMINATOR: Option<Discriminator>;

    /// Returns the record of a verified item, and the attributes that it does not declare.
    fn from_attributes(item: Item) -> Result<(Self, Item)>;

    /// Returns the record's attributes.
    fn to_attributes(&self) -> Result<Item>;

    /// Returns the error for a stored key that is not a key of such records, because it belongs to another entity.
    fn foreign(key: &Item) -> Option<Error>;

    /// Returns the key of this record.
    fn primary_key(&self, names: &[&str]) -> Result<Item>;

    fn set_managed(&mut self, now: SystemTime) -> Result<()>;

    /// Returns the version that a write of this record requires.
    fn stored_version(&self) -> Result<Option<ExpectedVersion>>;
}

impl<T: EncryptedItem> Record for T {
    type Key = T::Key;
    type Written = T::Written;

    fn key_item(key: &T::Key) -> Result<Item> {
        key.to_item()
    }

    fn written_at(&self, now: SystemTime) -> Result<(Item, T::Written)> {
        self.to_written(now)
    }
}

impl<T: EncryptedItem> ItemConversion for T {
    const MANAGED: &'static [&'static str] = <T as EncryptedItem>::MANAGED;
    const NUMBERS: &'static [&'static str] = <T as EncryptedItem>::NUMBERS;
    const ALIASES: &'static [(&'static str, &'static str)] = <T as EncryptedItem>::ALIASES;
    const REJECTS_UNKNOWN: bool = matches!(T::UNKNOWN, UnknownAttributes::Reject);
    const TENANT: Option<&'static str> = <T as EncryptedItem>::TENANT;
    const DISCRIMINATOR: Option<Discriminator> = <T as EncryptedItem>::DISCRIMINATOR;

    fn from_attributes(mut item: Item) -> Result<(Self, Item)> {
        let entity = T::from_item(&mut item)?;
        Ok((entity, item))
    }

    fn to_attributes(&self) -> Result<Item> {
        self.to_item()
    }

    fn foreign(key: &Item) -> Option<Error> {
        T::Key::from_item(&mut key.clone()).err().filter(|error| error.kind() == ErrorKind::Schema)
    }

    fn primary_key(&self, _names: &[&str]) -> Result<Item> {
        self.key().to_item()
    }

    fn set_managed(&mut self, now: SystemTime) -> Result<()> {
        EncryptedItem::set_managed(self, now)
    }

    fn stored_version(&self) -> Result<Option<ExpectedVersion>> {
        self.expected_version()
    }
}

impl Record for Item {
    type Key = Self;
    type Written = ();

    fn key_item(key: &Self) -> Result<Self> {
        Ok(key.clone())
    }

    fn written_at(&self, _now: SystemTime) -> Result<(Self, ())> {
        Ok((self.clone(), ()))
    }
}

impl ItemConversion for Item {
    const MANAGED: &'static [&'static str] = &[];
    const NUMBERS: &'static [&'static str] = &[];
    const ALIASES: &'static [(&'static str, &'static str)] = &[];
    const REJECTS_UNKNOWN: bool = false;
    const TENANT: Option<&'static str> = None;
    const DISCRIMINATOR: Option<Discriminator> = None;

    fn from_attributes(mut item: Self) -> Result<(Self, Self)> {
        item.values_mut().for_each(value::normalize_numbers);
        Ok((item, Self::new()))
    }

    fn to_attributes(&self) -> Result<Self> {
        Ok(self.clone())
    }

    fn foreign(_key: &Self) -> Option<Error> {
        None
    }

    fn primary_key(&self, names: &[&str]) -> Result<Self> {
        let attribute = |name: &&str| match self.get_key_value(*name) {
            Some((name, value)) => Ok((name.clone(), value.clone())),
            None => Err(Error::new(ErrorKind::Usage, "the item lacks this attribute of its key").with_attribute(*name)),
        };
        names.iter().map(attribute).collect()
    }

    fn set_managed(&mut self, _now: SystemTime) -> Result<()> {
        Ok(())
    }

    fn stored_version(&self) -> Result<Option<ExpectedVersion>> {
        Ok(None)
    }
}
