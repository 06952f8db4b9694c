//! Requests for items as stored.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::Result;
use crate::example::example;
use crate::item::Item;
use crate::table::Table;

use super::{Clock, Record};

/// A request that reads an item as stored; created by [`danger::read_stored`](crate::danger::read_stored).
#[must_use = "nothing is read until the request is awaited"]
pub struct ReadStored {
    table: Arc<Table>,
    key: Result<Item>,
    consistent: bool,
}

/// Implemented by this crate only.
pub trait Sealed {}

/// A source of stored items: a [`Repository`](crate::Repository) or an [`EncryptedTable`](crate::EncryptedTable).
pub trait StoredItems: Sealed {
    /// The type that an item is read as.
    type Record: Record;

    #[doc(hidden)]
    fn parts(&self) -> Parts<'_>;
}

/// The parts of requests for stored items.
pub struct Parts<'a> {
    pub(crate) table: &'a Arc<Table>,
    pub(crate) clock: &'a Clock,
}

/// Reads an item as stored from a [`Repository`](crate::Repository) or an [`EncryptedTable`](crate::EncryptedTable), to
/// inspect items that do not verify.
///
/// **Weakens:** the item is not verified. An attacker who can write to the table chooses what is returned, even an item
/// with another key; encrypted values stay encrypted.
///
/// # Errors
/// `Codec` or `Usage` for an invalid key, and the errors of the service.
pub fn read_stored<S: StoredItems>(items: &S, key: impl Into<<S::Record as Record>::Key>) -> ReadStored {
    let table = Arc::clone(items.parts().table);
    ReadStored { key: key_in::<S::Record>(&table, &key.into()), table, consistent: false }
}

/// Returns the key of a record as stored in the table.
pub(crate) fn key_in<T: Record>(table: &Table, key: &T::Key) -> Result<Item> {
    table.key.exact(T::key_item(key)?)
}

impl ReadStored {
    /// Reads consistently: sees every write that was acknowledged before, for twice the read capacity.
    ///
    #[doc = example!(employees)]
    /// use dynaseal::danger::read_stored;
    ///
    /// employees.create(&ada).await?;
    /// let stored = read_stored(&employees, "e-1").consistent().await?.expect("she was written");
    /// assert!(stored["salary"].is_b()); // encrypted
    #[doc = example!(end)]
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }
}

impl IntoFuture for ReadStored {
    type Output = Result<Option<Item>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.table.span("read_stored");
        Box::pin(span.run(async move { self.table.read_stored(self.key?, self.consistent).await }))
    }
}

impl fmt::Debug for ReadStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadStored").field("table", &self.table.name).finish_non_exhaustive()
    }
}
