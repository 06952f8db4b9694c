//! What is returned of each item that is found.

use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::Item;
use crate::request::{Record, read};
use crate::schema::entity::{EncryptedItem, ItemKey as _};
use crate::schema::index::{AllAttributes, SomeAttributes};
use crate::table::BatchSettings;

use super::reader::{Decode, Found, Reading};

/// What is returned of each item: the entity, where all its attributes are at hand, else an [`IndexEntry`].
///
/// There is nothing to implement.
pub trait Projection<T>: sealed::Sealed {
    /// What a stream of them consists of.
    type Output: Send + 'static;

    #[doc(hidden)]
    type Decoder: Decode<Output = Self::Output> + Default;
}

/// What returns whole items, which were verified.
#[diagnostic::on_unimplemented(
    message = "nothing vouches for the entries of an index that holds only some attributes",
    label = "cannot be counted",
    note = "with `.hydrate()` the whole items are read, verified and counted"
)]
pub trait WholeItems: sealed::Sealed {}

/// Whole items, found through an index that holds only some attributes.
#[derive(Debug)]
pub enum Hydrated {}

pub(super) mod sealed {
    use super::{AllAttributes, Hydrated, SomeAttributes};

    pub trait Sealed {}
    impl Sealed for AllAttributes {}
    impl Sealed for SomeAttributes {}
    impl Sealed for Hydrated {}
}

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

impl<T: EncryptedItem> Projection<T> for Hydrated {
    type Output = T;
    type Decoder = Followed<T>;
}

/// An item as an index knows it that holds only some of its attributes: its key.
///
/// **Nothing of it is verified**, since the signature covers the whole item: whoever can write to the table can make an index
/// say anything. [`hydrate`](super::Selection::hydrate) reads the items themselves.
pub struct IndexEntry<T: EncryptedItem> {
    key: T::Key,
}

impl<T: EncryptedItem> IndexEntry<T> {
    /// The key that the item is said to have.
    ///
    #[doc = example!(shops)]
    /// let entries = shops.query_index(Shop::indexes().by_city, "Paris").collect().await?;
    /// assert_eq!(entries[0].key().id, "shop-1");
    #[doc = example!(end)]
    pub fn key(&self) -> &T::Key {
        &self.key
    }

    /// The same, owned.
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

/// Whole items, verified and decrypted. One that was not asked for is as wrong as a forged one.
pub struct Whole<T>(PhantomData<fn() -> T>);

impl<T: Record> Decode for Whole<T> {
    type Output = T;

    fn explain(key: &Item, error: Error) -> Error {
        T::foreign(key).filter(|_| error.kind() == ErrorKind::Integrity).unwrap_or(error)
    }

    async fn decode(&self, reading: Reading<'_>, stored: Item) -> Result<Option<T>> {
        let Reading { table, asked } = reading;
        let is_found = asked.filter_holds_for(&stored);
        let item = read::decrypt::<T>(table, stored).await?;
        if !is_found || !asked.includes(&item) {
            return Err(Error::integrity());
        }
        if !asked.keeps(table, &item) {
            return Ok(None);
        }
        let (record, _) = T::from_attributes(item)?;
        Ok(Some(record))
    }
}

/// The keys of items, as the index has them.
pub struct KeyOnly<T>(PhantomData<fn() -> T>);

impl<T: EncryptedItem> Decode for KeyOnly<T> {
    type Output = IndexEntry<T>;

    async fn decode(&self, reading: Reading<'_>, stored: Item) -> Result<Option<IndexEntry<T>>> {
        let Reading { table, asked } = reading;
        if !asked.includes_key_of(&stored) || !asked.filter_holds_for(&stored) {
            return Err(Error::integrity());
        }
        let key = T::Key::from_item(&mut table.key.of(&stored))?;
        Ok(Some(IndexEntry { key }))
    }
}

/// Whole items that an index led to. The index may be behind.
pub struct Followed<T>(PhantomData<fn() -> T>);

impl<T: Record> Decode for Followed<T> {
    type Output = T;
    const CAN_SKIP: bool = true;

    fn explain(key: &Item, error: Error) -> Error {
        T::foreign(key).filter(|_| error.kind() == ErrorKind::Integrity).unwrap_or(error)
    }

    /// An item that changes its place in the index meanwhile can be on a page twice. It is one item nevertheless.
    async fn find(&self, reading: Reading<'_>, entries: Vec<Item>) -> Vec<Found> {
        let Reading { table, asked } = reading;
        let (mut known, mut keys, mut found) = (HashSet::new(), Vec::new(), Vec::new());
        for key in entries.iter().map(|entry| table.key.of(entry)) {
            match table.key.bytes(&key) {
                Ok(bytes) => {
                    if known.insert(bytes) {
                        keys.push(key);
                    }
                }
                Err(_) => found.push(Found { key, stored: Err(Error::integrity()) }),
            }
        }
        let settings = BatchSettings::default();
        let read = table.span("hydrate").run(table.read_batch(&keys, asked.consistent, &settings)).await;
        found.extend(keys.into_iter().zip(read).map(|(key, stored)| Found { key, stored }));
        found
    }

    async fn decode(&self, reading: Reading<'_>, stored: Item) -> Result<Option<T>> {
        let Reading { table, asked } = reading;
        // What is asked of is not encrypted, so this can be seen before the item is verified.
        if !asked.includes(&stored) || !asked.filter_holds_for(&stored) {
            return Ok(None);
        }
        let item = read::decrypt::<T>(table, stored).await?;
        if !asked.includes(&item) || !asked.keeps(table, &item) {
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
