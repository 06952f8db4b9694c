//! Random batches, transactions and queries, compared with a sorted map, through a network with random faults.
//!
//! A call with an unknown outcome may have been applied; the stored items then determine the state of the map. Every
//! other call has exactly its reported effect, item by item.

use std::collections::BTreeMap;

use dynaseal::embedded::Database;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, Error, ErrorKind, Repository, Transaction, danger, transact_get};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::network::FAULTS;
use dynaseal_tests::seed::seed;
use dynaseal_tests::store::keys;
use rand::rngs::StdRng;
use rand::seq::index::sample;
use rand::{RngExt as _, SeedableRng as _};

const ROUNDS: usize = 250;
const KEYS: usize = 60;

/// The outcomes that must all occur in a run.
const OUTCOMES: [&str; 7] = ["written", "unknown", "committed", "rejected", "sent again", "found", "failed"];

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Entry {
    #[partition_key]
    owner: String,
    #[sort_key]
    number: u32,
    value: u64,
}

fn entry(number: u32, value: u64) -> Entry {
    Entry { owner: "o-1".to_owned(), number, value }
}

fn key(number: u32) -> (&'static str, u32) {
    ("o-1", number)
}

#[tokio::test(start_paused = true)]
async fn batches_transactions_and_queries_match_a_sorted_map() {
    let seed = seed();
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let steady: Repository<Entry> =
        Repository::builder(client.clone()).table("entries").encryptor(keys.clone()).build();
    steady.create_table().await.unwrap();
    let faults = Faults::random(seed, 0.15, FAULTS.into_iter().chain([Fault::Unprocessed]));
    let client = faults.beneath(&client).unwrap();
    let unsteady = Repository::builder(client).table("entries").encryptor(keys).build();
    let random = StdRng::seed_from_u64(seed);
    let mut run = Run { steady, unsteady, random, model: BTreeMap::new(), next_value: 0, counts: BTreeMap::new() };
    let (mut rounds, least) = (0, StoredFormat::rounds(ROUNDS));
    // The run continues until the rare outcomes have occurred.
    while rounds < least || (rounds < 10 * ROUNDS && !OUTCOMES.iter().all(|outcome| run.counts.contains_key(outcome))) {
        rounds += 1;
        match run.random.random_range(0..5) {
            0 => run.write_many().await,
            1 | 2 => run.transaction().await,
            3 => run.read().await,
            _ => run.query().await,
        }
    }
    let stored = run.steady.scan().collect().await.unwrap();
    let stored: BTreeMap<u32, u64> = stored.into_iter().map(|entry| (entry.number, entry.value)).collect();
    assert_eq!(stored, run.model);
    println!("{rounds} rounds, {} requests, {:?}", faults.injected().len(), run.counts);
    for outcome in OUTCOMES {
        assert!(run.counts.contains_key(outcome), "the run was not much of a test: nothing was {outcome}");
    }
}

struct Run {
    steady: Repository<Entry>,
    unsteady: Repository<Entry>,
    random: StdRng,
    model: BTreeMap<u32, u64>,
    next_value: u64,
    /// The number of occurrences of each outcome.
    counts: BTreeMap<&'static str, usize>,
}

/// The expected stored state: a value, or nothing.
type State = Option<u64>;

impl Run {
    fn numbers(&mut self, at_most: usize) -> Vec<u32> {
        let count = self.random.random_range(1..=at_most);
        sample(&mut self.random, KEYS, count).into_iter().map(|number| u32::try_from(number).unwrap()).collect()
    }

    fn value(&mut self) -> u64 {
        self.next_value += 1;
        self.next_value
    }

    fn count(&mut self, outcome: &'static str) {
        *self.counts.entry(outcome).or_default() += 1;
    }

    fn set(&mut self, number: u32, state: State) {
        match state {
            Some(value) => self.model.insert(number, value),
            None => self.model.remove(&number),
        };
    }

    async fn stored(&self, number: u32) -> State {
        self.steady.get(key(number)).consistent().await.unwrap().map(|entry| entry.value)
    }

    async fn write_many(&mut self) {
        let wanted: Vec<(u32, State)> = self
            .numbers(KEYS)
            .into_iter()
            .map(|number| (number, if self.random.random_ratio(3, 4) { Some(self.value()) } else { None }))
            .collect();
        let puts = wanted.iter().filter_map(|(number, state)| Some(entry(*number, (*state)?)));
        let deletes = wanted.iter().filter(|(_, state)| state.is_none()).map(|(number, _)| key(*number));
        let mut reasons = BTreeMap::new();
        if let Err(left) = self.unsteady.write_many(puts).delete(deletes).max_attempts(3).await {
            reasons.extend(left.puts.into_iter().map(|(entry, error)| (entry.number, error)));
            reasons.extend(left.deletes.into_iter().map(|(key, error)| (key.number, error)));
        }
        for (number, after) in wanted {
            let (before, stored) = (self.model.get(&number).copied(), self.stored(number).await);
            match reasons.get(&number).map(Error::kind) {
                None => {
                    assert_eq!(stored, after, "{number} was written");
                    self.count("written");
                }
                Some(ErrorKind::OutcomeUnknown) => {
                    assert!(stored == before || stored == after, "{number}: {stored:?}");
                    self.count("unknown");
                }
                Some(ErrorKind::Throttled | ErrorKind::Unavailable) => {
                    assert_eq!(stored, before, "{number} was given back");
                    self.count("given back");
                }
                Some(_) => panic!("{number}: {:?}", reasons[&number]),
            }
            self.set(number, stored);
        }
    }

