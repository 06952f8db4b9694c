//! The cache in front of a metastore: its lifetimes and its calls. No test sleeps, because each one sets the clock.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::materials::{CryptographicMaterialsProvider, MetaStore, MostRecentProvider, ProviderStore};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeValue, Error, ErrorKind, Item, ItemEncryptor};
use dynaseal_tests::clock::TestClock;
use dynaseal_tests::gate::Gate;
use dynaseal_tests::meta_store::{InMemory, actions, context, in_memory, item};
use tokio::task::JoinHandle;

const NAME: &str = "employees";
const TTL: Duration = Duration::from_secs(60);
const GRACE: Duration = Duration::from_millis(500);
const MOMENT: Duration = Duration::from_millis(1);

/// A metastore in memory, under a key of a KMS double.
struct Fixture {
    kms: Kms,
    key: String,
    client: Client,
    gate: Gate,
    store: MetaStore,
    clock: TestClock,
}

async fn fixture() -> Fixture {
    let InMemory { kms, key, gate, client, store } = in_memory().await;
    Fixture { kms, key, client, gate, store, clock: TestClock::new() }
}

impl Fixture {
    fn provider(&self) -> MostRecentProvider {
        let clock = self.clock.clone();
        MostRecentProvider::new(self.store.clone(), NAME, TTL).unwrap().clock(move || clock.now())
    }

    fn encryptor(&self) -> ItemEncryptor {
        ItemEncryptor::new(self.provider())
    }

    /// Deletes a version, as an attacker who can write to the store would.
    async fn delete_version(&self, version: u64) {
        let request = self.client.delete_item().table_name("keys").key("N", AttributeValue::S(NAME.to_owned()));
        request.key("V", AttributeValue::N(version.to_string())).send().await.unwrap();
    }

    fn clear(&self) {
        self.gate.clear();
        self.kms.clear_calls();
    }

    /// Returns the number of queries, gets and puts of the store, and of calls to KMS.
    fn calls(&self) -> [usize; 4] {
        let count = |operation| self.gate.count(operation);
        [count("Query"), count("GetItem"), count("PutItem"), self.kms.calls().len()]
    }
}

async fn write(encryptor: &ItemEncryptor) -> Item {
    try_write(encryptor).await.unwrap()
}

async fn try_write(encryptor: &ItemEncryptor) -> dynaseal::Result<Item> {
    encryptor.encrypt(item("e-1"), &actions(), &context()).await
}

async fn read(encryptor: &ItemEncryptor, stored: &Item) {
    assert_eq!(try_read(encryptor, stored).await.unwrap(), item("e-1"));
}

async fn try_read(encryptor: &ItemEncryptor, stored: &Item) -> dynaseal::Result<Item> {
    encryptor.decrypt(stored.clone(), &actions(), &context()).await
}

