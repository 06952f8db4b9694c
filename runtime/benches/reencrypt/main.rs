//! Compares re-encrypting a table of the embedded store with reading and writing it with the SDK alone.
//!
//! `cargo bench --bench reencrypt --features embedded` prints
//!
//! * the peak memory that each needs above the initial memory of its process, for a tenth of the items and for all of
//!   them: the table is in a file, and each runs in a separate process;
//! * the time of each, of the wall clock and of the processor, on tables in memory: the least of five alternating rounds,
//!   with the same segments and write concurrency. The SDK writes once with `PutItem`, which would lose concurrent changes
//!   of an item, and once with an `UpdateItem` of all attributes, which keeps them. Items whose attributes are all signed
//!   are compared with the former, those with an unsigned counter with the latter.
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
use store::{Counted, MOVES, Signed, fill, fill_plain, reencrypt};
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

async fn contest(items: usize) {
    let client = Database::in_memory().unwrap().client();
    let (_, first, _) = MOVES[0];
    fill_plain(&client, items).await;
    fill::<Signed>(&client, items, first).await;
    fill::<Counted>(&client, items, first).await;
    let (mut put, mut update) = (Spent::MOST, Spent::MOST);
    let (mut signed, mut counted) = ([Spent::MOST; MOVES.len()], [Spent::MOST; MOVES.len()]);
    for _ in 0..ROUNDS {
        put.keep_least(spent(items, read_and_write(&client, Write::Put)).await);
        update.keep_least(spent(items, read_and_write(&client, Write::Update)).await);
        for (((_, from, to), signed), counted) in MOVES.into_iter().zip(&mut signed).zip(&mut counted) {
            signed.keep_least(spent(items, reencrypt::<Signed>(&client, from, to)).await);
            counted.keep_least(spent(items, reencrypt::<Counted>(&client, from, to)).await);
        }
    }
    println!("{items} items in memory, microseconds for each, and the rate relative to the SDK's");
    println!("{:>36}{:>10}{:>10}{:>10}{:>10}", "", "elapsed", "rate", "processor", "rate");
    put.print("SDK, PutItem", &put);
    update.print("SDK, UpdateItem", &update);
    for (((name, ..), signed), counted) in MOVES.iter().zip(signed).zip(counted) {
        signed.print(&format!("{name}, all signed"), &put);
        counted.print(&format!("{name}, with a counter"), &update);
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}
