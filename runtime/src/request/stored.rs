//! Items as they are stored.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use crate::encrypted_table::EncryptedTable;
use crate::error::Result;
use crate::example::example;
use crate::item::Item;
use crate::repository::Repository;
use crate::schema::entity::EncryptedItem;
use crate::table::Table;

use super::{Clock, Record};

/// A request that reads an item as it is stored; made by [`danger::read_stored`](crate::danger::read_stored).
#[must_use = "nothing is read until the request is awaited"]
pub struct ReadStored {
    table: Arc<Table>,
    key: Result<Item>,
    consistent: bool,
}

mod sealed {
    use super::{EncryptedTable, Repository};

    pub trait Sealed {}
    impl<T> Sealed for Repository<T> {}
    impl Sealed for EncryptedTable {}
}

/// Where stored items are: a [`Repository`] or an [`EncryptedTable`].
pub trait StoredItems: sealed::Sealed {
    /// What an item becomes when it is read.
    type Record: Record;

    #[doc(hidden)]
    fn table(&self) -> &Arc<Table>;

    #[doc(hidden)]
    fn clock(&self) -> &Clock;
}

impl<T: EncryptedItem> StoredItems for Repository<T> {
    type Record = T;

    fn table(&self) -> &Arc<Table> {
        &self.table
    }

    fn clock(&self) -> &Clock {
        &self.clock
    }
}

impl StoredItems for EncryptedTable {
    type Record = Item;

    fn table(&self) -> &Arc<Table> {
        self.table()
    }

    fn clock(&self) -> &Clock {
        self.clock()
    }
}

/// The key of a record, as the table has it.
pub(crate) fn key_in<T: Record>(table: &Table, key: &T::Key) -> Result<Item> {
    table.key.exact(T::key_item(key)?)
}

impl ReadStored {
    pub(crate) fn new<S: StoredItems>(items: &S, key: &<S::Record as Record>::Key) -> Self {
        let table = Arc::clone(items.table());
        Self { key: key_in::<S::Record>(&table, key), table, consistent: false }
    }

    /// Sees every write that was acknowledged before, for twice the read capacity.
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
