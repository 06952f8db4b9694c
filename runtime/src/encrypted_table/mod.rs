//! Reads and writes of plain attribute maps.

mod configuration;
mod describe;
mod query;

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;

use crate::action::{AttributeAction, AttributeActions};
use crate::condition::{Condition, Update};
use crate::encryptor::ItemEncryptor;
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::into_item::IntoItem;
use crate::item::Item;
use crate::migration::{CheckItems, Reencrypt};
use crate::repository::{
    Check, Clock, Cursors, Decrypt, Delete, DeleteUnchanged, Fetch, Get, GetMany, Put, RepositoryBuilder, Save,
    Transaction, UpdateInPlace, UpdateWith, Versioned, WantsTable, WriteMany,
};
use crate::table::{Existence, Table, UnsignedUpdate};
pub(crate) use describe::Description;

/// Plain attribute maps in one table, for schemas that are known only at run time: encrypted and signed on the way in,
/// verified and decrypted on the way out.
///
/// It does what a [`Repository`](crate::Repository) does, with the same requests, and knows the keys and indexes of the table
/// from DynamoDB. What could carry plaintext or return what nobody verified is not offered: no projections, no `Select`, no
/// PartiQL, no expressions on signed attributes.
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
/// use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
/// use dynaseal::{AttributeActions, AttributeValue, EncryptedTable, Item, Update};
///
/// # #[derive(dynaseal::EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let client = dynaseal::embedded::Database::in_memory()?.client();
/// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// # dynaseal::Repository::<Employee>::builder(client.clone()).table("employees").materials(provider.clone()).build()
/// #     .create_table().await?;
/// let actions = AttributeActions::new(EncryptAndSign).with("employee_id", SignOnly).with("logins", DoNothing);
/// let employees = EncryptedTable::builder(client).table("employees").materials(provider).connect(actions).await?;
///
/// let text = |text: &str| AttributeValue::S(text.to_owned());
/// let key = Item::from([("employee_id".to_owned(), text("e-1"))]);
/// let mut ada = key.clone();
/// ada.insert("name".to_owned(), text("Ada"));
/// employees.create(&ada).await?;
/// assert_eq!(employees.get(key.clone()).await?, Some(ada));
///
/// employees.update_with(key.clone(), move |item| drop(item.insert("name".to_owned(), text("Ada L.")))).await?;
/// employees.update_in_place(key, Update::add("logins", AttributeValue::N("1".to_owned()))).await?;
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct EncryptedTable {
    table: Arc<Table>,
    clock: Clock,
    cursors: Cursors,
    description: Arc<Description>,
}

impl EncryptedTable {
    /// Starts a table on an ordinary SDK client. What follows is its name, the provider, and the actions of the attributes:
    /// `EncryptedTable::builder(client).table("employees").materials(provider).connect(actions).await?`.
    pub fn builder(client: Client) -> RepositoryBuilder<Item, WantsTable> {
        RepositoryBuilder::new(client)
    }

    pub(crate) fn new(table: Arc<Table>, clock: Clock, cursors: Cursors, description: Description) -> Self {
        Self { table, clock, cursors, description: Arc::new(description) }
    }

    /// Writes a new item.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.create(&ada).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `AlreadyExists` if there is an item with its key, `Usage` if it lacks an attribute of the key, `TooLarge` above 400 KB,
    /// and what the provider and the service fail with.
    pub fn create(&self, item: &Item) -> Put<Item> {
        self.write(item, Existence::MustNotExist)
    }

    /// Writes an item, whether or not there is one with its key already. Attributes that it does not have are gone afterwards.
    ///
    #[doc = example!(table)]
    /// employees.put(&ada).await?;
    /// assert_eq!(employees.get(key).await?, Some(ada));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// As [`create`](Self::create), without `AlreadyExists`.
    pub fn put(&self, item: &Item) -> Put<Item> {
        self.write(item, Existence::Any)
    }

    /// Writes an item in the place of the one that has its key. Attributes that it does not have are gone afterwards.
    ///
    #[doc = example!(table)]
    /// assert_eq!(employees.replace(&ada).await.unwrap_err().kind(), ErrorKind::NotFound);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// As [`put`](Self::put), and `NotFound` if there is no item with its key.
    pub fn replace(&self, item: &Item) -> Put<Item> {
        self.write(item, Existence::MustExist)
    }

