//! Requests that read one item.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::entity::{EncryptedItem, UnknownAttributes};
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec;
use crate::item::Item;
use crate::table::EncryptedTable;

use super::Repository;

/// A request that reads one entity; made by [`Repository::get`].
#[must_use = "nothing is read until the request is awaited"]
pub struct Get<T> {
    table: Arc<EncryptedTable>,
    key: Result<Item>,
    consistent: bool,
    entity: PhantomData<fn() -> T>,
}

impl<T: EncryptedItem> Get<T> {
    pub(super) fn new(repository: &Repository<T>, key: Result<Item>) -> Self {
        Self { table: Arc::clone(&repository.table), key, consistent: false, entity: PhantomData }
    }

    /// Sees every write that was acknowledged before, for twice the read capacity.
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }
}

impl<T: EncryptedItem> IntoFuture for Get<T> {
    type Output = Result<Option<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let key = self.key?;
            match self.table.read_stored(key.clone(), self.consistent).await? {
                Some(stored) => open::<T>(&self.table, &key, stored).await.map(Some),
                None => Ok(None),
            }
        })
    }
}

impl<T> fmt::Debug for Get<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").field("table", &self.table.name).finish_non_exhaustive()
    }
}

/// Verifies, decrypts and decodes the item that was stored under `key`.
async fn open<T: EncryptedItem>(table: &EncryptedTable, key: &Item, stored: Item) -> Result<T> {
    reject_unknown::<T>(&stored)?;
    let mut item = table.decrypt(stored).await?;
    check_key(key, &item)?;
    T::from_item(&mut item)
}

/// Which attributes there are can be seen without any key, so that this can be said before the item is verified.
fn reject_unknown<T: EncryptedItem>(stored: &Item) -> Result<()> {
    if T::UNKNOWN != UnknownAttributes::Reject {
        return Ok(());
    }
    let known = |name: &str| {
        T::ACTIONS.iter().any(|(known, _)| *known == name)
            || ddbec::is_reserved(name)
            || name.starts_with(crate::action::REPLICATION_PREFIX)
    };
    match stored.keys().find(|name| !known(name)) {
        Some(name) => Err(Error::new(
            ErrorKind::Schema,
            "the stored item has this attribute, the entity does not, and says `unknown = reject`",
        )
        .with_attribute(name)),
        None => Ok(()),
    }
}

/// A signed item that answers another question than was asked is as wrong as a forged one.
fn check_key(asked: &Item, answered: &Item) -> Result<()> {
    if asked.iter().all(|(name, value)| answered.get(name) == Some(value)) { Ok(()) } else { Err(Error::integrity()) }
}