    async fn transaction(&mut self) {
        let mut transaction = Transaction::new();
        let (mut changes, mut expected) = (Vec::new(), Vec::new());
        for number in self.numbers(6) {
            let (before, value) = (self.model.get(&number).copied(), self.value());
            let read = self.steady.fetch(key(number)).consistent().await.unwrap();
            // A few transactions contain impossible operations.
            let is_possible = |possible: bool, otherwise| (!possible).then_some(otherwise);
            let (after, rejection) = match (self.random.random_range(0..8), read) {
                (0, Some(mut read)) => {
                    read.value = value;
                    transaction = transaction.with(self.unsteady.save(read));
                    (Some(value), None)
                }
                (1, Some(read)) => {
                    transaction = transaction.with(self.unsteady.delete_unchanged(read));
                    (None, None)
                }
                (2, _) => {
                    transaction = transaction.with(self.unsteady.delete(key(number)));
                    (None, None)
                }
                (3, _) => {
                    let exists = Entry::fields().value.exists();
                    transaction = transaction.with(self.unsteady.check(key(number), danger::unverified(exists)));
                    (before, is_possible(before.is_some(), ErrorKind::ConditionFailed))
                }
                (4, _) if before.is_none() || self.random.random_ratio(1, 5) => {
                    transaction = transaction.with(self.unsteady.create(&entry(number, value)));
                    (Some(value), is_possible(before.is_none(), ErrorKind::AlreadyExists))
                }
                (5, _) if before.is_some() || self.random.random_ratio(1, 5) => {
                    transaction = transaction.with(self.unsteady.replace(&entry(number, value)));
                    (Some(value), is_possible(before.is_some(), ErrorKind::NotFound))
                }
                _ => {
                    transaction = transaction.with(self.unsteady.put(&entry(number, value)));
                    (Some(value), None)
                }
            };
            changes.push((number, before, after));
            expected.push(rejection);
        }
        let mut outcome = transaction.send().await;
        while outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::OutcomeUnknown) {
            self.count("sent again");
            outcome = transaction.send().await;
        }
        let is_possible = expected.iter().all(Option::is_none);
        let happened = match outcome {
            Ok(()) => {
                assert!(is_possible, "{changes:?}, {expected:?}");
                self.count("committed");
                true
            }
            Err(error) if error.is_retryable() => {
                self.count("failed");
                false
            }
            Err(error) => {
                let reasons = error.cancellation_reasons().iter().map(|it| it.as_ref().map(Error::kind));
                assert_eq!(reasons.collect::<Vec<_>>(), expected, "{error:?}");
                self.count("rejected");
                false
            }
        };
        for (number, before, after) in changes {
            assert_eq!(self.stored(number).await, if happened { after } else { before }, "{number}");
            self.set(number, if happened { after } else { before });
        }
    }

    /// Reads several keys, some of them repeatedly.
    async fn read(&mut self) {
        let mut numbers = self.numbers(KEYS);
        let expected = |run: &Self, number: u32| run.model.get(&number).map(|value| entry(number, *value));
        let some: Vec<u32> = numbers.iter().copied().take(10).collect();
        let gets = some.iter().map(|number| self.unsteady.get(key(*number))).collect::<Vec<_>>();
        match transact_get(gets).await {
            Ok(found) => {
                assert_eq!(found, some.iter().map(|number| expected(self, *number)).collect::<Vec<_>>());
                self.count("found");
            }
            Err(error) => self.count_failure(&error),
        }
        numbers.extend(some);
        let responses = self.unsteady.get_many(numbers.iter().map(|number| key(*number))).max_attempts(3).await;
        for (number, response) in numbers.into_iter().zip(responses) {
            match response {
                Ok(found) => {
                    assert_eq!(found, expected(self, number));
                    self.count("found");
                }
                Err(error) => self.count_failure(&error),
            }
        }
    }

    async fn query(&mut self) {
        let numbers = 0..u32::try_from(KEYS).unwrap();
        let low = self.random.random_range(numbers.clone());
        let high = self.random.random_range(low..numbers.end);
        let query = self.unsteady.query("o-1").sort_between(low, high).page_size(self.random.random_range(1..20));
        let (is_descending, how) = (self.random.random::<bool>(), self.random.random_range(0..2));
        let query = if is_descending { query.descending() } else { query };
        let found = match how {
            0 => query.collect().await,
            _ => self.unsteady.scan().collect().await.map(|all| {
                let mut all: Vec<_> = all.into_iter().filter(|entry| (low..=high).contains(&entry.number)).collect();
                all.sort_by_key(|entry| entry.number);
                if is_descending {
                    all.reverse();
                }
                all
            }),
        };
        let mut expected: Vec<_> = self.model.range(low..=high).map(|(number, value)| entry(*number, *value)).collect();
        if is_descending {
            expected.reverse();
        }
        match found {
            Ok(found) => {
                assert_eq!(found, expected);
                self.count("found");
            }
            Err(error) => self.count_failure(&error),
        }
    }

    fn count_failure(&mut self, error: &Error) {
        assert!(matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Unavailable), "{error:?}");
        self.count("failed");
    }
}
