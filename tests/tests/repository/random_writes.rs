//! Ten thousand random writes of several tasks, through a network that loses, resets, throttles and delays requests.
//!
//! Every write stores a unique value, and knows which value it replaced. So the successful writes of a key form a
//! chain: if two of them replaced the same value, or if a value is neither replaced nor stored at the end, a write was
//! lost. A write with an unknown outcome may be part of the chain.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dynaseal::embedded::Database;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, Error, ErrorKind, Repository};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::network::retrying;
use dynaseal_tests::seed::seed;
use dynaseal_tests::store::keys;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

const OPERATIONS: usize = 10_000;
const TASKS: u64 = 8;
const KEYS: u64 = 6;

#[derive(Debug, EncryptedItem)]
struct Record {
    #[partition_key]
    id: String,
    value: u64,
}

/// The stored state of a key: a value, or nothing.
type State = Option<u64>;

/// A write as seen by its caller. The previous state is unknown for a delete without a definite response.
struct Write {
    key: String,
    before: Option<State>,
    after: State,
    known: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_write_is_lost_on_an_unreliable_network() {
    let (seed, operations) = (seed(), StoredFormat::rounds(OPERATIONS) as u64);
    let sound = Database::in_memory().unwrap().client();
    let keys = keys();
    let records: Repository<Record> =
        Repository::builder(sound.clone()).table("records").encryptor(keys.clone()).build();
    records.create_table().await.unwrap();

    let kinds = [
        Fault::DropResponse,
        Fault::Reset,
        Fault::FailBefore,
        Fault::Throttle,
        Fault::InternalServerError,
        Fault::Delay(Duration::from_millis(1)),
    ];
    let faults = Faults::random(seed, 0.15, kinds);
    let faulty: Repository<Record> =
        Repository::builder(faults.beneath(&retrying(&sound)).unwrap()).table("records").encryptor(keys).build();
    let next_value = Arc::new(AtomicU64::new(1));
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let writer = Writer { records: faulty.clone(), next_value: Arc::clone(&next_value), writes: Vec::new() };
        tasks.spawn(writer.run(StdRng::seed_from_u64(seed.wrapping_add(task)), operations / TASKS));
    }
    let writes: Vec<Write> = tasks.join_all().await.into_iter().flatten().collect();

    let unknown = writes.iter().filter(|write| !write.known).count();
    println!("writes: {operations} operations, {} writes, {unknown} of them with an unknown outcome", writes.len());
    let requests = faults.injected();
    println!("writes: {} requests, faults injected: {}", requests.len(), count(&requests));
    assert!(writes.len() as u64 > operations / 10 && unknown > 0, "the run was not much of a test");
    for key in 0..KEYS {
        let key = format!("k-{key}");
        let stored = records.get(key.as_str()).await.unwrap().map(|record| record.value);
        check_chain(&key, stored, writes.iter().filter(|write| write.key == key).collect());
    }
    println!("writes: {KEYS} items, 0 writes lost, 0 values replaced twice");
}

struct Writer {
    records: Repository<Record>,
    next_value: Arc<AtomicU64>,
    writes: Vec<Write>,
}

impl Writer {
    async fn run(mut self, mut random: StdRng, operations: u64) -> Vec<Write> {
        for _ in 0..operations {
            let key = format!("k-{}", random.random_range(0..KEYS));
            match random.random_range(0..10) {
                0..3 => self.create(key).await,
                3..5 => self.save(key).await,
                5..8 => self.update(key).await,
                8 => self.delete(key).await,
                _ => self.delete_unchanged(key).await,
            }
        }
        self.writes
    }

    async fn create(&mut self, key: String) {
        let value = self.next_value();
        let outcome = self.records.create(&Record { id: key.clone(), value }).await;
        self.note(key, Some(None), Some(value), outcome.err());
    }

    async fn save(&mut self, key: String) {
        let Ok(Some(mut record)) = self.records.fetch(key.as_str()).consistent().await else { return };
        let before = record.value;
        record.value = self.next_value();
        let after = record.value;
        let outcome = self.records.save(record).await;
        self.note(key, Some(Some(before)), Some(after), outcome.err());
    }

