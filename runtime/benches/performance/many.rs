//! A thousand items in batches, compared with the batches of the SDK at the same concurrency, and a parallel scan,
//! compared with the same by hand.

use std::collections::HashMap;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{KeysAndAttributes, PutRequest, WriteRequest};
use dynaseal::embedded::Database;
use dynaseal::{AttributeValue, Item, ItemEncryptor, Repository};
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::runtime::Runtime;

use crate::by_hand;
use crate::ratio::Ratio;
use crate::store::{Record, record};

const ITEMS: usize = 1000;
/// Few, because the embedded store reads the whole table for each page of a segment.
const SCANNED: usize = 4000;
const SEGMENTS: u32 = 4;
/// The concurrency of the repository.
const IN_FLIGHT: usize = 8;

pub(crate) struct Contest {
    runtime: Runtime,
    encryptor: ItemEncryptor,
    encrypted: Repository<Record>,
    scanned: Repository<Record>,
    plain: Client,
}

impl Contest {
    pub(crate) fn new(encryptor: ItemEncryptor) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let client = Database::in_memory().unwrap().client();
        let repository = |name: &str| -> Repository<Record> {
            let repository = Repository::builder(client.clone()).table(name).encryptor(encryptor.clone()).build();
            runtime.block_on(async { repository.create_table().await.unwrap() });
            repository
        };
        let (encrypted, scanned) = (repository("encrypted"), repository("scanned"));
        repository("plain");
        let records = (0..SCANNED).map(|number| record(id(number)));
        runtime.block_on(async { scanned.write_many(records).await.map_err(drop).unwrap() });
        Self { runtime, encryptor, encrypted, scanned, plain: client }
    }

    /// Leaves out the cryptography alone, which takes `encrypt` microseconds for an item and is shared by all processors.
    pub(crate) fn write(&self, encrypt: impl Fn() -> f64) -> Ratio {
        let ours = || self.measure(self.write_many()) - encrypt() * ITEMS as f64 / processors();
        Ratio::of(|| self.measure(self.sdk_write()), ours)
    }

    /// Reads the items of [`write`](Self::write), and leaves out the cryptography in the same way.
    pub(crate) fn read(&self, decrypt: impl Fn() -> f64) -> Ratio {
        let ours = || self.measure(self.get_many()) - decrypt() * ITEMS as f64 / processors();
        Ratio::of(|| self.measure(self.sdk_read()), ours)
    }

    pub(crate) fn parallel_scan(&self) -> Ratio {
        Ratio::of(|| self.measure(self.scan_by_hand()), || self.measure(self.scan()))
    }

    async fn scan(&self) {
        assert_eq!(by_hand::count(self.scanned.parallel_scan(SEGMENTS).stream()).await, SCANNED);
    }

    async fn scan_by_hand(&self) {
        assert_eq!(by_hand::parallel_scan(&self.plain, "scanned", SEGMENTS, &self.encryptor).await, SCANNED);
    }

    async fn write_many(&self) {
        self.encrypted.write_many((0..ITEMS).map(|number| record(id(number)))).await.map_err(drop).unwrap();
    }

    async fn get_many(&self) {
        let found = self.encrypted.get_many((0..ITEMS).map(id)).await;
        assert_eq!(found.into_iter().filter_map(|found| found.unwrap()).count(), ITEMS);
    }

    async fn sdk_write(&self) {
        let requests = (0..ITEMS).step_by(25).map(|start| {
            let puts = (start..start + 25).map(|number| {
                let item = serde_dynamo::to_item(record(id(number))).unwrap();
                let put = PutRequest::builder().set_item(Some(item)).build().unwrap();
                WriteRequest::builder().put_request(put).build()
            });
            let request = self.plain.batch_write_item().request_items("plain", puts.collect());
            tokio::spawn(async move { request.send().await.unwrap() })
        });
        stream::iter(requests).buffer_unordered(IN_FLIGHT).for_each(|sent| async { drop(sent.unwrap()) }).await;
    }

    async fn sdk_read(&self) {
        let requests = (0..ITEMS).step_by(100).map(|start| {
            let keys =
                (start..start + 100).map(|number| HashMap::from([("id".to_owned(), AttributeValue::S(id(number)))]));
            let keys = KeysAndAttributes::builder().set_keys(Some(keys.collect())).build().unwrap();
            let request = self.plain.batch_get_item().request_items("plain", keys);
            tokio::spawn(async move {
                let answer = request.send().await.unwrap();
                let items: Vec<Item> = answer.responses.unwrap_or_default().into_values().flatten().collect();
                serde_dynamo::from_items::<_, Record>(items).unwrap().len()
            })
        });
        let counts: Vec<_> = stream::iter(requests).buffer_unordered(IN_FLIGHT).collect().await;
        assert_eq!(counts.into_iter().map(|count| count.unwrap()).sum::<usize>(), ITEMS);
    }

    fn measure(&self, work: impl Future<Output = ()>) -> f64 {
        let start = Instant::now();
        self.runtime.block_on(work);
        start.elapsed().as_secs_f64() * 1e6
    }
}

fn processors() -> f64 {
    std::thread::available_parallelism().unwrap().get() as f64
}

fn id(number: usize) -> String {
    format!("r-{number}")
}