/// Returns the version that an item names.
fn version(stored: &Item) -> u64 {
    let description = stored["*amzn-ddb-map-desc*"].as_b().unwrap();
    let text = String::from_utf8_lossy(description.as_ref()).into_owned();
    let digits = text.split_once("employees#").unwrap().1;
    digits.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

fn spawn_write(encryptor: &ItemEncryptor) -> JoinHandle<dynaseal::Result<Item>> {
    let encryptor = encryptor.clone();
    tokio::spawn(async move { try_write(&encryptor).await })
}

/// Starts 50 writes after the entry in the cache has expired, and returns when the load for one of them is in flight.
async fn writes_during_a_load(fixture: &Fixture, encryptor: &ItemEncryptor) -> Vec<JoinHandle<dynaseal::Result<Item>>> {
    write(encryptor).await;
    fixture.clear();
    fixture.clock.advance(TTL + GRACE + MOMENT);
    fixture.gate.hold(&["Query", "GetItem"]);
    let tasks = (0..50).map(|_| spawn_write(encryptor)).collect();
    until(|| fixture.gate.count("Query") == 1).await;
    tasks
}

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn ten_thousand_items_cost_a_constant_number_of_calls() {
    const ITEMS: usize = 10_000;

    let fixture = fixture().await;
    let encryptor = fixture.encryptor();
    for number in 0..ITEMS {
        let plain = item(&format!("e-{number}"));
        let stored = encryptor.encrypt(plain.clone(), &actions(), &context()).await.unwrap();
        assert_eq!(encryptor.decrypt(stored, &actions(), &context()).await.unwrap(), plain);
    }
    let [queries, gets, puts, kms] = fixture.calls();
    println!("{ITEMS} items written and read back: {queries} queries, {gets} gets, {puts} puts, {kms} calls to KMS");
    assert_eq!([queries, gets, puts, kms], [1, 0, 1, 1]);

    // Another process finds the version.
    fixture.clear();
    let other = fixture.encryptor();
    for _ in 0..100 {
        read(&other, &write(&other).await).await;
    }
    assert_eq!(fixture.calls(), [1, 1, 0, 1]);
}

#[tokio::test]
async fn an_entry_lasts_for_the_ttl_and_is_renewed_in_the_grace_period() {
    let fixture = fixture().await;
    let encryptor = fixture.encryptor();
    let stored = write(&encryptor).await;
    fixture.clear();

    fixture.clock.advance(TTL);
    write(&encryptor).await;
    read(&encryptor, &stored).await;
    assert_eq!(fixture.calls(), [0; 4]);

    // One task renews the entry, which takes some time; the others do not wait for it.
    fixture.clock.advance(MOMENT);
    fixture.gate.hold(&["Query", "GetItem"]);
    let renewing = spawn_write(&encryptor);
    until(|| fixture.gate.count("Query") == 1).await;
    let provider = spawn_write(&encryptor);
    until(|| fixture.gate.count("GetItem") == 1).await;
    for _ in 0..10 {
        write(&encryptor).await;
        read(&encryptor, &stored).await;
    }
    assert_eq!(fixture.calls(), [1, 1, 0, 0]);
    fixture.gate.release();
    renewing.await.unwrap().unwrap();
    provider.await.unwrap().unwrap();
    until(|| fixture.kms.calls().len() == 1).await;
    read(&encryptor, &stored).await;
    assert_eq!(fixture.calls(), [1, 1, 0, 1]);

    // A renewed entry lasts for another TTL.
    fixture.clock.advance(TTL - MOMENT);
    read(&encryptor, &write(&encryptor).await).await;
    assert_eq!(fixture.calls(), [1, 1, 0, 1]);
}

#[tokio::test]
async fn after_the_grace_period_one_task_loads_for_all() {
    let fixture = fixture().await;
    let tasks = writes_during_a_load(&fixture, &fixture.encryptor()).await;
    assert!(tasks.iter().all(|task| !task.is_finished()), "an expired entry was used");
    fixture.gate.release();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(fixture.calls(), [1, 1, 0, 1]);
}

#[tokio::test]
async fn waiters_share_the_failure_of_a_load() {
    let fixture = fixture().await;
    let encryptor = fixture.encryptor();
    let tasks = writes_during_a_load(&fixture, &encryptor).await;
    // Every task has been polled, and waits.
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    fixture.gate.reject("Query", 400, "ProvisionedThroughputExceededException");
    fixture.gate.release();
    for task in tasks {
        let error = task.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Throttled, "{error}");
        assert_eq!(error.aws_code(), Some("ProvisionedThroughputExceededException"));
    }
    assert_eq!(fixture.gate.count("Query"), 1);
    fixture.gate.accept();
    write(&encryptor).await;
    assert_eq!(fixture.gate.count("Query"), 2);
}

#[tokio::test]
async fn a_cancelled_load_does_not_block_the_next() {
    let fixture = fixture().await;
    let encryptor = fixture.encryptor();
    fixture.gate.hold(&["Query", "GetItem"]);
    let given_up = spawn_write(&encryptor);
    until(|| fixture.gate.count("Query") == 1).await;
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    fixture.gate.release();
    read(&encryptor, &write(&encryptor).await).await;
}

