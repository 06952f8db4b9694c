//! A key store in memory, under a key of a KMS double, with a gate in front of each.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "helpers of tests")]

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::keyrings::{HierarchicalKeyring, KeyStore, KmsConfiguration, NewBranchKey};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeValue, Item};

use crate::clock::TestClock;
use crate::gate::Gate;

/// The name of the key store's table.
pub const TABLE: &str = "branch-keys";

/// The Region of the KMS key.
pub const REGION: &str = "us-west-2";

/// The TTL of keyrings of [`KeyStoreFixture::keyring`].
pub const TTL: Duration = Duration::from_secs(60);

/// A key store and its parts.
#[derive(Clone, Debug)]
pub struct KeyStoreFixture {
    /// The KMS double.
    pub kms: Kms,
    /// The ARN of the key that protects the records.
    pub key: String,
    /// The gate in front of the table of the key store.
    pub gate: Gate,
    /// The client of the store itself.
    pub client: Client,
    /// The key store.
    pub store: KeyStore,
    /// The clock of its keyrings.
    pub clock: TestClock,
}

impl KeyStoreFixture {
    /// Creates an empty key store.
    pub async fn new() -> Self {
        Self::over(Database::in_memory().unwrap().client()).await
    }

    /// Creates an empty key store in this database.
    pub async fn over(client: Client) -> Self {
        let kms = Kms::new();
        let key = kms.create_key(REGION);
        Self::with((kms, key), client).await
    }

    /// A key store in this database, whose records this key of KMS protects.
    pub async fn with((kms, key): (Kms, String), client: Client) -> Self {
        let gate = Gate::default();
        let store = KeyStore::new(gate.client(&client), TABLE, configuration(&kms, &key));
        store.create_table().await.unwrap();
        gate.clear();
        Self { kms, key, gate, client, store, clock: TestClock::new() }
    }

    /// Creates these branch keys, and resets the counts of calls.
    pub async fn create(&self, ids: impl IntoIterator<Item = impl Into<String>>) {
        for id in ids {
            self.store.create_branch_key(named(id)).await.unwrap();
        }
        self.forget_calls();
    }

    /// Returns a keyring of another process, which shares only the key store and the clock.
    pub fn keyring(&self) -> HierarchicalKeyring {
        let clock = self.clock.clone();
        HierarchicalKeyring::new(self.store.clone(), TTL).unwrap().clock(move || clock.now())
    }

    /// Returns a stored record.
    pub async fn record(&self, id: &str, record_type: &str) -> Option<Item> {
        let key = self.client.get_item().table_name(TABLE).set_key(Some(key(id, record_type))).consistent_read(true);
        key.send().await.unwrap().item
    }

    /// Returns all stored records.
    pub async fn records(&self) -> Vec<Item> {
        self.client.scan().table_name(TABLE).send().await.unwrap().items.unwrap()
    }

    /// Stores a record unchanged.
    pub async fn put(&self, record: Item) {
        self.client.put_item().table_name(TABLE).set_item(Some(record)).send().await.unwrap();
    }

    /// Returns the number of calls to KMS, and the number of reads of the key store.
    pub fn calls(&self) -> (usize, usize) {
        (self.kms.calls().len(), self.gate.count("GetItem"))
    }

    /// Resets the counts of calls.
    pub fn forget_calls(&self) {
        self.kms.clear_calls();
        self.gate.clear();
    }
}

/// Returns a configuration with this key.
pub fn configuration(kms: &Kms, key: &str) -> KmsConfiguration {
    KmsConfiguration::key(kms.client(REGION), key).unwrap()
}

/// Returns a new branch key with this identifier.
pub fn named(id: impl Into<String>) -> NewBranchKey {
    NewBranchKey::with_id(id).context("purpose", "tests")
}

/// Returns the primary key of a record.
pub fn key(id: &str, record_type: &str) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    Item::from([("branch-key-id".to_owned(), text(id)), ("type".to_owned(), text(record_type))])
}
