//! Requests that write or delete whole items.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::entity::EncryptedItem;
use crate::error::Result;
use crate::item::Item;
use crate::table::{EncryptedTable, Existence};

use super::Repository;

/// A request that writes an entity; made by [`Repository::create`], [`put`](Repository::put) and
/// [`replace`](Repository::replace).
#[must_use = "nothing is written until the request is awaited"]
pub struct Put<T> {
    table: Arc<EncryptedTable>,
    item: Result<Item>,
    existence: Existence,
    entity: PhantomData<fn() -> T>,
}

/// A request that deletes an item; made by [`Repository::delete`].
#[must_use = "nothing is deleted until the request is awaited"]
pub struct Delete {
    table: Arc<EncryptedTable>,
    key: Result<Item>,
}

impl<T: EncryptedItem> Put<T> {
    pub(super) fn new(repository: &Repository<T>, entity: &T, existence: Existence) -> Self {
        Self { table: Arc::clone(&repository.table), item: entity.to_item(), existence, entity: PhantomData }
    }
}

impl<T: EncryptedItem> IntoFuture for Put<T> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.table.put(self.item?, T::KEY_SCHEMA.partition_key.name, self.existence).await })
    }
}

impl Delete {
    pub(super) fn new<T>(repository: &Repository<T>, key: Result<Item>) -> Self {
        Self { table: Arc::clone(&repository.table), key }
    }
}

impl IntoFuture for Delete {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.table.delete(self.key?).await })
    }
}

impl<T> fmt::Debug for Put<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Put").field("table", &self.table.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for Delete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delete").field("table", &self.table.name).finish_non_exhaustive()
    }
}
