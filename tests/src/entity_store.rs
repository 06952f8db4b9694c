//! A table of one entity in memory, and values of untyped items.

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, Error, Item, ItemEncryptor, Repository,
};

use crate::format::StoredFormat;

/// The name of the table.
pub const TABLE: &str = "data";

/// A table and its keys.
#[derive(Clone, Debug)]
pub struct Store {
    /// The embedded store.
    pub client: Client,
    /// The keys.
    pub keys: ItemEncryptor,
}

impl Store {
    /// Creates the table of the entity.
    ///
    /// # Errors
    /// Fails if the table cannot be created.
    pub async fn of<T: EncryptedItem>() -> Result<Self, Error> {
        let store = Self { client: Database::in_memory()?.client(), keys: StoredFormat::current().new_keys() };
        store.repository::<T>().create_table().await?;
        Ok(store)
    }

    /// Returns the repository of the entity.
    pub fn repository<T: EncryptedItem>(&self) -> Repository<T> {
        Repository::builder(self.client.clone()).table(TABLE).encryptor(self.keys.clone()).build()
    }

    /// Connects to the same table without a type.
    ///
    /// # Errors
    /// Fails if the table does not match the entity.
    pub async fn table<T: EncryptedItem>(&self) -> Result<EncryptedTable, Error> {
        let builder = EncryptedTable::builder(self.client.clone()).table(TABLE).encryptor(self.keys.clone());
        builder.connect(AttributeActions::of::<T>()).await
    }
}

/// A string.
pub fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// A number.
pub fn number(text: &str) -> AttributeValue {
    AttributeValue::N(text.to_owned())
}

/// A set of strings.
pub fn texts<const N: usize>(members: [&str; N]) -> AttributeValue {
    AttributeValue::Ss(members.map(str::to_owned).to_vec())
}

/// A set of numbers.
pub fn numbers<const N: usize>(members: [&str; N]) -> AttributeValue {
    AttributeValue::Ns(members.map(str::to_owned).to_vec())
}

/// A list.
pub fn list<const N: usize>(elements: [AttributeValue; N]) -> AttributeValue {
    AttributeValue::L(elements.to_vec())
}

/// A map.
pub fn map<const N: usize>(entries: [(&str, AttributeValue); N]) -> AttributeValue {
    AttributeValue::M(item(entries))
}

/// An item or a key.
pub fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}
