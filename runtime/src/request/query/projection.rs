//! The parts of an item that a query or scan returns.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::Item;
use crate::request::{Record, verify};
use crate::schema::entity::{EncryptedItem, ItemKey as _};
use crate::schema::index::{AllAttributes, HashedKeys, SomeAttributes};
use crate::table::BatchSettings;

use super::reader::{Decode, Found, Located, Reading};

/// The result for each item: the entity if all its attributes are available, otherwise an [`IndexEntry`].
///
/// Implemented by this crate; there is nothing to implement.
pub trait Projection<T>: sealed::Sealed {
    /// The element of a stream.
    type Output: Send + 'static;

    #[doc(hidden)]
    type Decoder: Decode<Output = Self::Output> + Default;
}

/// Returns complete, verified items.
#[diagnostic::on_unimplemented(
    message = "nothing vouches for the entries of an index that holds only some attributes",
    label = "cannot be counted",
    note = "with `.hydrate()` the whole items are read, verified and counted"
)]
pub trait WholeItems: sealed::Sealed {}

/// Complete items, found through an index that projects only some attributes.
#[derive(Debug)]
pub enum Hydrated {}

pub(super) mod sealed {
    use super::{AllAttributes, HashedKeys, Hydrated, SomeAttributes};

    pub trait Sealed {}
    impl Sealed for AllAttributes {}
    impl Sealed for SomeAttributes {}
    impl Sealed for HashedKeys {}
    impl Sealed for Hydrated {}
}

/// A projection whose results were compared with the request.
#[diagnostic::on_unimplemented(
    message = "the keys in an index on a beacon do not identify the value",
    label = "needs `.hydrate()`",
    note = "several values can share a beacon, and only the decrypted item contains the value",
    note = "with `.hydrate()` the whole items are read, verified and compared; or let the index hold whole items, without `projection`"
)]
pub trait Conclusive: sealed::Sealed {}

impl Conclusive for AllAttributes {}
impl Conclusive for SomeAttributes {}
impl Conclusive for Hydrated {}

impl WholeItems for AllAttributes {}
impl WholeItems for Hydrated {}

impl<T: Record> Projection<T> for AllAttributes {
    type Output = T;
    type Decoder = Whole<T>;
}

impl<T: EncryptedItem> Projection<T> for SomeAttributes {
    type Output = IndexEntry<T>;
    type Decoder = KeyOnly<T>;
}

/// It is hydrated before anything is read.
impl<T: EncryptedItem> Projection<T> for HashedKeys {
    type Output = IndexEntry<T>;
    type Decoder = KeyOnly<T>;
}

impl<T: EncryptedItem> Projection<T> for Hydrated {
    type Output = T;
    type Decoder = Followed<T>;
}

/// An item of an index that projects only some attributes: its key.
///
/// **It is not verified**, because the signature covers the whole item: an attacker who can write to the table can make
/// an index return anything. [`hydrate`](super::Selection::hydrate) reads the items themselves.
pub struct IndexEntry<T: EncryptedItem> {
    key: T::Key,
}

impl<T: EncryptedItem> IndexEntry<T> {
    /// Returns the unverified key of the item.
    ///
    #[doc = example!(shops)]
    /// let entries = shops.query_index(Shop::indexes().by_city, "Paris").collect().await?;
    /// assert_eq!(entries[0].key().id, "shop-1");
    #[doc = example!(end)]
    pub fn key(&self) -> &T::Key {
        &self.key
    }

    /// Returns the key, owned.
    ///
    #[doc = example!(shops)]
    /// let mut entries = shops.query_index(Shop::indexes().by_city, "Paris").collect().await?;
    /// let key: ShopKey = entries.remove(0).into_key();
    /// assert_eq!(shops.get(key).await?.map(|shop| shop.revenue), Some(7));
    #[doc = example!(end)]
    pub fn into_key(self) -> T::Key {
        self.key
    }
}

impl<T: EncryptedItem> fmt::Debug for IndexEntry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexEntry").finish_non_exhaustive()
    }
}