/// Within the TTL, all operations work. After the TTL and the grace period, none does: neither writing nor reading, nor
/// reading an old version, which the Python client continued to do indefinitely.
async fn check_that_revocation_arrives(revoke: impl Fn(&Fixture), restore: impl Fn(&Fixture)) {
    let fixture = fixture().await;
    let encryptor = fixture.encryptor();
    let old = write(&encryptor).await;
    fixture.store.rotate(NAME).await.unwrap();
    encryptor.refresh().await.unwrap();
    let new = write(&encryptor).await;
    read(&encryptor, &old).await;
    assert_eq!((version(&old), version(&new)), (0, 1));

    revoke(&fixture);
    fixture.clock.advance(TTL);
    read(&encryptor, &write(&encryptor).await).await;
    read(&encryptor, &old).await;
    fixture.clock.advance(GRACE + MOMENT);
    for _ in 0..3 {
        for error in [
            try_read(&encryptor, &old).await.unwrap_err(),
            try_read(&encryptor, &new).await.unwrap_err(),
            try_write(&encryptor).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Materials, "{error}");
            assert_eq!(error.aws_code(), Some("AccessDeniedException"));
        }
        fixture.clock.advance(TTL * 1000);
    }
    restore(&fixture);
    read(&encryptor, &old).await;
    read(&encryptor, &write(&encryptor).await).await;
}

#[tokio::test]
async fn revoked_access_to_kms_ends_everything() {
    check_that_revocation_arrives(
        |fixture| fixture.kms.revoke_access(&fixture.key),
        |fixture| fixture.kms.restore_access(&fixture.key),
    )
    .await;
}

#[tokio::test]
async fn revoked_access_to_the_store_ends_everything() {
    let revoke = |fixture: &Fixture| {
        fixture.gate.reject("GetItem", 400, "AccessDeniedException");
        fixture.gate.reject("Query", 400, "AccessDeniedException");
    };
    check_that_revocation_arrives(revoke, |fixture| fixture.gate.accept()).await;
}

/// The process only reads, and its entry is used all the time.
#[tokio::test]
async fn steady_use_does_not_keep_an_entry_alive() {
    let fixture = fixture().await;
    let stored = write(&fixture.encryptor()).await;
    let reader = fixture.encryptor();
    read(&reader, &stored).await;
    fixture.kms.revoke_access(&fixture.key);
    let mut age = Duration::ZERO;
    while age <= TTL {
        read(&reader, &stored).await;
        fixture.clock.advance(Duration::from_secs(1));
        age += Duration::from_secs(1);
    }
    assert_eq!(try_read(&reader, &stored).await.unwrap_err().kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn an_entry_is_as_old_as_the_start_of_its_load() {
    let fixture = fixture().await;
    let stored = write(&fixture.encryptor()).await;
    let reader = fixture.encryptor();
    fixture.gate.hold(&["Query", "GetItem"]);
    fixture.clear();
    let slow = {
        let (reader, stored) = (reader.clone(), stored.clone());
        tokio::spawn(async move { try_read(&reader, &stored).await })
    };
    until(|| fixture.gate.count("GetItem") == 1).await;
    fixture.clock.advance(TTL);
    fixture.gate.release();
    slow.await.unwrap().unwrap();
    fixture.kms.revoke_access(&fixture.key);
    fixture.clock.advance(GRACE + MOMENT);
    assert!(try_read(&reader, &stored).await.is_err());
}

#[tokio::test]
async fn a_new_version_is_used_at_once_here_and_after_the_ttl_elsewhere() {
    let fixture = fixture().await;
    let here = Arc::new(fixture.provider());
    let elsewhere = fixture.encryptor();
    let encryptor = ItemEncryptor::new(Arc::clone(&here));
    let old = write(&encryptor).await;
    write(&elsewhere).await;

    assert_eq!(here.rotate().await.unwrap(), 1);
    fixture.clear();
    let new = write(&encryptor).await;
    assert_eq!((version(&old), version(&new)), (0, 1));
    assert_eq!(fixture.calls(), [0; 4]);
    assert_eq!(version(&write(&elsewhere).await), 0);
    read(&elsewhere, &new).await;
    fixture.clock.advance(TTL + GRACE + MOMENT);
    assert_eq!(version(&write(&elsewhere).await), 1);
    read(&elsewhere, &old).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rotation_among_readers_and_writers_loses_no_item() {
    const ROTATIONS: u64 = 20;

    let fixture = fixture().await;
    let processes: Vec<_> = (0..8).map(|_| Arc::new(fixture.provider())).collect();
    let items = Arc::new(Mutex::new(Vec::<Item>::new()));
    let done = Arc::new(AtomicBool::new(false));
    let reads = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for process in &processes {
        let encryptor = ItemEncryptor::new(Arc::clone(process));
        let (items, done, reads) = (Arc::clone(&items), Arc::clone(&done), Arc::clone(&reads));
        tasks.push(tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                let stored = write(&encryptor).await;
                items.lock().unwrap().push(stored);
                let somebodys = {
                    let items = items.lock().unwrap();
                    items[items.len() * 7 / 8].clone()
                };
                read(&encryptor, &somebodys).await;
                reads.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        }));
    }
    // Two processes rotate concurrently, and time passes for both.
    for _ in 0..ROTATIONS {
        let before = reads.load(Ordering::Relaxed);
        let (one, other) = tokio::join!(processes[0].rotate(), processes[1].rotate());
        one.unwrap();
        other.unwrap();
        fixture.clock.advance(TTL / 3);
        until(|| reads.load(Ordering::Relaxed) > before + 20 || tasks.iter().any(JoinHandle::is_finished)).await;
    }
    done.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }

    let newest = fixture.store.newest_version(NAME).await.unwrap().unwrap();
    assert!((ROTATIONS - 1..=2 * ROTATIONS).contains(&newest), "{newest}");
    let stranger = fixture.encryptor();
    let items = std::mem::take(&mut *items.lock().unwrap());
    let versions: std::collections::BTreeSet<_> = items.iter().map(version).collect();
    assert!(versions.len() > 5, "{versions:?}");
    for stored in &items {
        read(&stranger, stored).await;
    }
    println!("{} items of {} versions", items.len(), versions.len());
}

