//! Changes of items: of a whole one that was read first, or of what is not signed of it.

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
    /// Reads the item of this key, lets `change` change it, and writes it back as [`save`](Self::save) does. If somebody else
    /// wrote meanwhile, all of it happens again, so `change` can run several times. Nothing is written if it changes nothing.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let change = move |item: &mut Item| drop(item.insert("name".to_owned(), text("Ada L.")));
    /// let changed = employees.update_with(key, change).await?;
    /// assert_eq!(changed["name"], text("Ada L."));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `NotFound` if there is no item with this key, `Conflict` if others were faster in every attempt, and as `save`.
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

    /// As [`update_with`](Self::update_with), but if there is no item with this key, `new` makes the item that `change` gets, and it
    /// is created. Both can run several times.
    ///
    #[doc = example!(table)]
    /// let new = move || ada.clone();
    /// let change = move |item: &mut Item| drop(item.insert("name".to_owned(), text("Ada L.")));
    /// let changed = employees.upsert_with(key, new, change).await?;
    /// assert_eq!(changed["name"], text("Ada L."));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// As `update_with`, without `NotFound`, and `Usage` if `new` makes an item of another key.
    pub fn upsert_with(
        &self,
        key: impl Into<Item>,
        new: impl FnMut() -> Item + Send + 'static,
        change: impl FnMut(&mut Item) + Send + 'static,
    ) -> UpdateWith<Item> {
        self.update_with(key, change).or_create(new)
    }

    /// As [`update_with`](Self::update_with), with a `change` that can refuse: nothing is written if it returns an error.
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
    /// What `change` returns, and as `update_with`.
    pub fn try_update_with<E: From<Error>>(
        &self,
        key: impl Into<Item>,
        change: impl FnMut(&mut Item) -> Result<(), E> + Send + 'static,
    ) -> UpdateWith<Item, E> {
        UpdateWith::new(&self.table, &self.clock, self.key(key), Box::new(change))
    }

    /// Lets the server change attributes that are not signed, without reading the item: counters, flags, expiry times.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let counted = employees.update_in_place(key, Update::add("logins", number(1))).returning().await?;
    /// assert_eq!(counted["logins"], number(8));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` for an attribute without `DoNothing` as an action of its own, and if one is changed twice; `NotFound` if there is
    /// no item with this key; `Codec` for a value that DynamoDB cannot represent; `OutcomeUnknown` if no attempt had a clear
    /// answer (an addition is not repeated then); and what the service fails with.
    pub fn update_in_place(&self, key: impl Into<Item>, update: Update<Item>) -> UpdateInPlace<Item> {
        let changes = update.into_changes().and_then(|changes| self.check_unsigned(changes));
        UpdateInPlace::new(&self.table, self.key(key), changes)
    }

    /// An attribute that is signed, or might be, can only be changed by who can sign the whole item.
    fn check_unsigned(&self, changes: UnsignedUpdate) -> Result<UnsignedUpdate> {
        let Table { actions, encryptor, .. } = &*self.table;
        let is_unsigned = |name: &str| {
            actions.declares(name) && actions.action(name) == AttributeAction::DoNothing && !encryptor.owns(name)
        };
        let refused = changes.names().find(|name| !is_unsigned(name)).map(str::to_owned);
        match refused {
            None => Ok(changes),
            Some(name) => Err(Error::new(
                ErrorKind::Usage,
                "only an attribute with `DoNothing` as an action of its own can be changed in place; for this one there is \
                 `update_with`",
            )
            .with_attribute(name)),
        }
    }
}