    /// Reads the item of this key, or `None` if there is none.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.get(key).consistent().await?, Some(ada));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` if the key is not that of the table; `Integrity` if the stored item was not written with these keys, actions and
    /// table name, or was changed since; and what the provider and the service fail with.
    pub fn get(&self, key: impl Into<Item>) -> Get<Item> {
        Get::new(&self.table, self.key(key))
    }

    /// Reads the item of this key with all that a later [`save`](Self::save) needs.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch(key).await?.expect("she was written");
    /// println!("ETag: {}", read.revision().to_etag());
    /// assert_eq!(*read, ada);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn fetch(&self, key: impl Into<Item>) -> Fetch<Item> {
        Fetch::new(&self.table, self.key(key))
    }

    /// Writes a changed item, on the condition that nobody else wrote it since it was read. An unsigned attribute is written
    /// only if the program changed it, so that what others write there meanwhile is kept.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let mut read = employees.fetch(key).await?.expect("she was written");
    /// read.insert("name".to_owned(), text("Ada L."));
    /// employees.save(read).await?;
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Conflict` if the item was changed since, `NotFound` if it was deleted, `Usage` if the program changed its key,
    /// `OutcomeUnknown` if no attempt had a clear answer, and as [`put`](Self::put).
    pub fn save(&self, versioned: Versioned<Item>) -> Save<Item> {
        Save::new(&self.table, &self.clock, versioned)
    }

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
    /// no item with this key; `OutcomeUnknown` if no attempt had a clear answer (an addition is not repeated then); and what the
    /// service fails with.
    pub fn update_in_place(&self, key: impl Into<Item>, update: Update<Item>) -> UpdateInPlace<Item> {
        let changes = update.into_changes().and_then(|changes| self.check_unsigned(changes));
        UpdateInPlace::new(&self.table, self.key(key), changes)
    }

    /// Deletes the item of this key. It is no error if there is none.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.delete(key).returning().await?, Some(ada));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` if the key is not that of the table, `OutcomeUnknown` if no attempt had a clear answer, and what the service fails
    /// with.
    pub fn delete(&self, key: impl Into<Item>) -> Delete<Item> {
        Delete::new(&self.table, self.key(key))
    }

    /// Deletes the item that was read, unless somebody else changed what is signed of it since.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch(key).await?.expect("she was written");
    /// employees.delete_unchanged(read).await?;
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Conflict` if the item was changed, `NotFound` if it was deleted already, `OutcomeUnknown` if no attempt had a clear
    /// answer, and what the service fails with.
    pub fn delete_unchanged(&self, versioned: Versioned<Item>) -> DeleteUnchanged<Item> {
        DeleteUnchanged::new(&self.table, versioned)
    }

    /// Reads the items of these keys, however many, in their order and each with its own error. A key that is given twice is
    /// read once.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let found: Vec<_> = employees.get_many([key]).await.into_iter().collect::<Result<_, _>>()?;
    /// assert_eq!(found, [Some(ada)]);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// For each key as [`get`](Self::get), and `Throttled` if the service left it undone in each of
    /// [`max_attempts`](GetMany::max_attempts).
    pub fn get_many(&self, keys: impl IntoIterator<Item = impl Into<Item>>) -> GetMany<Item> {
        GetMany::new(&self.table, keys.into_iter().map(|key| self.key(key)).collect())
    }

    /// Writes these items, however many, whether or not there are items with their keys already; further ones can be deleted
    /// with them. What could not be written is given back.
    ///
    #[doc = example!(table)]
    /// let with_id = |id: u32| Item::from([("employee_id".to_owned(), text(&format!("e-{id}"))), ("name".to_owned(), text("Ada"))]);
    /// employees.write_many((2..60).map(with_id)).delete([key]).await?;
    /// assert_eq!(employees.scan().count().await?, 58);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// For each item as [`put`](Self::put), `Throttled` if the service left it undone in each of
    /// [`max_attempts`](WriteMany::max_attempts), and `OutcomeUnknown` if an attempt had no clear answer and another item, or
    /// none, is stored. `Usage` for all of them if two writes have the same key.
    pub fn write_many(&self, items: impl IntoIterator<Item = Item>) -> WriteMany<Item> {
        WriteMany::new(&self.table, &self.clock, items.into_iter().collect())
    }

    /// Something that must hold of the item of this key for a [`Transaction`] to happen.
    ///
    #[doc = example!(table)]
    /// use dynaseal::Condition;
    ///
    /// employees.create(&ada).await?;
    /// let is_legal = employees.check(key, Condition::eq("department", text("Legal")));
    /// let badge = Item::from([("employee_id".to_owned(), text("e-2"))]);
    /// Transaction::new().with(is_legal).with(employees.create(&badge)).await?;
    #[doc = example!(end)]
    ///
    /// In the transaction's [`cancellation_reasons`](Error::cancellation_reasons) it is `ConditionFailed`.
    pub fn check(&self, key: impl Into<Item>, condition: Condition<Item>) -> Check<Item> {
        Check::new(&self.table, self.key(key), condition.into_untyped())
    }

    /// An empty [`Transaction`], to which operations of this table and of repositories are added.
    ///
    #[doc = example!(table)]
    /// employees.transaction().with(employees.create(&ada)).await?;
    /// assert_eq!(employees.get(key).await?, Some(ada));
    #[doc = example!(end)]
    pub fn transaction(&self) -> Transaction {
        Transaction::new()
    }

    /// Moves the items of the table to the current keys, actions and logical table name, from how they were written before.
    /// The attributes of the primary key are sign-only in every version without being named.
    ///
    /// # Errors
    /// As [`Repository::reencrypt`](crate::Repository::reencrypt).
    pub fn reencrypt(&self) -> Reencrypt {
        Reencrypt::new(self)
    }

    /// Finds out which versions can read how many items of the table, and which attributes stand in the way. It only reads.
    ///
    /// # Errors
    /// What the provider and the service fail with for longer than a few seconds.
    pub fn check_items(&self) -> CheckItems {
        CheckItems::new(self)
    }

    /// Verifies and decrypts an item of the table that came another way: from a stream, a Lambda event, an export. See
    /// [`Repository::decrypt`](crate::Repository::decrypt).
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// # let image = dynaseal::danger::read_stored(&employees, key).await?.expect("she was written");
    /// // The image of a stream record, of a Lambda event, of an export.
    /// assert_eq!(employees.decrypt(image).await?, ada);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// As [`get`](Self::get), and `Codec` for a value of an unknown type.
    pub fn decrypt(&self, stored: impl IntoItem) -> Decrypt<Item> {
        Decrypt::new(&self.table, stored.into_item())
    }

    /// The encryptor underneath, for items that travel another way, such as streams and exports.
    ///
    #[doc = example!(table)]
    /// println!("{:?}", employees.encryptor());
    #[doc = example!(end)]
    pub fn encryptor(&self) -> &ItemEncryptor {
        &self.table.encryptor
    }

    /// The actions of the attributes, those of the primary key included.
    ///
    #[doc = example!(table)]
    /// assert_eq!(employees.actions().action("employee_id"), SignOnly); // as the key of the table
    #[doc = example!(end)]
    pub fn actions(&self) -> &AttributeActions {
        &self.table.actions
    }

    /// The name of the table.
    ///
    #[doc = example!(table)]
    /// assert_eq!(employees.table_name(), "employees");
    #[doc = example!(end)]
    pub fn table_name(&self) -> &str {
        &self.table.name
    }

    pub(crate) fn table(&self) -> &Arc<Table> {
        &self.table
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    fn write(&self, item: &Item, existence: Existence) -> Put<Item> {
        Put::new(&self.table, &self.clock, item, existence).unless(self.table.key.bytes(item).map(drop))
    }

    fn key(&self, key: impl Into<Item>) -> Result<Item> {
        self.table.key.exact(key.into())
    }

    /// An attribute that is signed, or might be, can only be changed by who can sign the whole item.
    fn check_unsigned(&self, changes: UnsignedUpdate) -> Result<UnsignedUpdate> {
        let Table { actions, encryptor, .. } = &*self.table;
        let is_unsigned = |name: &str| {
            actions.declares(name)
                && actions.action(name) == AttributeAction::DoNothing
                && !encryptor.names().are_of(name)
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

/// Without keys and values.
impl fmt::Debug for EncryptedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedTable").field("table", &self.table.name).finish_non_exhaustive()
    }
}
