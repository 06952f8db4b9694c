mod interleavings;

use std::collections::BTreeSet;
use std::future::pending;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use proptest::prelude::*;
use tokio::sync::oneshot;

use super::*;

const TTL: Duration = Duration::from_secs(60);
const GRACE: Duration = Duration::from_secs(10);
const MOMENT: Duration = Duration::from_millis(1);

/// A clock that stands still until it is advanced.
#[derive(Clone)]
struct Hands(Arc<Mutex<Instant>>);

impl Hands {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn clock(&self) -> Clock {
        let hands = self.clone();
        Arc::new(move || hands.now())
    }

    fn now(&self) -> Instant {
        *lock(&self.0)
    }

    fn advance(&self, time: Duration) {
        *lock(&self.0) += time;
    }
}

fn user(hands: &Hands) -> CacheUser<u32> {
    Cache::new(100, hands.clock()).user(None, Lifetime::with_grace_before(TTL, GRACE))
}

/// The simulated loads of a test, and the number of calls.
#[derive(Clone, Default)]
struct Loads(Arc<AtomicUsize>);

impl Loads {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    async fn get(&self, user: &CacheUser<u32>, name: &str, outcome: Result<u32, ErrorKind>) -> Result<u32, Error> {
        let calls = self.clone();
        user.load(name, || async move {
            calls.0.fetch_add(1, Ordering::SeqCst);
            outcome.map_err(error)
        })
        .await
    }
}

/// Returns an error; `NotFound` stands for an absence.
fn error(kind: ErrorKind) -> Error {
    match kind {
        ErrorKind::NotFound => Error::absent_keys("no such keys"),
        kind => Error::new(kind, "said the service").with_source("the cause"),
    }
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

/// Polls once. A future that is not polled again is stalled.
fn poll_once<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_tasks_that_miss_the_same_entry_load_it_once() {
    let (user, loads) = (user(&Hands::new()), Loads::default());
    let (open, opened) = oneshot::channel::<()>();
    let opened = opened.map(drop).shared();
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let (user, loads, opened) = (user.clone(), loads.clone(), opened.clone());
            tokio::spawn(async move {
                user.load("k", || async move {
                    loads.0.fetch_add(1, Ordering::SeqCst);
                    opened.await;
                    Ok(7)
                })
                .await
            })
        })
        .collect();
    until(|| loads.count() > 0).await;
    open.send(()).unwrap();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), 7);
    }
    assert_eq!(loads.count(), 1);
}

#[tokio::test]
async fn every_waiter_gets_the_failure_and_one_gets_its_cause() {
    let user = user(&Hands::new());
    let (answer, answered) = oneshot::channel();
    let mut first = Box::pin(user.load("k", || async move { Err(answered.await.unwrap()) }));
    let mut second = Box::pin(user.load("k", pending));
    assert!(poll_once(&mut first).is_pending() && poll_once(&mut second).is_pending());
    answer.send(error(ErrorKind::Throttled)).unwrap();
    let errors = [first.await.unwrap_err(), second.await.unwrap_err()];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Throttled));
    assert_eq!(errors.iter().filter(|error| std::error::Error::source(*error).is_some()).count(), 1);
    assert_eq!(Loads::default().get(&user, "k", Ok(1)).await.unwrap(), 1);
}

/// The caller that begins a load is never polled again, nor dropped.
#[tokio::test]
async fn a_stalled_caller_does_not_delay_others() {
    let user = user(&Hands::new());
    let (answer, answered) = oneshot::channel();
    let mut stalled = Box::pin(user.load("k", || async move { Ok(answered.await.unwrap()) }));
    assert!(poll_once(&mut stalled).is_pending());
    answer.send(7).unwrap();
    assert_eq!(Loads::default().get(&user, "k", Ok(8)).await.unwrap(), 7);
    assert!(matches!(poll_once(&mut stalled), Poll::Ready(Ok(7))));
}

/// Without a runtime there is no task, so each waiting caller drives the load.
#[test]
fn a_stalled_caller_does_not_delay_others_without_a_runtime() {
    let hands = Hands::new();
    let user = user(&hands);
    let (answer, answered) = oneshot::channel();
    let mut stalled = Box::pin(user.load("k", || async move { Ok(answered.await.unwrap()) }));
    assert!(poll_once(&mut stalled).is_pending());
    let mut other = Box::pin(user.load("k", pending));
    assert!(poll_once(&mut other).is_pending());
    answer.send(7).unwrap();
    assert!(matches!(poll_once(&mut other), Poll::Ready(Ok(7))));

    hands.advance(TTL - GRACE + MOMENT);
    let mut renewing = Box::pin(user.load("k", || async { Ok(8) }));
    assert!(matches!(poll_once(&mut renewing), Poll::Ready(Ok(8))));
}

