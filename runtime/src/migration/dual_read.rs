//! Reading a table of which not all is encrypted yet.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::time::SystemTime;

use crate::entity::{EncryptedItem, ItemKey as _};
use crate::error::{Error, Result};
use crate::item::Item;
use crate::repository::Repository;

use super::import::is_plaintext;

/// Reads a table while [`import_plaintext`](crate::danger::import_plaintext) encrypts it: items in plaintext as well, until a
/// deadline.
///
/// **Weakens:** until the deadline, whoever can write to the table can make up items, or strip one of its signature and change
/// it. Such an item is returned as [`MaybeVerified::Unverified`], and a warning event (target `dynaseal::audit`) is emitted
/// each time. From the deadline on it is refused as everywhere else.
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
///     Some(MaybeVerified::Unverified(ada)) => println!("{} according to somebody", ada.salary),
///     None => println!("nobody"),
/// }
/// # Ok(())
/// # }
/// ```
pub struct DualRead<T> {
    repository: Repository<T>,
    deadline: SystemTime,
}

/// An entity, and whether anything vouches for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an unverified entity may have been made up by anyone who can write to the table"]
pub enum MaybeVerified<T> {
    /// It was signed, and it verified.
    Verified(T),
    /// It was stored in plaintext: anyone who can write to the table may have made it up.
    Unverified(T),
}

impl<T> MaybeVerified<T> {
    /// True if the entity was signed, and verified.
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }

    /// The entity, verified or not.
    pub fn into_inner(self) -> T {
        match self {
            Self::Verified(entity) | Self::Unverified(entity) => entity,
        }
    }

    /// The entity, if it was verified.
    pub fn verified(self) -> Option<T> {
        match self {
            Self::Verified(entity) => Some(entity),
            Self::Unverified(_) => None,
        }
    }
}

impl<T: EncryptedItem> DualRead<T> {
    /// Accepts plaintext until the deadline, by the [clock](crate::repository::RepositoryBuilder::clock) of the repository.
    pub fn until(repository: &Repository<T>, deadline: SystemTime) -> Self {
        Self { repository: repository.clone(), deadline }
    }

    /// Reads the entity of this key, or `None` if there is none.
    ///
    /// # Errors
    /// As [`Repository::get`]. `Integrity` for an item in plaintext once the deadline has passed, and for one that has only one
    /// of the attributes that encryption adds.
    pub fn get(&self, key: impl Into<T::Key>) -> DualGet<T> {
        DualGet { dual: self.clone(), key: key.into().to_item(), consistent: false }
    }

    async fn open(&self, key: &Item, mut stored: Item) -> Result<MaybeVerified<T>> {
        let table = self.repository.table();
        if !is_plaintext(&table, &stored) || table.actions.protect_nothing() {
            return self.repository.open(key, stored).await.map(MaybeVerified::Verified);
        }
        if self.repository.now() >= self.deadline {
            return Err(Error::integrity());
        }
        tracing::warn!(target: "dynaseal::audit", table = table.name, "an item in plaintext was read: nothing vouches for it");
        T::from_item(&mut stored).map(MaybeVerified::Unverified)
    }
}

/// A request that reads one entity, encrypted or not; made by [`DualRead::get`].
#[must_use = "nothing is read until the request is awaited"]
pub struct DualGet<T: EncryptedItem> {
    dual: DualRead<T>,
    key: Result<Item>,
    consistent: bool,
}

impl<T: EncryptedItem> DualGet<T> {
    /// Sees every write that was acknowledged before, for twice the read capacity.
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }
}

impl<T: EncryptedItem> IntoFuture for DualGet<T> {
    type Output = Result<Option<MaybeVerified<T>>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let span = self.dual.repository.table().span("get");
        Box::pin(span.run(async move {
            let key = self.key?;
            match self.dual.repository.table().read_stored(key.clone(), self.consistent).await? {
                Some(stored) => self.dual.open(&key, stored).await.map(Some),
                None => Ok(None),
            }
        }))
    }
}

impl<T> Clone for DualRead<T> {
    fn clone(&self) -> Self {
        Self { repository: self.repository.clone(), deadline: self.deadline }
    }
}

impl<T> fmt::Debug for DualRead<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DualRead").field("repository", &self.repository).field("deadline", &self.deadline).finish()
    }
}

impl<T: EncryptedItem> fmt::Debug for DualGet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DualGet").field("dual", &self.dual).finish_non_exhaustive()
    }
}
