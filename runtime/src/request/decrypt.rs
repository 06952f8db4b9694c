//! Requests that verify an item which came another way.

use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::Result;
use crate::example::example;
use crate::item::Item;
use crate::item::into_item::IntoItem;
use crate::repository::Repository;
use crate::schema::entity::EncryptedItem;
use crate::table::Table;

use super::debug::debug_by_table;
use super::{Record, read};

impl<T: EncryptedItem> Repository<T> {
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

/// A request that verifies and decrypts an item which came another way; made by [`Repository::decrypt`](super::Repository::decrypt).
#[must_use = "nothing is verified until the request is awaited"]
pub struct Decrypt<T> {
    table: Arc<Table>,
    stored: Result<Item>,
    record: PhantomData<fn() -> T>,
}

impl<T: Record> Decrypt<T> {
    pub(crate) fn new(table: &Arc<Table>, stored: Result<Item>) -> Self {
        Self { table: Arc::clone(table), stored, record: PhantomData }
    }
}

impl<T: Record> IntoFuture for Decrypt<T> {
    type Output = Result<T>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let stored = self.stored?;
            let key = self.table.key.of(&stored);
            let opened = read::decrypt::<T>(&self.table, stored).await.and_then(T::from_verified);
            opened.map(|(record, _)| record).map_err(|error| error.with_item_key(key))
        })
    }
}

debug_by_table!(Decrypt: table);