/// Complete items, verified and decrypted. An item that was not requested is rejected like a forged one.
pub struct Whole<T>(PhantomData<fn() -> T>);

impl<T: Record> Decode for Whole<T> {
    type Output = T;

    fn explain(key: &Item, error: Error) -> Error {
        T::foreign(key).filter(|_| error.kind() == ErrorKind::Integrity).unwrap_or(error)
    }

    async fn decode(&self, reading: Reading<'_>, stored: Item) -> Result<Option<T>> {
        let (is_found, beacons) = (reading.is_found(&stored), reading.beacons_of(&stored));
        let item = verify::decrypt::<T>(reading.table, stored).await?;
        reading.check_beacons(&beacons, &item);
        if !reading.wants(is_found, &item)? {
            return Ok(None);
        }
        let (record, _) = T::from_attributes(item)?;
        Ok(Some(record))
    }
}

/// The keys of items as stored in the index.
pub struct KeyOnly<T>(PhantomData<fn() -> T>);

impl<T: EncryptedItem> Decode for KeyOnly<T> {
    type Output = IndexEntry<T>;

    async fn decode(&self, reading: Reading<'_>, stored: Item) -> Result<Option<IndexEntry<T>>> {
        let Reading { table, sent, .. } = reading;
        if sent.tenant.as_ref().is_some_and(|tenant| !stored.contains_key(&tenant.attribute)) {
            return Err(Error::new(
                ErrorKind::Usage,
                "the index does not say whose an item is: read the items themselves, with `.hydrate()`",
            ));
        }
        if !sent.includes_key_of(&stored) || !sent.includes_tenant_of(&stored) || !sent.filter_holds_for(&stored) {
            return Err(Error::integrity());
        }
        let key = T::Key::from_item(&mut table.key.of(&stored))?;
        Ok(Some(IndexEntry { key }))
    }
}

/// Complete items found through an index, which may be stale.
pub struct Followed<T>(PhantomData<fn() -> T>);

impl<T: Record> Decode for Followed<T> {
    type Output = T;
    const CAN_SKIP: bool = true;

    fn explain(key: &Item, error: Error) -> Error {
        T::foreign(key).filter(|_| error.kind() == ErrorKind::Integrity).unwrap_or(error)
    }

    /// An item that moves in the index during the read can be on a page twice, but is one item.
    async fn find(&self, reading: Reading<'_>, entries: Vec<Located>) -> Vec<Found> {
        let Reading { table, requested, .. } = reading;
        let (mut known, mut parts, mut keys, mut found) = (HashSet::new(), Vec::new(), Vec::new(), Vec::new());
        for Located { part, item } in entries {
            let key = table.key.of(&item);
            match table.key.bytes(&key) {
                Ok(bytes) => {
                    if known.insert(bytes) {
                        parts.push(part);
                        keys.push(key);
                    }
                }
                Err(_) => found.push(Found { part, key, stored: Err(Error::integrity()) }),
            }
        }
        let settings = BatchSettings::default();
        let read = table.span("hydrate").run(table.read_batch(&keys, requested.consistent, &settings)).await;
        let read = parts.into_iter().zip(keys).zip(read);
        found.extend(read.map(|((part, key), stored)| Found { part, key, stored }));
        found
    }

    async fn decode(&self, reading: Reading<'_>, stored: Item) -> Result<Option<T>> {
        let Reading { table, sent, .. } = reading;
        // The attributes of the conditions are not encrypted, so this can be checked before the item is verified.
        if !sent.includes(&stored) || !sent.filter_holds_for(&stored) {
            return Ok(None);
        }
        let beacons = reading.beacons_of(&stored);
        let item = verify::decrypt::<T>(table, stored).await?;
        reading.check_beacons(&beacons, &item);
        if !reading.still_wants(&item)? {
            return Ok(None);
        }
        let (record, _) = T::from_attributes(item)?;
        Ok(Some(record))
    }
}

macro_rules! impl_default {
    ($($decoder:ident)*) => {$(
        impl<T> Default for $decoder<T> {
            fn default() -> Self {
                Self(PhantomData)
            }
        }
    )*};
}

impl_default!(Whole KeyOnly Followed);
