//! Updates of items: of a whole item that was read first, or of unsigned attributes.

use crate::condition::Update;
use crate::condition::changes::UnsignedUpdate;
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::Item;
use crate::request::{UpdateInPlace, UpdateWith};
use crate::schema::action::AttributeAction;
use crate::table::Table;

use super::EncryptedTable;

impl EncryptedTable {
    /// Reads the item of this key, changes it with `change`, and writes it back as [`save`](Self::save) does. If
    /// another writer was faster, all of this is repeated, so `change` can run several times. Nothing is written if
    /// `change` changes nothing.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let change = move |item: &mut Item| drop(item.insert("name".to_owned(), text("Ada L.")));
    /// let changed = employees.update_with(key, change).await?;
    /// assert_eq!(changed["name"], text("Ada L."));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `NotFound` if there is no item with this key, `Conflict` if other writers were faster in every attempt, and
    /// those of `save`.
    pub fn update_with(
        &self,
        key: impl Into<Item>,
        mut change: impl FnMut(&mut Item) + Send + 'static,
    ) -> UpdateWith<Item> {
        self.try_update_with(key, move |item: &mut Item| {
            change(item);
            Ok(())
        })
    }

    /// As [`update_with`](Self::update_with), but if there is no item with this key, `new` creates the item that is
    /// passed to `change`, and it is written as a new item. Both closures can run several times.
    ///
    #[doc = example!(table)]
    /// let new = move || ada.clone();
    /// let change = move |item: &mut Item| drop(item.insert("name".to_owned(), text("Ada L.")));
    /// let changed = employees.upsert_with(key, new, change).await?;
    /// assert_eq!(changed["name"], text("Ada L."));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of `update_with` except `NotFound`, and `Usage` if `new` returns an item with another key.
    pub fn upsert_with(
        &self,
        key: impl Into<Item>,
        new: impl FnMut() -> Item + Send + 'static,
        change: impl FnMut(&mut Item) + Send + 'static,
    ) -> UpdateWith<Item> {
        self.update_with(key, change).or_create(new)
    }

    /// As [`update_with`](Self::update_with), with a `change` that can fail: nothing is written if it returns an error.
    ///
    #[doc = example!(table)]
    /// #[derive(Debug)]
    /// enum Failure { NoDepartment, Store(Error) }
    /// # impl From<Error> for Failure { fn from(error: Error) -> Self { Self::Store(error) } }
    ///
    /// employees.create(&ada).await?;
    /// let leave = employees.try_update_with(key, |item: &mut Item| match item.remove("department") {
    ///     Some(_) => Ok(()),
    ///     None => Err(Failure::NoDepartment),
    /// });
    /// assert!(!leave.await.unwrap().contains_key("department"));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// The error of `change`, and those of `update_with`.
    pub fn try_update_with<E: From<Error>>(
        &self,
        key: impl Into<Item>,
        change: impl FnMut(&mut Item) -> Result<(), E> + Send + 'static,
    ) -> UpdateWith<Item, E> {
        UpdateWith::new(&self.table, &self.clock, self.key(key), Box::new(change))
    }

    /// Changes unsigned attributes on the server, without reading the item: counters, flags, expiry times.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let counted = employees.update_in_place(key, Update::add("logins", number(1))).returning().await?;
    /// assert_eq!(counted["logins"], number(8));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` for an attribute whose action is not explicitly `DoNothing`, and if one is changed twice; `NotFound` if
    /// there is no item with this key; `Codec` for a value that DynamoDB cannot represent; `OutcomeUnknown` if no
    /// attempt had a clear response (an addition is then not repeated); and the errors of the service.
    pub fn update_in_place(&self, key: impl Into<Item>, update: Update<Item>) -> UpdateInPlace<Item> {
        let changes = update.into_changes().and_then(|changes| self.check_unsigned(changes));
        UpdateInPlace::new(&self.table, self.key(key), changes)
    }

    /// An attribute that is signed, or might be, can only be changed by a party able to sign the whole item.
    fn check_unsigned(&self, changes: UnsignedUpdate) -> Result<UnsignedUpdate> {
        let Table { actions, encryptor, .. } = &*self.table;
        let is_unsigned = |name: &str| {
            actions.declares(name) && actions.action(name) == AttributeAction::DoNothing && !encryptor.owns(name)
        };
        let rejected = changes.names().find(|name| !is_unsigned(name)).map(str::to_owned);
        match rejected {
            None => Ok(changes),
            Some(name) => Err(Error::new(
                ErrorKind::Usage,
                "only an attribute with `DoNothing` as its explicit action can be changed in place; use `update_with` \
                 for this one",
            )
            .with_attribute(name)),
        }
    }
}
