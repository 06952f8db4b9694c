//! A table of one entity in memory, and the values of plain items.

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, Error, Item, ItemEncryptor, Repository,
};

use crate::format::StoredFormat;

/// The name of the table.
pub const TABLE: &str = "data";

/// A table, and its keys.
#[derive(Clone, Debug)]
pub struct Store {
    /// The embedded store.
    pub client: Client,
    /// The keys.
    pub keys: ItemEncryptor,
}

impl Store {
    /// With the table that the entity calls for.
    ///
    /// # Errors
    /// If it cannot be created.
    pub async fn of<T: EncryptedItem>() -> Result<Self, Error> {
        let store = Self { client: Database::in_memory()?.client(), keys: StoredFormat::current().new_keys() };
        store.repository::<T>().create_table().await?;
        Ok(store)
    }

    /// The entity's repository.
    pub fn repository<T: EncryptedItem>(&self) -> Repository<T> {
        Repository::builder(self.client.clone()).table(TABLE).encryptor(self.keys.clone()).build()
    }

    /// The same table without a type.
    ///
    /// # Errors
    /// If it does not fit the entity.
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

/// An item, or a key.
pub fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}
