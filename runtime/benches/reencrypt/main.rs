//! Compares re-encrypting a table of the embedded store with reading and writing it with the SDK alone.
//!
//! `cargo bench --bench reencrypt --features embedded` prints
//!
//! * the peak memory that each needs above the initial memory of its process, for a tenth of the items and for all of
//!   them: the table is in a file, and each runs in a separate process;
//! * the time of each, of the wall clock and of the processor, on tables in memory: the least of five alternating rounds,
//!   with the same segments and write concurrency. The SDK writes the same stored items, once with `PutItem`, which would
//!   lose concurrent changes of an item, and once with an `UpdateItem` of all attributes, which keeps them. Items whose
//!   attributes are all signed are compared with the former, those with an unsigned counter with the latter.
//!
//! For information it also prints the SDK's time for the same items in plaintext, which are smaller, and for a `PutItem`
//! with the condition that makes a move safe beside other writers.
//!
//! A number after `--` replaces the default of 20,000 items. Other programs that run beside it change the wall clock more
//! than the processor's time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot go on has nothing to report")]

mod memory;
mod plain;
#[path = "../performance/memory.rs"]
mod process_memory;
mod store;
mod time;

use dynaseal::embedded::Database;

use plain::{Write, read_and_write};
use store::{Counted, MOVES, PLAIN, Record as _, Signed, fill, fill_plain, reencrypt};
use time::{Spent, spent};

const ROUNDS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|argument| argument == memory::FLAG).is_some() {
        return memory::run(arguments);
    }
    // `cargo test --benches` only checks that the benchmark runs.
    let usual = if std::env::args().any(|argument| argument == "--bench") { 20_000 } else { 100 };
    let items = arguments.find_map(|argument| argument.parse().ok()).unwrap_or(usual);
    runtime().block_on(contest(items));
    println!();
    memory::compare([items / 10, items]);
}

/// The work of the SDK alone on a table. The first two are the baselines.
const BASELINES: [(&str, &str, Write); 5] = [
    ("SDK, PutItem", Signed::TABLE, Write::Put),
    ("SDK, UpdateItem", Counted::TABLE, Write::Update),
    ("SDK, PutItem if unchanged", Signed::TABLE, Write::PutUnchanged),
    ("SDK, PutItem of plaintext", PLAIN, Write::Put),
    ("SDK, UpdateItem of plaintext", PLAIN, Write::Update),
];

async fn contest(items: usize) {
    let client = Database::in_memory().unwrap().client();
    let (_, first, _) = MOVES[0];
    fill_plain(&client, items).await;
    fill::<Signed>(&client, items, first).await;
    fill::<Counted>(&client, items, first).await;
    let mut baselines = [Spent::MOST; BASELINES.len()];
    let (mut signed, mut counted) = ([Spent::MOST; MOVES.len()], [Spent::MOST; MOVES.len()]);
    for _ in 0..ROUNDS {
        for ((_, table, write), baseline) in BASELINES.into_iter().zip(&mut baselines) {
            baseline.keep_least(spent(items, read_and_write(&client, table, write)).await);
        }
        for (((_, from, to), signed), counted) in MOVES.into_iter().zip(&mut signed).zip(&mut counted) {
            signed.keep_least(spent(items, reencrypt::<Signed>(&client, from, to)).await);
            counted.keep_least(spent(items, reencrypt::<Counted>(&client, from, to)).await);
        }
    }
    println!("{items} items in memory, microseconds for each, and the rate relative to the SDK's");
    println!("{:>36}{:>10}{:>10}{:>10}{:>10}", "", "elapsed", "rate", "processor", "rate");
    let [put, update, ..] = baselines;
    for ((name, _, write), baseline) in BASELINES.into_iter().zip(baselines) {
        baseline.print(name, if write == Write::Update { &update } else { &put });
    }
    for (((name, ..), signed), counted) in MOVES.iter().zip(signed).zip(counted) {
        signed.print(&format!("{name}, all signed"), &put);
        counted.print(&format!("{name}, with a counter"), &update);
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}
