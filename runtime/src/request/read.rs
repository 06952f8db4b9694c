//! Requests that read one item.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::Item;
use crate::item::key::names as key;
use crate::schema::action::is_of_replication;
use crate::table::{Snapshot, Table};

use super::debug::debug_by_table;
use super::{Record, Versioned};

/// A request that reads one entity; created by [`Repository::get`](crate::Repository::get).
#[must_use = "nothing is read until the request is awaited"]
pub struct Get<T> {
    read: Read,
    entity: PhantomData<fn() -> T>,
}

/// A request that reads one entity with everything that a later write needs; created by
/// [`Repository::fetch`](crate::Repository::fetch).
#[must_use = "nothing is read until the request is awaited"]
pub struct Fetch<T> {
    read: Read,
    entity: PhantomData<fn() -> T>,
}

struct Read {
    table: Arc<Table>,
    key: Result<Item>,
    consistent: bool,
}

impl<T: Record> Get<T> {
    pub(crate) fn new(table: &Arc<Table>, key: Result<Item>) -> Self {
        Self { read: Read::new(table, key), entity: PhantomData }
    }

    /// Reads consistently: sees every write that was acknowledged before, for twice the read capacity.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.get("e-1").consistent().await?, Some(ada));
    #[doc = example!(end)]
    pub fn consistent(mut self) -> Self {
        self.read.consistent = true;
        self
    }

    /// The table, and the key to read.
    pub(super) fn into_parts(self) -> (Arc<Table>, Result<Item>) {
        (self.read.table, self.read.key)
    }
}

impl<T: Record> Fetch<T> {
    pub(crate) fn new(table: &Arc<Table>, key: Result<Item>) -> Self {
        Self { read: Read::new(table, key), entity: PhantomData }
    }

    /// Reads consistently: sees every write that was acknowledged before, for twice the read capacity.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch("e-1").consistent().await?;
    /// assert_eq!(read.map(|employee| employee.salary), Some(4200));
    #[doc = example!(end)]
    pub fn consistent(mut self) -> Self {
        self.read.consistent = true;
        self
    }
}

impl Read {
    fn new(table: &Arc<Table>, key: Result<Item>) -> Self {
        Self { table: Arc::clone(table), key, consistent: false }
    }
}

impl<T: Record> IntoFuture for Get<T> {
    type Output = Result<Option<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Read { table, key, consistent } = self.read;
        let span = table.span("get");
        Box::pin(span.run(async move {
            let key = key?;
            match table.read_stored(key.clone(), consistent).await? {
                Some(stored) => open::<T>(&table, &key, stored).await.map(Some),
                None => Ok(None),
            }
        }))
    }
}

impl<T: Record> IntoFuture for Fetch<T> {
    type Output = Result<Option<Versioned<T>>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Read { table, key, consistent } = self.read;
        let span = table.span("fetch");
        Box::pin(span.run(async move { fetch(&table, &key?, consistent).await }))
    }
}

/// Reads, verifies and decrypts the item with this key.
pub(super) async fn fetch<T: Record>(table: &Table, key: &Item, consistent: bool) -> Result<Option<Versioned<T>>> {
    match table.read_stored(key.clone(), consistent).await? {
        Some(stored) => Versioned::open(table, key, stored).await.map(Some),
        None => Ok(None),
    }
}

/// Returns the record that was stored under `key`, verified and decrypted.
pub(crate) async fn open<T: Record>(table: &Table, key: &Item, stored: Item) -> Result<T> {
    let (record, _) = T::from_attributes(verify::<T>(table, key, stored).await?)?;
    Ok(record)
}

/// Verifies and decrypts the item that was stored under `key`.
pub(super) async fn verify<T: Record>(table: &Table, key: &Item, stored: Item) -> Result<Item> {
    let item = decrypt::<T>(table, stored).await?;
    has_key(&item, key)?;
    Ok(item)
}

/// Verifies and decrypts an item with any key.
pub(super) async fn decrypt<T: Record>(table: &Table, stored: Item) -> Result<Item> {
    decrypt_as(table, stored, T::REJECTS_UNKNOWN).await
}

/// The same without the record's type, so that it is compiled once.
pub(super) async fn decrypt_as(table: &Table, stored: Item, rejects_unknown: bool) -> Result<Item> {
    let unknown = unknown_attributes(table, &stored);
    match table.decrypt(stored).await {
        Ok(item) => accept_unknown(&unknown, rejects_unknown).map(|()| item),
        Err(error) => Err(naming(unknown, error)),
    }
}

/// The same, with everything that is needed to change the item safely later.
pub(super) async fn verify_to_change<T: Record>(table: &Table, key: &Item, stored: Item) -> Result<(Item, Snapshot)> {
    let unknown = unknown_attributes(table, &stored);
    let (item, snapshot) = match table.open(stored).await {
        Ok(opened) => accept_unknown(&unknown, T::REJECTS_UNKNOWN).map(|()| opened)?,
        Err(error) => return Err(naming(unknown, error)),
    };
    has_key(&item, key)?;
    Ok((item, snapshot))
}

/// Rejects a verified item with attributes that the struct does not declare, if the entity requires it. Before
/// verification, an attacker who can write to the table could choose this error instead of `Integrity`.
fn accept_unknown(unknown: &[String], rejects_unknown: bool) -> Result<()> {
    match unknown.first() {
        Some(name) if rejects_unknown => Err(Error::new(
            ErrorKind::Schema,
            "the stored item has this attribute, and the entity does not declare it and has `unknown = reject`",
        )
        .with_attribute(name)),
        _ => Ok(()),
    }
}

/// Returns an integrity failure with the unknown attributes, which may have caused it.
fn naming(unknown: Vec<String>, error: Error) -> Error {
    match error.kind() {
        ErrorKind::Integrity => error.with_unknown_attributes(unknown),
        _ => error,
    }
}

/// An authentic item that was not requested is rejected like a forged one.
pub(crate) fn has_key(item: &Item, key: &Item) -> Result<()> {
    let is_same = |(name, value)| item.get(name).is_some_and(|stored| key::same(stored, value));
    if key.iter().all(is_same) { Ok(()) } else { Err(Error::integrity()) }
}

/// Returns the stored attributes that the struct does not declare. Names are readable without a key.
fn unknown_attributes(table: &Table, stored: &Item) -> Vec<String> {
    let is_unknown =
        |name: &&String| !table.actions.declares(name) && !table.encryptor.owns(name) && !is_of_replication(name);
    let mut names: Vec<String> = stored.keys().filter(is_unknown).cloned().collect();
    names.sort_unstable();
    names
}

debug_by_table!(Get: read.table, Fetch: read.table);
