//! Mixed operations of 32 tasks on a database in a file, through a network that loses, resets and throttles requests.
//! No update is lost, no operation hangs, memory use is constant, and latencies are printed.
//!
//! Long run: `DYNASEAL_OPERATIONS=1000000 cargo test --release -p dynaseal-tests --test repository -- --nocapture
//! load::`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use dynaseal::embedded::Database;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, Error, ErrorKind, Repository};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::memory::resident;
use dynaseal_tests::network::retrying;
use dynaseal_tests::own_process::is_own;
use dynaseal_tests::seed::seed;
use dynaseal_tests::store::keys;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const TASKS: u64 = 32;
const KEYS: usize = 256;

/// An operation that takes longer hangs. A working operation takes less than a hundredth of it.
const STUCK: Duration = Duration::from_secs(300);

#[derive(Clone, Debug, EncryptedItem)]
struct Counter {
    #[partition_key]
    id: String,
    /// Incremented by reading and writing the item.
    count: u64,
    /// Always `count` as text, so that an inconsistent item would be detected.
    label: String,
    /// Incremented by the server.
    #[do_nothing]
    #[item(default)]
    visits: u64,
}

/// The results that the writers of one key received.
#[derive(Debug, Default)]
struct Told {
    counted: AtomicU64,
    perhaps_counted: AtomicU64,
    visited: AtomicU64,
    perhaps_visited: AtomicU64,
}

/// A histogram of latencies in steps of an eighth of a power of two, which needs constant memory.
#[derive(Clone, Default)]
struct Latencies(BTreeMap<u32, u64>);

impl Latencies {
    fn note(&mut self, took: Duration) {
        let step = ((took.as_nanos().max(1) as f64).log2() * 8.0) as u32;
        *self.0.entry(step).or_default() += 1;
    }

    fn add(&mut self, other: &Self) {
        for (step, times) in &other.0 {
            *self.0.entry(*step).or_default() += times;
        }
    }

    fn percentile(&self, percent: f64) -> Duration {
        let total: u64 = self.0.values().sum();
        let mut left = (total as f64 * percent / 100.0).ceil() as u64;
        for (step, times) in &self.0 {
            if left <= *times {
                return Duration::from_nanos(2f64.powf(f64::from(step + 1) / 8.0) as u64);
            }
            left -= times;
        }
        Duration::ZERO
    }
}

#[derive(Clone)]
struct Worker {
    counters: Repository<Counter>,
    told: Arc<Vec<Told>>,
    latencies: BTreeMap<&'static str, Latencies>,
    failed: u64,
}

impl Worker {
    async fn run(mut self, mut random: StdRng, operations: u64) -> Self {
        for _ in 0..operations {
            let key = random.random_range(0..KEYS);
            let choice = random.random_range(0..10);
            let start = Instant::now();
            let done = tokio::time::timeout(STUCK, self.operation(choice, key)).await;
            let (name, outcome) = done.unwrap_or_else(|_| panic!("operation {choice} of key {key} is stuck"));
            self.latencies.entry(name).or_default().note(start.elapsed());
            if let Err(error) = outcome {
                let expected =
                    [ErrorKind::Conflict, ErrorKind::Throttled, ErrorKind::Unavailable, ErrorKind::OutcomeUnknown];
                assert!(expected.contains(&error.kind()), "{name}: {error:?}");
                self.failed += 1;
            }
        }
        self
    }

    async fn operation(&self, choice: u32, key: usize) -> (&'static str, Result<(), Error>) {
        let (id, told) = (format!("k-{key}"), &self.told[key]);
        match choice {
            0..4 => ("get", self.counters.get(id).await.map(|counter| check(&counter.unwrap()))),
            4..6 => {
                let outcome = self.counters.update_with(id, count).await.map(|counter| check(&counter));
                note(&outcome, &told.counted, &told.perhaps_counted);
                ("update_with", outcome)
            }
            6..8 => {
                let outcome = match self.counters.fetch(id).consistent().await {
                    Ok(counter) => {
                        let mut counter = counter.unwrap();
                        count(&mut counter);
                        let outcome = self.counters.save(counter).await.map(drop);
                        note(&outcome, &told.counted, &told.perhaps_counted);
                        outcome
                    }
                    Err(error) => Err(error),
                };
                ("fetch and save", outcome)
            }
            _ => {
                let outcome = self.counters.update_in_place(id, Counter::fields().visits.add(1)).await;
                note(&outcome, &told.visited, &told.perhaps_visited);
                ("update_in_place", outcome)
            }
        }
    }
}

