//! Safe updates, reads and writes of a repository against the plain SDK, on the embedded store in memory.

use std::hint::black_box;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::{AttributeValue, EncryptedItem, Item, ItemEncryptor, Repository};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use crate::ratio::Ratio;

/// Twelve attributes of about 100 bytes, eight of them encrypted.
#[derive(Clone, Debug, PartialEq, EncryptedItem, Serialize, Deserialize)]
pub(crate) struct Record {
    #[partition_key]
    id: String,
    counter: u64,
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
    g: String,
    #[sign_only]
    h: String,
    #[sign_only]
    i: String,
    #[do_nothing]
    j: String,
}

pub(crate) fn record(id: impl Into<String>) -> Record {
    let text = || "x".repeat(100);
    Record {
        id: id.into(),
        counter: 0,
        a: text(),
        b: text(),
        c: text(),
        d: text(),
        e: text(),
        f: text(),
        g: text(),
        h: text(),
        i: text(),
        j: text(),
    }
}

/// The same table twice: with encrypted items and with plain ones.
pub(crate) struct Contest {
    pub(crate) runtime: Runtime,
    encrypted: Repository<Record>,
    plain: Client,
    /// The stored form of the encrypted item.
    stored: Item,
    plaintext: Item,
}

async fn sdk_item(client: &Client, table: &str) -> Item {
    let key = AttributeValue::S("r-1".to_owned());
    let request = client.get_item().table_name(table).key("id", key).consistent_read(true);
    request.send().await.unwrap().item.unwrap()
}

impl Contest {
    pub(crate) fn new(encryptor: &ItemEncryptor) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = Database::in_memory().unwrap().client();
        let repository =
            |name: &str| Repository::builder(client.clone()).table(name).encryptor(encryptor.clone()).build();
        let encrypted: Repository<Record> = repository("encrypted");
        let plain: Repository<Record> = repository("plain");
        let stored = runtime.block_on(async {
            encrypted.create_table().await.unwrap();
            plain.create_table().await.unwrap();
            encrypted.create(&record("r-1")).await.unwrap();
            sdk_item(&client, "encrypted").await
        });
        let plaintext = serde_dynamo::to_item(record("r-1")).unwrap();
        let contest = Self { encrypted, plain: client, stored, plaintext, runtime };
        contest.runtime.block_on(contest.sdk_put());
        contest
    }

    pub(crate) async fn update_with(&self) {
        self.encrypted.update_with("r-1", |record| record.counter += 1).await.unwrap();
    }

    /// The work of a program without the crate: read, change and write with an update expression, which keeps concurrently
    /// added attributes.
    pub(crate) async fn sdk_get_and_update(&self) {
        let mut item = self.sdk_item().await;
        let counter: u64 = item["counter"].as_n().unwrap().parse().unwrap();
        item.insert("counter".to_owned(), AttributeValue::N((counter + 1).to_string()));
        self.sdk_update("plain", item).await;
    }

    /// Reads the stored form of an encrypted item, and writes all of it with an update.
    pub(crate) async fn sdk_get_and_update_stored(&self) {
        let item = self.sdk_stored_item().await;
        self.sdk_update("encrypted", item).await;
    }

    /// Reads the stored form of an encrypted item, and decodes the struct from its plaintext.
    pub(crate) async fn sdk_get_stored(&self) {
        black_box(self.sdk_stored_item().await);
        let record: Record = serde_dynamo::from_item(self.plaintext.clone()).unwrap();
        black_box(record);
    }

    /// Encodes the struct, and writes the stored form of an encrypted item.
    pub(crate) async fn sdk_put_stored(&self) {
        let item: Item = serde_dynamo::to_item(record("r-1")).unwrap();
        black_box(item);
        self.plain.put_item().table_name("encrypted").set_item(Some(self.stored.clone())).send().await.unwrap();
    }

    pub(crate) async fn get(&self) {
        black_box(self.encrypted.get("r-1").consistent().await.unwrap().unwrap());
    }

    pub(crate) async fn sdk_get(&self) {
        let record: Record = serde_dynamo::from_item(self.sdk_item().await).unwrap();
        black_box(record);
    }

    pub(crate) async fn put(&self) {
        self.encrypted.put(&record("r-1")).await.unwrap();
    }

    pub(crate) async fn sdk_put(&self) {
        let item: Item = serde_dynamo::to_item(record("r-1")).unwrap();
        self.plain.put_item().table_name("plain").set_item(Some(item)).send().await.unwrap();
    }

    async fn sdk_item(&self) -> Item {
        sdk_item(&self.plain, "plain").await
    }

    async fn sdk_stored_item(&self) -> Item {
        sdk_item(&self.plain, "encrypted").await
    }

    async fn sdk_update(&self, table: &str, mut item: Item) {
        let key = item.remove_entry("id").unwrap();
        let mut request = self.plain.update_item().table_name(table).key(key.0, key.1);
        let mut sets = Vec::new();
        for (position, (name, value)) in item.into_iter().enumerate() {
            sets.push(format!("#{position} = :{position}"));
            request = request.expression_attribute_names(format!("#{position}"), name);
            request = request.expression_attribute_values(format!(":{position}"), value);
        }
        request.update_expression(format!("SET {}", sets.join(", "))).send().await.unwrap();
    }

    /// Alternates both, for the same reason as with the primitives.
    pub(crate) fn ratio(&self, theirs: impl AsyncFn(&Self), ours: impl AsyncFn(&Self)) -> Ratio {
        Ratio::of(|| self.measure(&theirs), || self.measure(&ours))
    }

    /// Does the same with additional work, in microseconds.
    pub(crate) fn ratio_with(
        &self,
        theirs: impl AsyncFn(&Self),
        ours: impl AsyncFn(&Self),
        more: impl Fn() -> f64,
    ) -> Ratio {
        Ratio::of(|| self.measure(&theirs), || self.measure(&ours) + more())
    }

    /// Returns the time of one call in microseconds. A busy machine would interrupt some of several consecutive calls.
    fn measure(&self, work: &impl AsyncFn(&Self)) -> f64 {
        self.runtime.block_on(async {
            let start = Instant::now();
            work(self).await;
            start.elapsed().as_secs_f64() * 1e6
        })
    }
}
