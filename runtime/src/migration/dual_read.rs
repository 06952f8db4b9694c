//! Reads from a table that is only partially encrypted.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::item::Item;
use crate::request::{Clock, Record, StoredItems, has_key, key_in, open};
use crate::table::Table;

use super::import::is_plaintext;

/// Reads a table while [`import_plaintext`](crate::danger::import_plaintext) encrypts it: until a deadline, it also
/// returns items in plaintext.
///
/// **Weakens:** until the deadline, an attacker who can write to the table can forge items, or remove the signature of
/// an item and change it. Such an item is returned as [`MaybeVerified::Unverified`], with a warning event (target
/// `dynaseal::audit`) each time. After the deadline it is rejected as everywhere else.
///
/// ```
/// # use std::time::{Duration, SystemTime};
/// # use dynaseal::{EncryptedItem, Repository, danger::{DualRead, MaybeVerified}};
/// # #[derive(EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
/// # async fn read(employees: Repository<Employee>, end_of_march: SystemTime) -> dynaseal::Result<()> {
/// let dual = DualRead::until(&employees, end_of_march);
/// match dual.get("e-1").await? {
///     Some(MaybeVerified::Verified(ada)) => println!("{}", ada.salary),
///     Some(MaybeVerified::Unverified(ada)) => println!("{}, unverified", ada.salary),
///     None => println!("not found"),
/// }
/// # Ok(())
/// # }
/// ```
pub struct DualRead<T> {
    table: Arc<Table>,
    clock: Clock,
    deadline: SystemTime,
    record: PhantomData<fn() -> T>,
}

/// An entity, and whether it was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an unverified entity may have been invented by anyone who can write to the table"]
pub enum MaybeVerified<T> {
    /// The item was signed, and the signature verified.
    Verified(T),
    /// The item was stored in plaintext: anyone who can write to the table may have forged it.
    Unverified(T),
}

impl<T> MaybeVerified<T> {
    /// Returns whether the entity was signed and verified.
    #[inline]
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }

    /// Returns the entity, verified or not.
    #[inline]
    pub fn into_inner(self) -> T {
        match self {
            Self::Verified(entity) | Self::Unverified(entity) => entity,
        }
    }

    /// Returns the entity if it was verified.
    #[inline]
    pub fn verified(self) -> Option<T> {
        match self {
            Self::Verified(entity) => Some(entity),
            Self::Unverified(_) => None,
        }
    }
}

impl<T: Record> DualRead<T> {
    /// Accepts plaintext until the deadline, by the [clock](crate::repository::RepositoryBuilder::clock) of the
    /// [`Repository`](crate::Repository) or [`EncryptedTable`](crate::EncryptedTable).
    #[inline]
    pub fn until(items: &impl StoredItems<Record = T>, deadline: SystemTime) -> Self {
        Self {
            table: Arc::clone(items.parts().table),
            clock: items.parts().clock.clone(),
            deadline,
            record: PhantomData,
        }
    }

    /// Reads the entity of this key; `None` if there is none.
    ///
    /// # Errors
    /// Those of [`Repository::get`](crate::Repository::get). `Integrity` for an item in plaintext after the deadline,
    /// and for an item that has only one of the attributes that encryption adds, or another key.
    #[inline]
    pub fn get(&self, key: impl Into<T::Key>) -> DualGet<T> {
        DualGet { dual: self.clone(), key: key_in::<T>(&self.table, &key.into()), consistent: false }
    }

    #[inline]
    async fn open(&self, key: &Item, stored: Item) -> Result<MaybeVerified<T>> {
        let table = &self.table;
        if !is_plaintext(table, &stored) || table.actions.protect_nothing() {
            return open(table, key, stored).await.map(MaybeVerified::Verified);
        }
        if self.clock.now() >= self.deadline {
            return Err(Error::integrity());
        }
        has_key(&stored, key)?;
        tracing::warn!(target: "dynaseal::audit", table = table.name, "an item in plaintext was read: nothing vouches for it");
        T::from_attributes(stored).map(|(record, _)| MaybeVerified::Unverified(record))
    }
}

/// A request that reads one entity, encrypted or not; created by [`DualRead::get`].
#[must_use = "nothing is read until the request is awaited"]
pub struct DualGet<T> {
    dual: DualRead<T>,
    key: Result<Item>,
    consistent: bool,
}

impl<T> DualGet<T> {
    /// Reads consistently: sees every write that was acknowledged before, for twice the read capacity.
    #[inline]
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }
}

impl<T: Record> IntoFuture for DualGet<T> {
    type Output = Result<Option<MaybeVerified<T>>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        let span = self.dual.table.span("get");
        Box::pin(span.run(async move {
            let key = self.key?;
            match self.dual.table.read_stored(key.clone(), self.consistent).await? {
                Some(stored) => self.dual.open(&key, stored).await.map(Some),
                None => Ok(None),
            }
        }))
    }
}

impl<T> Clone for DualRead<T> {
    #[inline]
    fn clone(&self) -> Self {
        Self { table: Arc::clone(&self.table), clock: self.clock.clone(), deadline: self.deadline, record: PhantomData }
    }
}

impl<T> fmt::Debug for DualRead<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.table.name;
        f.debug_struct("DualRead").field("table", table).field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for DualGet<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DualGet").field("dual", &self.dual).finish_non_exhaustive()
    }
}
