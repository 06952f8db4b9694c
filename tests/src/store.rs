//! A store in memory, and repositories on its tables.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "helpers of tests")]

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::repository::{RepositoryBuilder, WantsNothing};
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, Item, ItemEncryptor, Repository};

use crate::format::StoredFormat;
use crate::network::retrying;

/// Returns new keys for items of the format that the suite runs with.
#[must_use]
pub fn keys() -> ItemEncryptor {
    StoredFormat::current().new_keys()
}

/// Returns new keys for items of the DynamoDB Encryption Client, regardless of the format of the suite.
#[must_use]
pub fn provider() -> WrappedProvider {
    WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap())
}

/// A store and the keys of all its tables.
#[derive(Clone, Debug)]
pub struct Store {
    /// The client of the store itself, without faults.
    pub client: Client,
    /// The keys.
    pub keys: ItemEncryptor,
}

impl Store {
    /// Creates a store in memory.
    pub fn in_memory() -> Self {
        Self::new(Database::in_memory().unwrap().client())
    }

    /// Uses the store behind this client.
    pub fn new(client: Client) -> Self {
        Self { client, keys: keys() }
    }

    /// Creates a table, and returns its repository.
    pub async fn create<T: EncryptedItem>(&self, table: &str) -> Repository<T> {
        let repository = self.repository(table);
        repository.create_table().await.unwrap();
        repository
    }

    /// Returns the repository of a table.
    pub fn repository<T: EncryptedItem>(&self, table: &str) -> Repository<T> {
        self.through(table, self.client.clone())
    }

    /// Returns the repository of a table, through another client.
    pub fn through<T: EncryptedItem>(&self, table: &str, client: Client) -> Repository<T> {
        self.builder(table, client).build()
    }

    /// Returns the repository of a table behind these faults, with a client that retries.
    pub fn retrying<T: EncryptedItem>(&self, table: &str, faults: &Faults) -> Repository<T> {
        self.through(table, faults.beneath(&retrying(&self.client)).unwrap())
    }

    /// Returns the builder of the repository of a table.
    pub fn builder<T: EncryptedItem>(&self, table: &str, client: Client) -> RepositoryBuilder<T, WantsNothing> {
        Repository::builder(client).table(table).encryptor(self.keys.clone())
    }

    /// Returns an item as it is stored.
    pub async fn stored(&self, table: &str, key: Item) -> Option<Item> {
        let request = self.client.get_item().table_name(table).set_key(Some(key)).consistent_read(true);
        request.send().await.unwrap().item
    }
}

/// Returns the repository of a new table, the same repository behind these faults with a client that retries, and the
/// faults.
pub async fn with_faults<T: EncryptedItem>(
    script: impl IntoIterator<Item = Fault>,
) -> (Repository<T>, Repository<T>, Faults) {
    let (store, faults) = (Store::in_memory(), Faults::script(script));
    let sound = store.create("table").await;
    let faulty = store.retrying("table", &faults);
    (sound, faulty, faults)
}
