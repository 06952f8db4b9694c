//! Reads of items whose keys are known.

use crate::example::example;
use crate::item::Item;
use crate::item::into_item::IntoItem;
use crate::request::{Decrypt, Fetch, Get, GetMany};

use super::EncryptedTable;

impl EncryptedTable {
    /// Reads the item of this key; `None` if there is none.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.get(key).consistent().await?, Some(ada));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` if the key is not that of the table; `Codec` for an invalid key value, such as an empty string;
    /// `Integrity` if the stored item was not written with these keys, actions and table name, or was changed since;
    /// `Materials` if it does not record how it was encrypted; and the errors of the provider and the service.
    pub fn get(&self, key: impl Into<Item>) -> Get<Item> {
        Get::new(&self.table, self.key(key))
    }

    /// Reads the item of this key with everything that a later [`save`](Self::save) needs.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch(key).await?.expect("she was written");
    /// println!("ETag: {}", read.revision().to_etag());
    /// assert_eq!(*read, ada);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`get`](Self::get).
    pub fn fetch(&self, key: impl Into<Item>) -> Fetch<Item> {
        Fetch::new(&self.table, self.key(key))
    }

    /// Reads the items of any number of keys, in order and each with its own error. A key that is given twice is read
    /// once.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let found: Vec<_> = employees.get_many([key]).await.into_iter().collect::<Result<_, _>>()?;
    /// assert_eq!(found, [Some(ada)]);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// For each key those of [`get`](Self::get), and `Throttled` if the service left it unprocessed in each of
    /// [`max_attempts`](GetMany::max_attempts).
    pub fn get_many(&self, keys: impl IntoIterator<Item = impl Into<Item>>) -> GetMany<Item> {
        GetMany::new(&self.table, keys.into_iter().map(|key| self.key(key)).collect())
    }

    /// Verifies and decrypts an item of the table from another source: a stream, a Lambda event, or an export. See
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
    /// Those of [`get`](Self::get), and `Codec` for a value of an unknown type.
    pub fn decrypt(&self, stored: impl IntoItem) -> Decrypt<Item> {
        Decrypt::new(&self.table, stored.into_item())
    }
}
