//! A key store in memory, under a key of a KMS double, with a gate before each.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "helpers of tests")]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::keyrings::{HierarchicalKeyring, KeyStore, KmsConfiguration, NewBranchKey};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeValue, Item};

use crate::gate::Gate;

/// The name of the key store's table.
pub const TABLE: &str = "branch-keys";

/// Where the KMS key is.
pub const REGION: &str = "us-west-2";

/// How long keyrings of [`KeyStoreFixture::keyring`] use a branch key.
pub const TTL: Duration = Duration::from_secs(60);

/// A key store, and what it consists of.
#[derive(Clone, Debug)]
pub struct KeyStoreFixture {
    /// KMS.
    pub kms: Kms,
    /// The ARN of the key that protects the records.
    pub key: String,
    /// What the key store asks of its table passes here.
    pub gate: Gate,
    /// The client of the store itself.
    pub client: Client,
    /// The key store.
    pub store: KeyStore,
    /// The clock of its keyrings.
    pub hands: Hands,
}

impl KeyStoreFixture {
    /// An empty key store.
    pub async fn new() -> Self {
        Self::over(Database::in_memory().unwrap().client()).await
    }

    /// An empty key store in this database.
    pub async fn over(client: Client) -> Self {
        let kms = Kms::new();
        let key = kms.create_key(REGION);
        let gate = Gate::default();
        let store = KeyStore::new(gate.client(&client), TABLE, configuration(&kms, &key));
        store.create_table().await.unwrap();
        gate.clear();
        Self { kms, key, gate, client, store, hands: Hands::new() }
    }

    /// Creates these branch keys, and forgets what that took.
    pub async fn create(&self, ids: impl IntoIterator<Item = impl Into<String>>) {
        for id in ids {
            self.store.create_branch_key(named(id)).await.unwrap();
        }
        self.forget_calls();
    }

    /// A keyring of another process: it shares nothing but the key store and the clock.
    pub fn keyring(&self) -> HierarchicalKeyring {
        let hands = self.hands.clone();
        HierarchicalKeyring::new(self.store.clone(), TTL).unwrap().clock(move || hands.now())
    }

    /// A record as it is stored.
    pub async fn record(&self, id: &str, record_type: &str) -> Option<Item> {
        let key = self.client.get_item().table_name(TABLE).set_key(Some(key(id, record_type))).consistent_read(true);
        key.send().await.unwrap().item
    }

    /// Every record.
    pub async fn records(&self) -> Vec<Item> {
        self.client.scan().table_name(TABLE).send().await.unwrap().items.unwrap()
    }

    /// Stores a record as it is.
    pub async fn put(&self, record: Item) {
        self.client.put_item().table_name(TABLE).set_item(Some(record)).send().await.unwrap();
    }

    /// How many calls to KMS and how many reads of the key store there were.
    pub fn calls(&self) -> (usize, usize) {
        (self.kms.calls().len(), self.gate.count("GetItem"))
    }

    /// Begins to count anew.
    pub fn forget_calls(&self) {
        self.kms.clear_calls();
        self.gate.clear();
    }
}

/// A configuration with this key.
pub fn configuration(kms: &Kms, key: &str) -> KmsConfiguration {
    KmsConfiguration::key(kms.client(REGION), key).unwrap()
}

/// A branch key of this identifier.
pub fn named(id: impl Into<String>) -> NewBranchKey {
    NewBranchKey::with_id(id).context("purpose", "tests")
}

/// The primary key of a record.
pub fn key(id: &str, record_type: &str) -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    Item::from([("branch-key-id".to_owned(), text(id)), ("type".to_owned(), text(record_type))])
}

/// A clock that stands still until it is advanced.
#[derive(Clone, Debug)]
pub struct Hands(Arc<Mutex<Instant>>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// What it shows.
    pub fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves it on.
    pub fn advance(&self, time: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }
}
