//! Calls that change items.

use crate::condition::Update;
use crate::error::{Error, Result};
use crate::example::example;
use crate::request::{UpdateInPlace, UpdateWith};
use crate::schema::entity::{EncryptedItem, IntoItemKey, ItemKey as _};

use super::Repository;

impl<T: EncryptedItem> Repository<T> {
    /// Reads the entity of this key, changes it with `change`, and writes it back as [`save`](Self::save) does. If
    /// another writer was faster, all of this is repeated, so `change` can run several times. Nothing is written if
    /// `change` changes nothing.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let ada = employees.update_with("e-1", |employee| employee.salary += 300).await?;
    /// assert_eq!(ada.salary, 4500);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `NotFound` if there is no item with this key, `Conflict` if other writers were faster in every attempt, and
    /// those of [`get`](Self::get) and `save`.
    pub fn update_with(
        &self,
        key: impl IntoItemKey<T, T::KeyParts>,
        mut change: impl FnMut(&mut T) + Send + 'static,
    ) -> UpdateWith<T> {
        self.try_update_with(key, move |entity: &mut T| {
            change(entity);
            Ok(())
        })
    }

    /// As [`update_with`](Self::update_with), but if there is no item with this key, `new` creates the entity that is
    /// passed to `change`, and it is written as a new item. Both closures can run several times.
    ///
    #[doc = example!(employees)]
    /// let new = move || Employee { salary: 0, ..ada.clone() };
    /// let ada = employees.upsert_with("e-1", new.clone(), |employee| employee.salary += 300).await?;
    /// assert_eq!(ada.salary, 300); // was created
    /// let ada = employees.upsert_with("e-1", new, |employee| employee.salary += 300).await?;
    /// assert_eq!(ada.salary, 600); // was updated
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of `update_with` except `NotFound`, and `Usage` if `new` returns an entity with another key.
    pub fn upsert_with(
        &self,
        key: impl IntoItemKey<T, T::KeyParts>,
        new: impl FnMut() -> T + Send + 'static,
        change: impl FnMut(&mut T) + Send + 'static,
    ) -> UpdateWith<T> {
        self.update_with(key, change).or_create(new)
    }

    /// As [`update_with`](Self::update_with), with a `change` that can fail: nothing is written if it returns an error.
    ///
    #[doc = example!(employees)]
    /// #[derive(Debug, PartialEq)]
    /// enum Rejection { PaidEnough, Store(ErrorKind) }
    /// # impl From<Error> for Rejection { fn from(error: Error) -> Self { Self::Store(error.kind()) } }
    ///
    /// employees.create(&ada).await?;
    /// let raise = employees.try_update_with("e-1", |employee| {
    ///     if employee.salary > 4000 {
    ///         return Err(Rejection::PaidEnough);
    ///     }
    ///     employee.salary += 300;
    ///     Ok(())
    /// });
    /// assert_eq!(raise.await.unwrap_err(), Rejection::PaidEnough);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// The error of `change`, and those of `update_with`.
    pub fn try_update_with<E: From<Error>>(
        &self,
        key: impl IntoItemKey<T, T::KeyParts>,
        change: impl FnMut(&mut T) -> Result<(), E> + Send + 'static,
    ) -> UpdateWith<T, E> {
        UpdateWith::new(&self.table, &self.clock, key.into_item_key().to_item(), Box::new(change))
    }

    /// Changes unsigned attributes on the server, without reading the item: counters, flags, expiry times.
    ///
    /// Signed attributes do not compile; change them with [`update_with`](Self::update_with).
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// employees.update_in_place("e-1", Employee::fields().logins.add(1)).await?;
    /// assert_eq!(employees.get("e-1").await?.map(|employee| employee.logins), Some(8));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `NotFound` if there is no item with this key, `OutcomeUnknown` if no attempt had a clear response (an addition
    /// is then not repeated), `Usage` if an attribute is changed twice, `Codec` for a value that DynamoDB cannot
    /// represent, and the errors of the service.
    pub fn update_in_place(&self, key: impl IntoItemKey<T, T::KeyParts>, update: Update<T>) -> UpdateInPlace<T> {
        UpdateInPlace::new(&self.table, key.into_item_key().to_item(), update.into_changes())
    }
}
