//! Calls that read items.

use crate::example::example;
use crate::item::into_item::IntoItem;
use crate::request::{Decrypt, Fetch, Get};
use crate::schema::entity::{EncryptedItem, IntoItemKey, ItemKey as _};

use super::Repository;

impl<T: EncryptedItem> Repository<T> {
    /// Reads the entity of this key; `None` if there is none. A key converts from a tuple: `("e-1", 2020)`.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.get("e-1").await?, Some(ada));
    /// assert_eq!(employees.get("e-2").await?, None);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Integrity` if the stored item was not written with these keys, actions and table name, or was changed since;
    /// `Schema` if it does not fit the entity; `Codec` for an invalid key value, such as an empty string; and the
    /// errors of the provider and the service.
    pub fn get(&self, key: impl IntoItemKey<T, T::KeyParts>) -> Get<T> {
        Get::new(&self.table, key.into_item_key().to_item())
    }

    /// Reads the entity of this key with everything that a later [`save`](Self::save) needs: its revision, and the
    /// attributes that the struct does not declare.
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

    /// Verifies and decrypts an item of the table from another source: an event of a Lambda trigger, DynamoDB Streams,
    /// or an export. Sends nothing to DynamoDB.
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
    /// This verifies that the item was written in this form at some time. An older state of the item also verifies, as
    /// does an item that was deleted since.
    ///
    /// # Errors
    /// `Integrity` if the item was not written with these keys, actions and table name, was changed since, or has no
    /// signature, such as the empty image of a deleted item; `Materials` if it does not record how it was encrypted;
    /// `Schema` if it does not fit the entity; `Codec` for a value of an unknown type; and the errors of the provider.
    /// [`item_key`](crate::Error::item_key) returns the key of the item.
    pub fn decrypt(&self, stored: impl IntoItem) -> Decrypt<T> {
        Decrypt::new(&self.table, stored.into_item())
    }
}