#[tokio::test]
async fn the_cache_is_bounded() {
    let fixture = fixture().await;
    let mut items = Vec::new();
    for _ in 0..3 {
        fixture.store.rotate(NAME).await.unwrap();
        items.push(write(&fixture.encryptor()).await);
    }
    let encryptor = ItemEncryptor::new(fixture.provider().cache_size(2));
    let gets = async |stored: &Item| {
        fixture.clear();
        read(&encryptor, stored).await;
        fixture.gate.count("GetItem")
    };
    for (number, expected) in [(0, 1), (1, 1), (0, 0), (2, 1), (0, 0), (1, 1), (2, 1), (1, 0)] {
        assert_eq!(gets(&items[number]).await, expected, "{number}");
    }
    // Versions that do not exist take no capacity.
    for version in 3..9_u8 {
        let mut bogus = items[2].clone();
        let description = bogus["*amzn-ddb-map-desc*"].as_b().unwrap().as_ref();
        let position = description.windows(11).position(|window| window == b"employees#2").unwrap() + 10;
        let mut description = description.to_vec();
        description[position] = b'0' + version;
        bogus.insert("*amzn-ddb-map-desc*".to_owned(), AttributeValue::B(description.into()));
        assert_eq!(try_read(&encryptor, &bogus).await.unwrap_err().kind(), ErrorKind::Materials);
    }
    assert_eq!((gets(&items[2]).await, gets(&items[1]).await), (0, 0));
}

#[tokio::test]
async fn leaked_versions_can_be_excluded() {
    let fixture = fixture().await;
    let encryptor = fixture.encryptor();
    let old = write(&encryptor).await;
    fixture.store.rotate(NAME).await.unwrap();
    let strict = ItemEncryptor::new(fixture.provider().oldest_version(1));
    let new = write(&strict).await;
    read(&strict, &new).await;
    let rejected = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains("the oldest accepted"), "{error}");
    };
    rejected(try_read(&strict, &old).await.unwrap_err());
    // An old version is not used for writing if the newest one is missing, or if there is none.
    let stricter = ItemEncryptor::new(fixture.provider().oldest_version(2));
    rejected(try_write(&stricter).await.unwrap_err());
    let empty = self::fixture().await;
    rejected(try_write(&ItemEncryptor::new(empty.provider().oldest_version(1))).await.unwrap_err());
    assert_eq!(empty.gate.count("PutItem"), 0);
}

