//! Calls that write and delete whole items.

use crate::example::example;
use crate::request::{Delete, DeleteUnchanged, Put, Save, Versioned};
use crate::schema::entity::{EncryptedItem, IntoItemKey, ItemKey as _};
use crate::schema::versioned_key::key_and_version;
use crate::table::Existence;

use super::Repository;

impl<T: EncryptedItem> Repository<T> {
    /// Writes a new entity. If writing sets a version or a timestamp, `create`, `put` and `replace` return the entity
    /// as stored.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.create(&ada).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `AlreadyExists` if an item with its key exists, `Codec` for a value that DynamoDB cannot represent, `TooLarge`
    /// above 400 KB, `Usage` if its version cannot be incremented, `OutcomeUnknown` if no attempt had a clear response,
    /// and the errors of the provider and the service.
    pub fn create(&self, entity: &T) -> Put<T> {
        Put::new(&self.table, &self.clock, entity, Existence::MustNotExist)
    }

    /// Writes an entity, whether or not an item with its key exists. Attributes that the entity does not declare are
    /// removed.
    ///
    #[doc = example!(employees)]
    /// employees.put(&ada).await?;
    /// employees.put(&Employee { salary: 4500, ..ada }).await?;
    /// assert_eq!(employees.get("e-1").await?.map(|employee| employee.salary), Some(4500));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`create`](Self::create) except `AlreadyExists`, and `Conflict` if the entity has an `#[item(version)]`
    /// and another version is stored: the item was written since the entity was read.
    pub fn put(&self, entity: &T) -> Put<T> {
        Put::new(&self.table, &self.clock, entity, Existence::Any)
    }

    /// Replaces the existing item with the entity's key. Attributes that the entity does not declare are removed.
    ///
    #[doc = example!(employees)]
    /// assert_eq!(employees.replace(&ada).await.unwrap_err().kind(), ErrorKind::NotFound);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`put`](Self::put), and `NotFound` if there is no item with its key.
    pub fn replace(&self, entity: &T) -> Put<T> {
        Put::new(&self.table, &self.clock, entity, Existence::MustExist)
    }

    /// Writes a changed entity, on the condition that the item was not written since it was read.
    ///
    /// Attributes that the struct does not declare are kept, and so are the stored values of unchanged fields, even if
    /// their types would encode them differently. An unsigned attribute is written only if the program changed it, so
    /// that concurrent changes of other writers are also kept.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let mut read = employees.fetch("e-1").await?.expect("she was written");
    /// let outdated = read.clone();
    /// read.salary += 300;
    /// let saved = employees.save(read).await?; // can be changed and saved again
    ///
    /// assert_eq!(saved.salary, 4500);
    /// assert_eq!(employees.save(outdated).await.unwrap_err().kind(), ErrorKind::Conflict);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Conflict` if the item was changed since, `NotFound` if it was deleted, `Usage` if the program changed its key
    /// or version, and those of [`put`](Self::put).
    pub fn save(&self, versioned: Versioned<T>) -> Save<T> {
        Save::new(&self.table, &self.clock, versioned)
    }

    /// Deletes the item of this key. It is not an error if there is none.
    ///
    /// An entity can be given instead of its key: `delete(&ada)`. If it has an `#[item(version)]`, the item is deleted
    /// only if it still has the entity's version, or is already deleted. A key alone, such as `delete("e-1")`, deletes
    /// any item.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// employees.delete("e-1").await?;
    /// employees.delete("e-1").await?; // is gone already
    /// assert_eq!(employees.get("e-1").await?, None);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Conflict` if the entity has another version than the item, `OutcomeUnknown` if no attempt had a clear response,
    /// `Codec` for an invalid key value, and the errors of the service.
    pub fn delete(&self, key: impl IntoItemKey<T, T::KeyParts>) -> Delete<T> {
        let (key, version) = key_and_version(|| key.into_item_key());
        Delete::new(&self.table, key.to_item()).of_version(version)
    }

    /// Deletes the item that was read, unless its signed attributes were changed since.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let read = employees.fetch("e-1").await?.expect("she was written");
    /// employees.update_with("e-1", |employee| employee.salary += 300).await?; // somebody else
    /// assert_eq!(employees.delete_unchanged(read).await.unwrap_err().kind(), ErrorKind::Conflict);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Conflict` if the item was changed, `NotFound` if it was already deleted, `Usage` if the program changed its
    /// key, `OutcomeUnknown` if no attempt had a clear response, and the errors of the service.
    pub fn delete_unchanged(&self, versioned: Versioned<T>) -> DeleteUnchanged<T> {
        DeleteUnchanged::new(&self.table, versioned)
    }
}