fn count(counter: &mut Counter) {
    counter.count += 1;
    counter.label = counter.count.to_string();
}

fn check(counter: &Counter) {
    assert_eq!(counter.label, counter.count.to_string(), "half of another item");
}

fn note(outcome: &Result<(), Error>, sure: &AtomicU64, perhaps: &AtomicU64) {
    match outcome.as_ref().map_err(Error::kind) {
        Ok(()) => sure.fetch_add(1, Ordering::Relaxed),
        Err(ErrorKind::OutcomeUnknown) => perhaps.fetch_add(1, Ordering::Relaxed),
        Err(_) => return,
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_operations_lose_nothing() {
    if !is_own("load::a_million_operations_lose_nothing") {
        return;
    }
    let number = |name, default: u64| std::env::var(name).map_or(default, |value| value.parse().unwrap());
    let (operations, seed) = (number("DYNASEAL_OPERATIONS", StoredFormat::rounds(10_000) as u64), seed());
    let folder = tempfile::tempdir().unwrap();
    let client = Database::open(folder.path().join("load.db")).unwrap().client();
    let keys = keys();
    let sound = Repository::builder(client.clone()).table("counters").encryptor(keys.clone()).build();
    sound.create_table().await.unwrap();
    for key in 0..KEYS {
        let (id, label) = (format!("k-{key}"), "0".to_owned());
        sound.create(&Counter { id, count: 0, label, visits: 0 }).await.unwrap();
    }

    let told: Arc<Vec<Told>> = Arc::new((0..KEYS).map(|_| Told::default()).collect());
    let (mut latencies, mut failed, mut requests, mut lost) = (BTreeMap::<_, Latencies>::new(), 0, 0, 0);
    let (mut settled, start) = (None, Instant::now());
    // The run has ten parts, each with new faults, because a script records every request.
    for tenth in 0..10 {
        let kinds = [Fault::DropResponse, Fault::Reset, Fault::FailBefore, Fault::Throttle, Fault::InternalServerError];
        let faults = Faults::random(seed.wrapping_add(tenth), 0.02, kinds);
        let counters = Repository::builder(faults.beneath(&retrying(&client)).unwrap())
            .table("counters")
            .encryptor(keys.clone())
            .build();
        let worker = Worker { counters, told: Arc::clone(&told), latencies: BTreeMap::new(), failed: 0 };
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..TASKS {
            let random = StdRng::seed_from_u64(seed ^ (tenth * TASKS + task));
            tasks.spawn(worker.clone().run(random, operations / TASKS / 10));
        }
        for worker in tasks.join_all().await {
            failed += worker.failed;
            for (name, more) in worker.latencies {
                latencies.entry(name).or_default().add(&more);
            }
        }
        requests += faults.injected().len();
        lost += faults.injected().iter().filter(|fault| **fault != Fault::None).count();
        drop(faults);
        // Caches and pools fill in the first parts.
        if tenth == 2 {
            settled = resident();
        }
    }

    let took = start.elapsed();
    println!(
        "load: {operations} operations of {TASKS} tasks in {took:.1?}, {requests} requests, {lost} faults injected"
    );
    for (name, latencies) in &latencies {
        let [half, most, nearly_all] = [50.0, 99.0, 99.9].map(|percent| latencies.percentile(percent));
        println!("load: {name}: p50 {half:.2?}, p99 {most:.2?}, p99.9 {nearly_all:.2?}");
    }
    let mut unknown = 0;
    for (key, told) in told.iter().enumerate() {
        let counter = sound.get(format!("k-{key}")).consistent().await.unwrap().unwrap();
        check(&counter);
        for (stored, sure, perhaps) in [
            (counter.count, &told.counted, &told.perhaps_counted),
            (counter.visits, &told.visited, &told.perhaps_visited),
        ] {
            let (sure, perhaps) = (sure.load(Ordering::Relaxed), perhaps.load(Ordering::Relaxed));
            assert!((sure..=sure + perhaps).contains(&stored), "key {key}: {stored} stored, {sure} + {perhaps} told");
            unknown += perhaps;
        }
    }
    println!(
        "load: {failed} operations failed, {unknown} of them with an unknown outcome; 0 updates lost, 0 tasks stuck"
    );
    if let (Some(settled), Some(now)) = (settled, resident()) {
        println!("load: {} MiB resident after three tenths, {} MiB at the end", settled >> 20, now >> 20);
        assert!(now < settled + (64 << 20), "memory grows");
    }
}