    async fn update(&mut self, key: String) {
        let (seen, after) = (Arc::new(Mutex::new(None)), self.next_value());
        let last_seen = Arc::clone(&seen);
        let change = move |record: &mut Record| {
            *last_seen.lock().unwrap() = Some(record.value);
            record.value = after;
        };
        let outcome = self.records.update_with(key.as_str(), change).await;
        let before = *seen.lock().unwrap();
        if before.is_some() {
            self.note(key, Some(before), Some(after), outcome.err());
        }
    }

    async fn delete(&mut self, key: String) {
        match self.records.delete(key.as_str()).returning().await {
            Ok(None) => {}
            Ok(Some(record)) => self.note(key, Some(Some(record.value)), None, None),
            Err(error) => self.note(key, None, None, Some(error)),
        }
    }

    async fn delete_unchanged(&mut self, key: String) {
        let Ok(Some(record)) = self.records.fetch(key.as_str()).await else { return };
        let before = record.value;
        let outcome = self.records.delete_unchanged(record).await;
        self.note(key, Some(Some(before)), None, outcome.err());
    }

    fn next_value(&self) -> u64 {
        self.next_value.fetch_add(1, Ordering::Relaxed)
    }

    /// Records a write that may have been applied; a definite failure wrote nothing.
    fn note(&mut self, key: String, before: Option<State>, after: State, error: Option<Error>) {
        match error.as_ref().map(Error::kind) {
            None => self.writes.push(Write { key, before, after, known: true }),
            Some(ErrorKind::OutcomeUnknown) => self.writes.push(Write { key, before, after, known: false }),
            Some(
                ErrorKind::AlreadyExists
                | ErrorKind::Conflict
                | ErrorKind::NotFound
                | ErrorKind::Throttled
                | ErrorKind::Unavailable,
            ) => {}
            Some(_) => panic!("unexpected: {error:?}"),
        }
    }
}

fn check_chain(key: &str, stored: State, writes: Vec<&Write>) {
    let was_seen =
        |after: State| after.is_some() && (after == stored || writes.iter().any(|write| write.before == Some(after)));
    let (happened, uncertain): (Vec<&Write>, Vec<&Write>) =
        writes.iter().copied().partition(|write| write.known || was_seen(write.after));

    let mut replaced: HashMap<u64, usize> = HashMap::new();
    for value in happened.iter().filter_map(|write| write.before.flatten()) {
        *replaced.entry(value).or_default() += 1;
    }
    assert!(replaced.values().all(|times| *times == 1), "{key}: two writes replaced the same value");
    if let Some(value) = stored {
        assert!(!replaced.contains_key(&value), "{key}: a value that was replaced is stored");
        assert!(happened.iter().any(|write| write.after == stored), "{key}: nobody wrote what is stored");
    }

    let excused = |value: u64| uncertain.iter().any(|write| write.before.is_none_or(|before| before == Some(value)));
    for value in happened.iter().filter_map(|write| write.after) {
        let is_there = Some(value) == stored || replaced.contains_key(&value);
        assert!(is_there || excused(value), "{key}: the write of {value} was lost");
    }
    if uncertain.is_empty() {
        let created = happened.iter().filter(|write| write.before == Some(None)).count();
        let deleted = happened.iter().filter(|write| write.after.is_none()).count();
        assert_eq!(created, deleted + usize::from(stored.is_some()), "{key}: creations and deletions do not match");
    }
}

/// Counts the faults of each kind.
fn count(faults: &[Fault]) -> String {
    let mut counts = BTreeMap::<_, usize>::new();
    for fault in faults.iter().filter(|fault| **fault != Fault::None) {
        *counts.entry(format!("{fault:?}")).or_default() += 1;
    }
    counts.iter().map(|(fault, times)| format!("{times} {fault}")).collect::<Vec<_>>().join(", ")
}