/// An attacker who deletes or hides versions of the store cannot make a process return to leaked keys, or create new
/// keys in place of those in use.
#[tokio::test]
async fn a_process_never_encrypts_with_an_older_version_than_it_has_seen() {
    let fixture = fixture().await;
    let (writer, reader) = (fixture.encryptor(), fixture.encryptor());
    let old = write(&writer).await;
    fixture.store.rotate(NAME).await.unwrap();
    fixture.clock.advance(TTL + GRACE + MOMENT);
    let new = write(&writer).await;
    assert_eq!((version(&old), version(&new)), (0, 1));
    // This process has only seen version 1 in an item.
    read(&reader, &new).await;

    fixture.delete_version(1).await;
    let rejected = |error: Error, found: &str| {
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains(found), "{error}");
    };
    rejected(try_write(&reader).await.unwrap_err(), "was 1 before, and now the store has version 0");
    fixture.clock.advance(TTL + GRACE + MOMENT);
    rejected(try_write(&writer).await.unwrap_err(), "was 1 before, and now the store has version 0");
    writer.refresh().await.unwrap();
    rejected(try_write(&writer).await.unwrap_err(), "was 1 before, and now the store has version 0");
    read(&writer, &old).await;

    fixture.delete_version(0).await;
    fixture.clear();
    for encryptor in [&writer, &reader] {
        rejected(try_write(encryptor).await.unwrap_err(), "was 1 before, and now the store has none");
    }
    assert_eq!(fixture.gate.count("PutItem"), 0);
}

#[tokio::test]
async fn a_process_that_never_creates_keys_leaves_an_empty_store_unchanged() {
    let fixture = fixture().await;
    let strict = Arc::new(fixture.provider().never_create());
    let encryptor = ItemEncryptor::new(Arc::clone(&strict));
    let error = try_write(&encryptor).await.unwrap_err();
    assert_eq!((error.kind(), fixture.gate.count("PutItem")), (ErrorKind::Materials, 0));
    assert!(error.to_string().contains("`rotate`"), "{error}");
    assert_eq!(strict.rotate().await.unwrap(), 0);
    read(&encryptor, &write(&encryptor).await).await;
}

#[tokio::test]
async fn a_version_that_does_not_exist_costs_one_call_a_second() {
    let fixture = fixture().await;
    let encryptor = fixture.encryptor();
    let mut bogus = write(&encryptor).await;
    let description = bogus["*amzn-ddb-map-desc*"].as_b().unwrap().as_ref();
    let position = description.windows(11).position(|window| window == b"employees#0").unwrap() + 10;
    let mut description = description.to_vec();
    description[position] = b'7';
    bogus.insert("*amzn-ddb-map-desc*".to_owned(), AttributeValue::B(description.into()));
    fixture.clear();
    for _ in 0..100 {
        assert_eq!(try_read(&encryptor, &bogus).await.unwrap_err().kind(), ErrorKind::Materials);
    }
    assert_eq!(fixture.gate.count("GetItem"), 1);
    fixture.clock.advance(Duration::from_secs(1) + MOMENT);
    assert!(try_read(&encryptor, &bogus).await.is_err());
    assert_eq!(fixture.gate.count("GetItem"), 2);
}

#[tokio::test]
async fn the_material_can_be_chosen_for_each_item() {
    let fixture = fixture().await;
    let provider = fixture.provider().select_material_name(|request| {
        let (_, value) = request.partition_key()?;
        value.as_s().ok().filter(|id| *id != "e-1").cloned()
    });
    let encryptor = ItemEncryptor::new(provider);
    read(&encryptor, &write(&encryptor).await).await;
    let stored = encryptor.encrypt(item("tenant"), &actions(), &context()).await.unwrap();
    assert_eq!(encryptor.decrypt(stored, &actions(), &context()).await.unwrap(), item("tenant"));
    for name in [NAME, "tenant"] {
        assert_eq!(fixture.store.newest_version(name).await.unwrap(), Some(0));
    }
    let error = encryptor.encrypt(item("a#b"), &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn warm_up_prefetches_the_keys_of_the_first_item() {
    let fixture = fixture().await;
    let provider = fixture.provider();
    provider.warm_up().await.unwrap();
    assert_eq!(fixture.store.newest_version(NAME).await.unwrap(), None, "warming up makes no version");
    fixture.store.rotate(NAME).await.unwrap();
    provider.warm_up().await.unwrap();
    fixture.clear();
    let encryptor = ItemEncryptor::new(provider);
    read(&encryptor, &write(&encryptor).await).await;
    assert_eq!(fixture.calls(), [0; 4]);

    encryptor.refresh().await.unwrap();
    read(&encryptor, &write(&encryptor).await).await;
    assert_eq!(fixture.calls(), [1, 1, 0, 1]);
}

#[tokio::test]
async fn a_ttl_of_zero_is_rejected() {
    let fixture = fixture().await;
    let error = MostRecentProvider::new(fixture.store, NAME, Duration::ZERO).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}