#[tokio::test]
async fn a_cancelled_caller_leaves_the_load_to_the_others() {
    let (user, loads) = (user(&Hands::new()), Loads::default());
    let (answer, answered) = oneshot::channel();
    let mut given_up = Box::pin(user.load("k", || async move { Ok(answered.await.unwrap()) }));
    assert!(poll_once(&mut given_up).is_pending());
    drop(given_up);
    answer.send(7).unwrap();
    assert_eq!(loads.get(&user, "k", Ok(8)).await.unwrap(), 7);
    assert_eq!(loads.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_load_times_out_after_half_a_minute() {
    let user = user(&Hands::new());
    let start = tokio::time::Instant::now();
    let error = user.load("k", pending).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(start.elapsed().as_secs(), LONGEST_LOAD.as_secs());
    assert_eq!(Loads::default().get(&user, "k", Ok(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_panicking_load_is_an_error_of_its_waiters() {
    let user = user(&Hands::new());
    let error = user.load("k", || async { panic!("a provider's own mistake") }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(Loads::default().get(&user, "k", Ok(1)).await.unwrap(), 1);
}

#[tokio::test]
async fn an_outage_is_bridged_until_the_entry_expires() {
    let (hands, loads) = (Hands::new(), Loads::default());
    let user = user(&hands);
    let get = async |outcome| loads.get(&user, "k", outcome).await;
    assert_eq!(get(Ok(1)).await.unwrap(), 1);
    hands.advance(TTL - GRACE);
    assert_eq!(get(Ok(2)).await.unwrap(), 1);
    assert_eq!(loads.count(), 1);

    // The renewal is due and fails; for a second, there is no further attempt.
    hands.advance(MOMENT);
    for _ in 0..10 {
        assert_eq!(get(Err(ErrorKind::Unavailable)).await.unwrap(), 1);
        tokio::task::yield_now().await;
    }
    assert_eq!(loads.count(), 2);
    hands.advance(Duration::from_secs(1));
    assert_eq!(get(Err(ErrorKind::Unavailable)).await.unwrap(), 1);
    until(|| loads.count() == 3).await;

    hands.advance(GRACE);
    assert_eq!(get(Err(ErrorKind::Unavailable)).await.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(get(Ok(4)).await.unwrap(), 4);
}

#[tokio::test]
async fn a_denial_removes_the_entry_at_once() {
    let (hands, loads) = (Hands::new(), Loads::default());
    let user = user(&hands);
    for denial in [ErrorKind::Materials, ErrorKind::Integrity, ErrorKind::NotFound] {
        user.insert("k", 1, hands.now());
        hands.advance(TTL - GRACE + MOMENT);
        assert_eq!(loads.get(&user, "k", Err(denial)).await.unwrap(), 1);
        until(|| matches!(user.find("k"), Found::Missing | Found::Absent(_))).await;
        let before = loads.count();
        assert!(loads.get(&user, "k", Err(denial)).await.is_err());
        assert_eq!(loads.count() > before, denial != ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn a_missing_entry_is_cached_for_a_second() {
    let (hands, loads) = (Hands::new(), Loads::default());
    let user = user(&hands);
    for _ in 0..5 {
        let error = loads.get(&user, "k", Err(ErrorKind::NotFound)).await.unwrap_err();
        assert!(error.is_absence() || error.kind() == ErrorKind::Materials);
    }
    assert_eq!(loads.count(), 1);
    hands.advance(Duration::from_secs(1) + MOMENT);
    assert_eq!(loads.get(&user, "k", Ok(1)).await.unwrap(), 1);
    // An inserted value also ends the absence.
    assert!(loads.get(&user, "l", Err(ErrorKind::NotFound)).await.is_err());
    user.insert("l", 2, hands.now());
    assert_eq!(loads.get(&user, "l", Ok(3)).await.unwrap(), 2);
}

#[tokio::test]
async fn each_user_has_its_own_lifetime() {
    let (hands, loads) = (Hands::new(), Loads::default());
    let cache = Cache::new(10, hands.clock());
    let short = cache.user(Some("tenants"), Lifetime::with_grace_before(TTL, GRACE));
    let long = cache.user(Some("tenants"), Lifetime::with_grace_after(TTL * 10, GRACE));
    let stranger = cache.user(None, Lifetime::with_grace_before(TTL, GRACE));
    assert_eq!(loads.get(&short, "k", Ok(1)).await.unwrap(), 1);
    assert_eq!(loads.get(&long, "k", Ok(2)).await.unwrap(), 1);
    assert_eq!(loads.get(&stranger, "k", Ok(3)).await.unwrap(), 3);
    hands.advance(TTL + MOMENT);
    assert_eq!(loads.get(&long, "k", Ok(4)).await.unwrap(), 1);
    assert_eq!(loads.get(&short, "k", Ok(5)).await.unwrap(), 5);
    assert_eq!(loads.get(&long, "k", Ok(6)).await.unwrap(), 5);
    short.clear();
    assert_eq!(loads.get(&long, "k", Ok(7)).await.unwrap(), 7);
    assert_eq!(loads.get(&stranger, "k", Ok(8)).await.unwrap(), 8);
}

#[tokio::test]
async fn a_load_does_not_undo_concurrent_inserts_and_clears() {
    let hands = Hands::new();
    let user = user(&hands);
    type Change = fn(&CacheUser<u32>, Instant);
    let cases: [(Change, u32); 3] = [
        (|user, now| user.insert("k", 2, now), 2),
        (|user, _| user.clear(), 3),
        // The load is newer than the value that came along with another one.
        (|user, now| user.fill("k", 2, now - MOMENT), 1),
    ];
    for (change, expected) in cases {
        user.clear();
        let (answer, answered) = oneshot::channel();
        let mut waiting = Box::pin(user.load("k", || async move { Ok(answered.await.unwrap()) }));
        assert!(poll_once(&mut waiting).is_pending());
        change(&user, hands.now());
        answer.send(1).unwrap();
        assert_eq!(waiting.await.unwrap(), 1);
        assert_eq!(Loads::default().get(&user, "k", Ok(3)).await.unwrap(), expected);
    }
}

/// Permissions are as old as the start of a load: no caller joins one that began too long ago.
#[tokio::test]
async fn an_expired_load_is_not_joined() {
    let hands = Hands::new();
    let user = Cache::new(10, hands.clock()).user(None, Lifetime::with_grace_after(GRACE, MOMENT));
    let (answer, answered) = oneshot::channel();
    let mut slow = Box::pin(user.load("k", || async move { Ok(answered.await.unwrap()) }));
    assert!(poll_once(&mut slow).is_pending());
    hands.advance(GRACE + MOMENT * 2);
    assert_eq!(Loads::default().get(&user, "k", Ok(2)).await.unwrap(), 2);
    answer.send(1).unwrap();
    assert_eq!(slow.await.unwrap(), 1);
    assert_eq!(Loads::default().get(&user, "k", Ok(3)).await.unwrap(), 2);
}

const NAMES: [&str; 3] = ["a", "b", "c"];

#[derive(Clone, Copy, Debug)]
enum Step {
    Advance(u64),
    Use {
        user: usize,
        name: usize,
    },
    /// Ends the oldest running load.
    End(Ending),
    Insert {
        user: usize,
        name: usize,
        age: u64,
    },
    Fill {
        user: usize,
        name: usize,
        age: u64,
    },
    Clear {
        user: usize,
    },
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Value,
    Outage,
    Denial,
    Absence,
}

fn step() -> impl Strategy<Value = Step> {
    let ending = prop_oneof![Just(Ending::Value), Just(Ending::Outage), Just(Ending::Denial), Just(Ending::Absence)];
    prop_oneof![
        3 => (1..3000_u64).prop_map(Step::Advance),
        8 => (0..3_usize, 0..3_usize).prop_map(|(user, name)| Step::Use { user, name }),
        5 => ending.prop_map(Step::End),
        1 => (0..3_usize, 0..3_usize, 0..3000_u64).prop_map(|(user, name, age)| Step::Insert { user, name, age }),
        1 => (0..3_usize, 0..3_usize, 0..3000_u64).prop_map(|(user, name, age)| Step::Fill { user, name, age }),
        1 => (0..3_usize).prop_map(|user| Step::Clear { user }),
    ]
}

/// The values inserted under a name, in order of time, as far as they matter.
#[derive(Clone, Copy)]
enum Event {
    Value { value: u32, since: u64 },
    Removed,
    Outage { at: u64 },
    Absence { at: u64 },
}

/// A running load in the model.
struct Open {
    partition: usize,
    name: usize,
    id: u64,
    since: u64,
    /// Cleared, overtaken by an insertion, or replaced.
    is_detached: bool,
}

/// Checks the cache against its history: every result follows from the last events under the name.
fn check_history(steps: &[Step]) -> Result<(), TestCaseError> {
    let start = Instant::now();
    // Two users share a partition, with different lifetimes.
    let lifetimes = [(2000, 3000), (500, 4000), (1000, 1000)];
    let partitions_of = [0_usize, 0, 1];
    let mut entries = Entries::<u32>::new(100);
    let users: Vec<_> = lifetimes
        .iter()
        .zip([Some("shared"), Some("shared"), None])
        .map(|(&(fresh, usable), id)| {
            let [fresh, usable] = [fresh, usable].map(Duration::from_millis);
            let lifetime = Lifetime { fresh, usable };
            (entries.partition(id, lifetime), lifetime)
        })
        .collect();
    let mut history: Vec<[Vec<Event>; 3]> = vec![Default::default(), Default::default()];
    let mut open: Vec<Open> = Vec::new();
    let (mut now, mut next_value) = (10_000, 0);
    let at = |time: u64| start + Duration::from_millis(time);

    for step in steps {
        match *step {
            Step::Advance(time) => now += time,
            Step::Use { user, name } => {
                let ((partition, lifetime), number) = (users[user], partitions_of[user]);
                let (fresh, usable) = lifetimes[user];
                let events = &history[number][name];
                let value = events.iter().rev().find_map(|event| match *event {
                    Event::Value { value, since } => Some(Some((value, since))),
                    Event::Removed | Event::Absence { .. } => Some(None),
                    Event::Outage { .. } => None,
                });
                let value = value.flatten().filter(|(_, since)| now - since <= usable);
                let last = events.last().copied();
                let waits = matches!(last, Some(Event::Outage { at }) if now - at < 1000);
                let is_absent = matches!(last, Some(Event::Absence { at }) if now - at <= 1000);
                let running = open.iter().any(|load| {
                    !load.is_detached && (load.partition, load.name) == (number, name) && now - load.since <= usable
                });
                let mut begun = None;
                let found = entries.begin(partition, NAMES[name], lifetime, at(now), |id| {
                    begun = Some(id);
                    pending().boxed().shared()
                });
                match (value, &found) {
                    (Some((value, since)), Found::Fresh(found)) => {
                        prop_assert_eq!(value, *found);
                        prop_assert!(now - since <= fresh || running || waits);
                    }
                    (Some((value, since)), Found::Renewing(found, _)) => {
                        prop_assert_eq!(value, *found);
                        prop_assert!(now - since > fresh && !running && !waits);
                    }
                    (None, Found::Loading(_)) => prop_assert_eq!(running, begun.is_none()),
                    (None, Found::Absent(_)) => prop_assert!(is_absent && !running),
                    _ => prop_assert!(false, "another kind of outcome"),
                }
                prop_assert!(!(matches!(found, Found::Loading(_)) && is_absent && !running));
                if let Some(id) = begun {
                    let replaced = |load: &&mut Open| (load.partition, load.name) == (number, name);
                    open.iter_mut().filter(replaced).for_each(|load| load.is_detached = true);
                    open.push(Open { partition: number, name, id, since: now, is_detached: false });
                }
            }
            Step::End(ending) => {
                if open.is_empty() {
                    continue;
                }
                let Open { partition, name, id, since, is_detached } = open.remove(0);
                let value = next_value;
                next_value += 1;
                let outcome = match ending {
                    Ending::Value => Ok(value),
                    Ending::Outage => Err(error(ErrorKind::Unavailable)),
                    Ending::Denial => Err(error(ErrorKind::Materials)),
                    Ending::Absence => Err(error(ErrorKind::NotFound)),
                };
                let user = partitions_of.iter().position(|of| *of == partition).unwrap();
                entries.finish(users[user].0, NAMES[name], id, outcome.as_ref(), at(now));
                if !is_detached {
                    history[partition][name].push(match ending {
                        Ending::Value => Event::Value { value, since },
                        Ending::Outage => Event::Outage { at: now },
                        Ending::Denial => Event::Removed,
                        Ending::Absence => Event::Absence { at: now },
                    });
                }
            }
            Step::Insert { user, name, age } => {
                let since = now - age;
                entries.insert(users[user].0, NAMES[name], next_value, at(since), at(now));
                let number = partitions_of[user];
                history[number][name].push(Event::Value { value: next_value, since });
                next_value += 1;
                let overtaken = |load: &&mut Open| (load.partition, load.name) == (number, name);
                open.iter_mut().filter(overtaken).for_each(|load| load.is_detached = true);
            }
            Step::Fill { user, name, age } => {
                let since = now - age;
                entries.fill(users[user].0, NAMES[name], next_value, at(since), at(now));
                let events = &mut history[partitions_of[user]][name];
                let there = events.iter().rev().find_map(|event| match *event {
                    Event::Value { since, .. } => Some(Some(since)),
                    Event::Removed | Event::Absence { .. } => Some(None),
                    Event::Outage { .. } => None,
                });
                if there.flatten().is_none_or(|there| there < since) {
                    events.push(Event::Value { value: next_value, since });
                }
                next_value += 1;
            }
            Step::Clear { user } => {
                let number = partitions_of[user];
                entries.clear(users[user].0);
                history[number].iter_mut().for_each(|events| events.push(Event::Removed));
                open.iter_mut().filter(|load| load.partition == number).for_each(|load| load.is_detached = true);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: prop::test_runner::RngSeed::Fixed(18), ..ProptestConfig::default() })]

    #[test]
    fn random_operations_match_a_model(steps in prop::collection::vec(step(), 1..80)) {
        check_history(&steps)?;
    }

    /// The least recently used entries are evicted, across all partitions.
    #[test]
    fn the_least_recently_used_entry_is_evicted(
        capacity in 1..6_usize,
        steps in prop::collection::vec((any::<bool>(), 0..2_usize, 0..5_u8), 1..100),
    ) {
        let now = Instant::now();
        let lifetime = Lifetime::with_grace_before(TTL, GRACE);
        let mut entries = Entries::<u8>::new(capacity);
        let partitions = [entries.partition(None, lifetime), entries.partition(None, lifetime)];
        let mut model: Vec<(usize, u8)> = Vec::new();
        for (is_put, partition, name) in steps {
            let key = (partition, name);
            let text = name.to_string();
            let known = model.contains(&key);
            if is_put {
                entries.insert(partitions[partition], &text, name, now, now);
            } else {
                let found = entries.find(partitions[partition], &text, lifetime, now);
                prop_assert_eq!(matches!(found, Found::Fresh(_)), known);
                if !known {
                    continue;
                }
            }
            model.retain(|other| *other != key);
            model.push(key);
            if model.len() > capacity {
                model.remove(0);
            }
        }
        let left = model.iter().collect::<BTreeSet<_>>();
        for (number, partition) in partitions.into_iter().enumerate() {
            for name in 0..5_u8 {
                let found = entries.find(partition, &name.to_string(), lifetime, now);
                prop_assert_eq!(matches!(found, Found::Fresh(_)), left.contains(&(number, name)));
            }
        }
    }
}

/// Loads and absences do not count toward the capacity of values, and absences have their own.
#[test]
fn missing_entries_do_not_evict_existing_ones() {
    let now = Instant::now();
    let lifetime = Lifetime::with_grace_before(TTL, GRACE);
    let mut entries = Entries::<u32>::new(2);
    let partition = entries.partition(None, lifetime);
    entries.insert(partition, "a", 1, now, now);
    entries.insert(partition, "b", 2, now, now);
    for number in 0..100 {
        let name = format!("bogus {number}");
        let mut id = 0;
        entries.begin(partition, &name, lifetime, now, |new| {
            id = new;
            pending().boxed().shared()
        });
        entries.finish(partition, &name, id, Err(&error(ErrorKind::NotFound)), now);
    }
    for name in ["a", "b"] {
        assert!(matches!(entries.find(partition, name, lifetime, now), Found::Fresh(_)));
    }
}

/// Values are keys, so they do not stay in memory longer than they can be used.
#[test]
fn an_insert_drops_expired_values() {
    let (value, now) = (Arc::new(()), Instant::now());
    let lifetime = Lifetime::with_grace_before(TTL, GRACE);
    let mut entries = Entries::new(10);
    let partition = entries.partition(None, lifetime);
    entries.insert(partition, "a", Arc::clone(&value), now, now);
    assert_eq!(Arc::strong_count(&value), 2);
    let later = now + TTL + MOMENT;
    entries.insert(partition, "b", Arc::default(), later, later);
    assert_eq!(Arc::strong_count(&value), 1);
}

/// A load that no caller waits for any more leaves nothing behind.
#[tokio::test]
async fn a_cache_can_be_dropped_during_a_load() {
    let user = user(&Hands::new());
    let (answer, answered) = oneshot::channel();
    {
        let mut waiting = pin!(user.load("k", || async move { Ok(answered.await.unwrap()) }));
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    let left = Arc::downgrade(&user.cache.0);
    drop(user);
    answer.send(1).unwrap();
    until(|| left.strong_count() == 0).await;
}
