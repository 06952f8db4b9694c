//! Writes of whole items.

use crate::example::example;
use crate::item::Item;
use crate::request::{Delete, DeleteUnchanged, Put, Save, Versioned, WriteMany};
use crate::table::Existence;

use super::EncryptedTable;

impl EncryptedTable {
    /// Writes a new item.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.create(&ada).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `AlreadyExists` if an item with its key exists, `Usage` if it lacks an attribute of the key or has a reserved
    /// one, `Codec` for a value that DynamoDB cannot represent, `TooLarge` above 400 KB, `OutcomeUnknown` if no attempt
    /// had a clear response, and the errors of the provider and the service.
    pub fn create(&self, item: &Item) -> Put<Item> {
        self.write(item, Existence::MustNotExist)
    }

    /// Writes an item, whether or not one with its key exists. Attributes that it does not have are removed.
    ///
    #[doc = example!(table)]
    /// employees.put(&ada).await?;
    /// assert_eq!(employees.get(key).await?, Some(ada));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`create`](Self::create) except `AlreadyExists`.
    pub fn put(&self, item: &Item) -> Put<Item> {
        self.write(item, Existence::Any)
    }

    /// Replaces the existing item with the same key. Attributes that it does not have are removed.
    ///
    #[doc = example!(table)]
    /// assert_eq!(employees.replace(&ada).await.unwrap_err().kind(), ErrorKind::NotFound);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`put`](Self::put), and `NotFound` if there is no item with its key.
    pub fn replace(&self, item: &Item) -> Put<Item> {
        self.write(item, Existence::MustExist)
    }

    /// Writes a changed item, on the condition that it was not written since it was read. An unsigned attribute is
    /// written only if the program changed it, so that concurrent changes of other writers are kept.
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
    /// `OutcomeUnknown` if no attempt had a clear response, and those of [`put`](Self::put).
    pub fn save(&self, versioned: Versioned<Item>) -> Save<Item> {
        Save::new(&self.table, &self.clock, versioned)
    }

    /// Deletes the item of this key. It is not an error if there is none.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.delete(key).returning().await?, Some(ada));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` if the key is not that of the table, `Codec` for an invalid key value, `OutcomeUnknown` if no attempt
    /// had a clear response, and the errors of the service.
    pub fn delete(&self, key: impl Into<Item>) -> Delete<Item> {
        Delete::new(&self.table, self.key(key))
    }

    /// Deletes the item that was read, unless its signed attributes were changed since.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch(key).await?.expect("she was written");
    /// employees.delete_unchanged(read).await?;
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Conflict` if the item was changed, `NotFound` if it was already deleted, `Usage` if the program changed its
    /// key, `OutcomeUnknown` if no attempt had a clear response, and the errors of the service.
    pub fn delete_unchanged(&self, versioned: Versioned<Item>) -> DeleteUnchanged<Item> {
        DeleteUnchanged::new(&self.table, versioned)
    }

    /// Writes any number of items, whether or not items with their keys exist; further items can be deleted in the same
    /// batches. Items that could not be written are returned.
    ///
    #[doc = example!(table)]
    /// let with_id = |id: u32| Item::from([("employee_id".to_owned(), text(&format!("e-{id}"))), ("name".to_owned(), text("Ada"))]);
    /// employees.write_many((2..60).map(with_id)).delete([key]).await?;
    /// assert_eq!(employees.scan().count().await?, 58);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// For each item those of [`put`](Self::put), `Throttled` if the service left it unprocessed in each of
    /// [`max_attempts`](WriteMany::max_attempts), and `OutcomeUnknown` if an attempt had no clear response and another
    /// item, or none, is stored. `Usage` for all of them if two writes have the same key.
    pub fn write_many(&self, items: impl IntoIterator<Item = Item>) -> WriteMany<Item> {
        WriteMany::new(&self.table, &self.clock, items.into_iter().collect())
    }

    fn write(&self, item: &Item, existence: Existence) -> Put<Item> {
        Put::new(&self.table, &self.clock, item, existence).unless(self.table.key.bytes(item).map(drop))
    }
}
