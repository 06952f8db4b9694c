//! A table in memory with a clock that stands still until it is set.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::{AttributeValue, EncryptedItem, Item, ItemEncryptor, Repository};
use dynaseal_tests::store::keys;
pub(super) use dynaseal_tests::values::{n, s};

pub(super) const TABLE: &str = "employees";

#[derive(Clone)]
pub(super) struct Setup {
    pub(super) client: Client,
    keys: ItemEncryptor,
    now: Arc<AtomicU64>,
}

impl Setup {
    /// Creates the table of this entity. All other entities here have the same key.
    pub(super) async fn new<T: EncryptedItem>() -> Self {
        let setup =
            Self { client: Database::in_memory().unwrap().client(), keys: keys(), now: Arc::new(AtomicU64::new(0)) };
        setup.repository::<T>().create_table().await.unwrap();
        setup
    }

    pub(super) fn repository<T: EncryptedItem>(&self) -> Repository<T> {
        let now = Arc::clone(&self.now);
        Repository::builder(self.client.clone())
            .table(TABLE)
            .encryptor(self.keys.clone())
            .clock(move || UNIX_EPOCH + Duration::from_secs(now.load(Ordering::Relaxed)))
            .build()
    }

    /// Sets the clock, in seconds since the Unix epoch.
    pub(super) fn set_clock(&self, now: u64) {
        self.now.store(now, Ordering::Relaxed);
    }

    /// Returns the item as it is stored.
    pub(super) async fn stored(&self, id: &str) -> Item {
        let request = self.client.get_item().table_name(TABLE).key("id", AttributeValue::S(id.to_owned()));
        request.consistent_read(true).send().await.unwrap().item.unwrap()
    }
}
