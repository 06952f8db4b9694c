//! Compares re-encrypting a table of the embedded store with reading and writing it with the SDK alone.
//!
//! `cargo bench --bench reencrypt --features embedded` prints
//!
//! * the peak memory that each needs above the initial memory of its process, for a tenth of the items and for all of
//!   them: the table is in a file, and each runs in a separate process;
//! * the alternating rates of all, on tables in memory, with the same segments and write concurrency. The SDK writes
//!   once with `PutItem`, which would lose concurrent changes of an item, and once as this crate has to, with an
//!   `UpdateItem` of all attributes, which is more expensive in the embedded store.
//!
//! A number after `--` replaces the default of 100,000 items.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot go on has nothing to report")]

mod memory;
mod plain;
#[path = "../performance/memory.rs"]
mod process_memory;
mod store;

use std::time::Instant;

use dynaseal::embedded::Database;

use plain::{Write, read_and_write};
use store::{fill, reencrypt};

const ROUNDS: u8 = 3;

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|argument| argument == memory::FLAG).is_some() {
        return memory::run(arguments);
    }
    // `cargo test --benches` only checks that the benchmark runs.
    let usual = if std::env::args().any(|argument| argument == "--bench") { 100_000 } else { 100 };
    let items = arguments.find_map(|argument| argument.parse().ok()).unwrap_or(usual);
    memory::compare(&[items / 10, items]);
    println!();
    runtime().block_on(contest(items));
}

async fn contest(items: usize) {
    let client = Database::in_memory().unwrap().client();
    fill(&client, items, 1).await;
    println!(
        "{:>8} items in memory{:>14}{:>16}{:>14}{:>12}{:>15}",
        items, "SDK, PutItem", "SDK, UpdateItem", "dynaseal", "of PutItem", "of UpdateItem"
    );
    for keys in 1..=ROUNDS {
        let put = rate(items, read_and_write(&client, Write::Put)).await;
        let update = rate(items, read_and_write(&client, Write::Update)).await;
        let ours = rate(items, reencrypt(&client, keys, keys + 1)).await;
        println!("{:>24}{put:>12.0}/s{update:>14.0}/s{ours:>12.0}/s{:>12.2}{:>15.2}", "", ours / put, ours / update);
    }
}

/// Returns the items per second of work that returns the number of written items, which must be all.
async fn rate(items: usize, work: impl Future<Output = usize>) -> f64 {
    let start = Instant::now();
    assert_eq!(work.await, items);
    items as f64 / start.elapsed().as_secs_f64()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}
