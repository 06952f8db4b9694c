//! Requests that read one item.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::Result;
use crate::example::example;
use crate::item::Item;
use crate::table::Table;

use super::debug::debug_by_table;
use super::verify::open;
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

debug_by_table!(Get: read.table, Fetch: read.table);
