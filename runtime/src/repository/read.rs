//! Calls that read items.

use crate::example::example;
use crate::item::into_item::IntoItem;
use crate::request::{Decrypt, Fetch, Get, GetMany};
use crate::schema::entity::{EncryptedItem, IntoItemKey, ItemKey as _};

use super::Repository;

impl<T: EncryptedItem> Repository<T> {
    /// Reads the entity of this key, or `None` if there is none. A key is made from a tuple: `("e-1", 2020)`.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.get("e-1").await?, Some(ada));
    /// assert_eq!(employees.get("e-2").await?, None);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Integrity` if the stored item was not written with these keys, actions and table name, or was changed since;
    /// `Schema` if it does not fit the entity; `Codec` for a key that DynamoDB cannot have, such as an empty string; and
    /// what the provider and the service fail with.
    pub fn get(&self, key: impl IntoItemKey<T, T::KeyParts>) -> Get<T> {
        Get::new(&self.table, key.into_item_key().to_item())
    }

    /// Reads the entity of this key with all that a later [`save`](Self::save) needs: its revision, and the attributes that
    /// the struct does not have.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch("e-1").await?.expect("she was written");
    /// println!("ETag: {}", read.revision().to_etag());
    /// assert_eq!(read.into_inner(), ada);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn fetch(&self, key: impl IntoItemKey<T, T::KeyParts>) -> Fetch<T> {
        Fetch::new(&self.table, key.into_item_key().to_item())
    }

    /// Reads the entities of these keys, however many. The answers are in the order of the keys, each with its own error: one
    /// item that does not verify takes nothing from the others. A key that is given twice is read once.
    ///
    /// Eight requests of up to 100 keys are in flight at a time, and what the service leaves undone is asked for again.
    ///
    #[doc = example!(employees)]
    /// employees.put(&ada).await?;
    ///
    /// let answers = employees.get_many(["e-1", "e-2"]).await;
    /// let found: Vec<Option<Employee>> = answers.into_iter().collect::<dynaseal::Result<_>>()?;
    /// assert_eq!(found, [Some(ada), None]);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// For each key as [`get`](Self::get), and `Throttled` if the service left it undone in each of
    /// [`max_attempts`](GetMany::max_attempts).
    pub fn get_many(&self, keys: impl IntoIterator<Item = impl IntoItemKey<T, T::KeyParts>>) -> GetMany<T> {
        GetMany::new(&self.table, keys.into_iter().map(|key| key.into_item_key().to_item()).collect())
    }

    /// Verifies and decrypts an item of the table that came another way: in the event of a Lambda trigger, from DynamoDB
    /// Streams, in an export. It sends nothing to DynamoDB.
    ///
    #[doc = example!(event)]
    /// use aws_lambda_events::event::dynamodb::Event;
    ///
    /// # let event: Event = serde_json::from_str(&event).expect("it is one");
    /// // In the handler of a Lambda function; the table's stream has new images.
    /// for record in event.records {
    ///     let employee: Employee = employees.decrypt(record.change.new_image).await?;
    ///     println!("{} was written", employee.employee_id);
    /// }
    #[doc = example!(end)]
    ///
    /// What is verified is that the item was written so once. An older state of an item verifies as well, and so does an item
    /// that was deleted since.
    ///
    /// # Errors
    /// `Integrity` if the item was not written with these keys, actions and table name, was changed since, or has no
    /// signature, as the empty image of an item that was deleted; `Materials` if it does not say how it was encrypted;
    /// `Schema` if it does not fit the entity; `Codec` for a value of an unknown type; and what the provider fails with.
    /// [`item_key`](crate::Error::item_key) says which item it is.
    pub fn decrypt(&self, stored: impl IntoItem) -> Decrypt<T> {
        Decrypt::new(&self.table, stored.into_item())
    }
}
