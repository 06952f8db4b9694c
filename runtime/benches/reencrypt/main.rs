//! Re-encrypting a table against reading and writing it with the plain SDK, on the embedded store in memory.
//!
//! `cargo bench --bench reencrypt --features embedded` does both by turns, with the same segments and as many writes at the
//! same time, and prints the ratio of their rates and the memory that the process has at most. A number behind `--` is that of
//! items, instead of 100,000.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on has nothing to report")]

use std::sync::Arc;
use std::time::Instant;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{EncryptedItem, Repository, SchemaVersion};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const ROUNDS: usize = 3;
const SEGMENTS: u32 = 4;
const CONCURRENCY: usize = 16;

/// About 1 KB in ten attributes.
#[derive(Clone, EncryptedItem, Serialize, Deserialize)]
struct Record {
    #[partition_key]
    id: String,
    a: String,
    b: String,
    c: String,
    d: String,
    e: String,
    f: String,
    #[sign_only]
    g: String,
    #[sign_only]
    h: String,
    #[do_nothing]
    i: u64,
}

fn record(number: usize) -> Record {
    let text = || "x".repeat(122);
    let (a, b, c, d, e, f, g, h) = (text(), text(), text(), text(), text(), text(), text(), text());
    Record { id: format!("r-{number}"), a, b, c, d, e, f, g, h, i: 1 }
}

fn keys() -> WrappedProvider {
    WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap())
}

/// What a program does without: scans in parallel, and puts every item back.
async fn read_and_write(client: &Client) {
    let busy = Arc::new(Semaphore::new(CONCURRENCY));
    let mut segments = JoinSet::new();
    for number in 0..SEGMENTS {
        let (client, busy) = (client.clone(), Arc::clone(&busy));
        segments.spawn(async move {
            let mut start = None;
            loop {
                let scan = client.scan().table_name("plain").segment(number as i32).total_segments(SEGMENTS as i32);
                let page = scan.consistent_read(true).set_exclusive_start_key(start).send().await.unwrap();
                let mut writes = JoinSet::new();
                for item in page.items.unwrap_or_default() {
                    let permit = Arc::clone(&busy).acquire_owned().await.unwrap();
                    let put = client.put_item().table_name("plain").set_item(Some(item));
                    writes.spawn(async move {
                        put.send().await.unwrap();
                        drop(permit);
                    });
                }
                writes.join_all().await;
                start = page.last_evaluated_key;
                if start.is_none() {
                    return;
                }
            }
        });
    }
    segments.join_all().await;
}

async fn contest(items: usize) {
    let client = Database::in_memory().unwrap().client();
    let repository = |name: &str, keys: &WrappedProvider| -> Repository<Record> {
        Repository::builder(client.clone()).table(name).materials(keys.clone()).build()
    };
    let mut current = keys();
    let plain = repository("plain", &current);
    plain.create_table().await.unwrap();
    repository("encrypted", &current).create_table().await.unwrap();
    for number in 0..items {
        let item = serde_dynamo::to_item(record(number)).unwrap();
        client.put_item().table_name("plain").set_item(Some(item)).send().await.unwrap();
        repository("encrypted", &current).put(&record(number)).await.unwrap();
    }
    println!("{items} items{:>14}{:>14}{:>10}", "SDK", "dynaseal", "ratio");
    for _ in 0..ROUNDS {
        let start = Instant::now();
        read_and_write(&client).await;
        let theirs = items as f64 / start.elapsed().as_secs_f64();

        let next = keys();
        let before = SchemaVersion::of::<Record>("before").materials(current.clone());
        let folder = tempfile::tempdir().unwrap();
        let encrypted = repository("encrypted", &next);
        let request = encrypted.reencrypt().from(before).segments(SEGMENTS).concurrency(CONCURRENCY);
        let start = Instant::now();
        let report = request.checkpoint(folder.path().join("checkpoint")).await.unwrap();
        let ours = items as f64 / start.elapsed().as_secs_f64();
        assert_eq!(report.rewritten(), items as u64);
        current = next;
        println!("{:>13}{theirs:>10.0}/s{ours:>12.0}/s{:>10.2}   peak {}", "", ours / theirs, peak_memory());
    }
}

/// The most memory that the process ever had, where the system tells; the table in memory is most of it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

fn main() {
    // `cargo test --benches` only sees that it works.
    let usual = if std::env::args().any(|argument| argument == "--bench") { 100_000 } else { 100 };
    let items = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(usual);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(contest(items));
}
