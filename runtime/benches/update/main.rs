//! Safe updates, writes and reads of a repository against the plain SDK on the embedded store in memory.
//!
//! `cargo bench --bench update --features embedded` runs both by turns and prints their ratio: on a machine that is busy or
//! changes its clock, only measurements of the same moment can be compared.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on has nothing to report")]

use std::hint::black_box;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use criterion::Criterion;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{AttributeValue, EncryptedItem, Item, Repository};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

/// Twelve attributes of about 100 bytes, eight of them encrypted.
#[derive(Clone, Debug, PartialEq, EncryptedItem, Serialize, Deserialize)]
struct Record {
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

fn record() -> Record {
    let text = || "x".repeat(100);
    Record {
        id: "r-1".to_owned(),
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

/// The same table twice: one of encrypted items, one of plain ones.
struct Contest {
    runtime: Runtime,
    encrypted: Repository<Record>,
    plain: Client,
}

impl Contest {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = Database::in_memory().unwrap().client();
        let keys = || WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
        let repository = |name: &str| Repository::builder(client.clone()).table(name).materials(keys()).build();
        let encrypted: Repository<Record> = repository("encrypted");
        let contest = Self { encrypted, plain: client.clone(), runtime };
        contest.runtime.block_on(async {
            contest.encrypted.create_table().await.unwrap();
            let plain: Repository<Record> = repository("plain");
            plain.create_table().await.unwrap();
            contest.encrypted.create(&record()).await.unwrap();
            contest.sdk_put().await;
        });
        contest
    }

    async fn update_with(&self) {
        self.encrypted.update_with("r-1", |record| record.counter += 1).await.unwrap();
    }

    /// What a program does without: read, change, write, and lose what others wrote meanwhile.
    async fn sdk_get_and_put(&self) {
        let mut item = self.sdk_item().await;
        let counter: u64 = item["counter"].as_n().unwrap().parse().unwrap();
        item.insert("counter".to_owned(), AttributeValue::N((counter + 1).to_string()));
        self.plain.put_item().table_name("plain").set_item(Some(item)).send().await.unwrap();
    }

    async fn get(&self) {
        black_box(self.encrypted.get("r-1").consistent().await.unwrap().unwrap());
    }

    async fn sdk_get(&self) {
        let record: Record = serde_dynamo::from_item(self.sdk_item().await).unwrap();
        black_box(record);
    }

    async fn put(&self) {
        self.encrypted.put(&record()).await.unwrap();
    }

    async fn sdk_put(&self) {
        let item: Item = serde_dynamo::to_item(record()).unwrap();
        self.plain.put_item().table_name("plain").set_item(Some(item)).send().await.unwrap();
    }

    async fn sdk_item(&self) -> Item {
        let key = AttributeValue::S("r-1".to_owned());
        let request = self.plain.get_item().table_name("plain").key("id", key).consistent_read(true);
        request.send().await.unwrap().item.unwrap()
    }

    /// Both by turns, and the median of the ratios of neighbours.
    fn print_ratio(&self, name: &str, budget: f64, theirs: impl AsyncFn(&Self), ours: impl AsyncFn(&Self)) {
        const ROUNDS: usize = 401;

        let mut rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (self.measure(&theirs), self.measure(&ours))).collect();
        rounds.sort_by(|(theirs, ours), (others, other)| (ours / theirs).total_cmp(&(other / others)));
        let (theirs, ours) = rounds[ROUNDS / 2];
        println!("{name:14}{theirs:9.1} µs{ours:9.1} µs{:10.2}{budget:10.2}", ours / theirs);
    }

    /// Microseconds for one call.
    fn measure(&self, work: &impl AsyncFn(&Self)) -> f64 {
        const CALLS: u32 = 5;

        self.runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..CALLS {
                work(self).await;
            }
            start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
        })
    }
}

fn main() {
    let contest = Contest::new();
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("update_with", |b| b.iter(|| contest.runtime.block_on(contest.update_with())));
    criterion.bench_function("SDK get and put", |b| b.iter(|| contest.runtime.block_on(contest.sdk_get_and_put())));
    criterion.final_summary();

    let given = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    if given("--bench") && !given("--profile-time") {
        println!("{:14}{:>12}{:>12}{:>10}{:>10}", "", "SDK", "dynaseal", "ratio", "budget");
        contest.print_ratio("update_with", 1.2, Contest::sdk_get_and_put, Contest::update_with);
        contest.print_ratio("get", 1.15, Contest::sdk_get, Contest::get);
        contest.print_ratio("put", 1.15, Contest::sdk_put, Contest::put);
    }
}
