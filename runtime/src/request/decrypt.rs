//! Requests that decrypt items from other sources.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::Result;
use crate::item::Item;
use crate::table::Table;

use super::debug::debug_by_table;
use super::{Record, verify};

/// A request that verifies and decrypts an item from another source; created by
/// [`Repository::decrypt`](crate::Repository::decrypt).
#[must_use = "nothing is verified until the request is awaited"]
pub struct Decrypt<T> {
    table: Arc<Table>,
    stored: Result<Item>,
    record: PhantomData<fn() -> T>,
}

impl<T: Record> Decrypt<T> {
    pub(crate) fn new(table: &Arc<Table>, stored: Result<Item>) -> Self {
        Self { table: Arc::clone(table), stored, record: PhantomData }
    }
}

impl<T: Record> IntoFuture for Decrypt<T> {
    type Output = Result<T>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let stored = self.stored?;
            let key = self.table.key.of(&stored);
            let opened = verify::decrypt::<T>(&self.table, stored).await.and_then(T::from_attributes);
            opened.map(|(record, _)| record).map_err(|error| error.with_item_key(key))
        })
    }
}

debug_by_table!(Decrypt: table);
