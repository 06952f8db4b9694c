//! A caller that is neither polled nor dropped, such as an operation in a buffered stream with a slow consumer. It
//! blocks neither the keys that it began to load, nor the embedded store.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
#[cfg(feature = "kms")]
use dynaseal::keyrings::{HierarchicalKeyring, KeyStore};
use dynaseal::materials::{MetaStore, MostRecentProvider};
use dynaseal::{AttributeActions, EncryptedItem, EncryptedTable, ItemEncryptor, Repository};
#[cfg(feature = "kms")]
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::gate::Gate;
use dynaseal_tests::store::{keys, provider};
#[cfg(feature = "kms")]
use dynaseal_tests::tenants::KeyStoreFixture;

use super::operations::Operation;
use super::readings::{COUNT, Reading, Search, readings};
use super::setup::{Account, Behind, Kind, TABLE, account};

/// The clock only advances if all tasks wait, so only an endless wait reaches this limit.
const AGES: Duration = Duration::from_secs(600);

async fn in_time<F: Future>(case: &str, future: F) -> F::Output {
    tokio::time::timeout(AGES, future).await.unwrap_or_else(|_| panic!("{case}: waits for ever"))
}

fn poll_once<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls until the keys begin to load. Returns true if the operation needs none.
async fn stall_at_keys<F: Future>(future: &mut Pin<Box<F>>, gate: &Gate) -> bool {
    while gate.requests().is_empty() {
        if poll_once(future).is_ready() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

/// The store of the keys.
enum KeySource {
    /// For items of the DynamoDB Encryption Client.
    Versions(MetaStore),
    /// For items of the Database Encryption SDK.
    #[cfg(feature = "kms")]
    BranchKeys(KeyStore),
}

impl KeySource {
    async fn new() -> (Self, Gate) {
        #[cfg(feature = "kms")]
        if StoredFormat::is_dbesdk() {
            let fixture = KeyStoreFixture::new().await;
            fixture.create(["accounts"]).await;
            return (Self::BranchKeys(fixture.store), fixture.gate);
        }
        let gate = Gate::default();
        let client = gate.client(&Database::in_memory().unwrap().client());
        let store = MetaStore::new(client, "keys", ItemEncryptor::new(provider()));
        store.create_table().await.unwrap();
        (Self::Versions(store), gate)
    }

    /// Returns an encryptor with an empty cache.
    fn encryptor(&self) -> ItemEncryptor {
        match self {
            Self::Versions(store) => {
                ItemEncryptor::new(MostRecentProvider::new(store.clone(), "accounts", AGES).unwrap())
            }
            #[cfg(feature = "kms")]
            Self::BranchKeys(store) => {
                let keyring = HierarchicalKeyring::new(store.clone(), AGES).unwrap();
                ItemEncryptor::with_keyring(keyring.branch_key("accounts"))
            }
        }
    }
}

/// A table whose keys come from a store behind a gate.
struct Setup {
    client: Client,
    gate: Gate,
    keys: KeySource,
}

impl Setup {
    async fn new<T: EncryptedItem>() -> (Self, Repository<T>) {
        let (keys, gate) = KeySource::new().await;
        let setup = Self { client: Database::in_memory().unwrap().client(), gate, keys };
        let sound = Repository::builder(setup.client.clone()).table(TABLE).encryptor(setup.keys.encryptor()).build();
        sound.create_table().await.unwrap();
        (setup, sound)
    }

    /// Returns the table of a caller that has to load the keys first.
    async fn cold<T: EncryptedItem>(&self, kind: Kind) -> Behind<T> {
        let table = behind(kind, self.client.clone(), self.keys.encryptor()).await;
        self.gate.clear();
        self.gate.hold(&["Query", "GetItem"]);
        table
    }
}

async fn behind<T: EncryptedItem>(kind: Kind, client: Client, keys: ItemEncryptor) -> Behind<T> {
    match kind {
        Kind::Typed => Behind::Typed(Repository::builder(client).table(TABLE).encryptor(keys).build()),
        Kind::Plain => {
            let table = EncryptedTable::builder(client).table(TABLE).encryptor(keys);
            Behind::Plain(table.connect(AttributeActions::of::<T>()).await.unwrap())
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stalled_operation_does_not_block_the_keys() {
    let mut stalled_at_keys = 0;
    for kind in Kind::BOTH {
        for operation in Operation::ALL {
            let case = format!("{kind:?} {operation:?}");
            let (setup, sound) = Setup::new::<Account>().await;
            for id in ["stalled", "other"] {
                sound.create(&account(id, 1)).await.unwrap();
            }
            if operation == Operation::Create {
                sound.delete("stalled").await.unwrap();
            }
            let table: Behind<Account> = setup.cold(kind).await;
            let mut stalled = Box::pin(operation.run(&table, "stalled"));
            if stall_at_keys(&mut stalled, &setup.gate).await {
                continue;
            }
            stalled_at_keys += 1;
            setup.gate.release();
            for other in [Operation::Get, Operation::Put, Operation::Update, Operation::GetInTransaction] {
                in_time(&case, other.run(&table, "other")).await.unwrap();
            }
            in_time(&case, stalled).await.unwrap();
        }
    }
    println!("{stalled_at_keys} operations stalled while they loaded keys");
    assert!(stalled_at_keys >= 20);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_stream_or_batch_does_not_block_the_keys() {
    for kind in Kind::BOTH {
        let (setup, sound) = Setup::new::<Reading>().await;
        sound.write_many(readings(1)).await.unwrap();
        for search in Search::ALL {
            let case = format!("{kind:?} {search:?}");
            let table: Behind<Reading> = setup.cold(kind).await;
            let mut stream = table.stream(search);
            let mut stalled = Box::pin(async {
                let mut found = 0;
                while let Some(reading) = stream.next().await {
                    reading.unwrap();
                    found += 1;
                }
                found
            });
            assert!(!stall_at_keys(&mut stalled, &setup.gate).await, "{case}");
            setup.gate.release();
            assert_eq!(in_time(&case, table.find(search)).await.unwrap(), readings(1), "{case}");
            assert_eq!(in_time(&case, stalled).await, COUNT, "{case}");
        }
        let table: Behind<Reading> = setup.cold(kind).await;
        let mut stalled = Box::pin(table.get_many());
        assert!(!stall_at_keys(&mut stalled, &setup.gate).await);
        setup.gate.release();
        assert!(in_time("get_many", table.get_many()).await.iter().all(Result::is_ok));
        assert!(in_time("get_many", stalled).await.iter().all(Result::is_ok));

        let table: Behind<Reading> = setup.cold(kind).await;
        let all = readings(1);
        let mut stalled = Box::pin(table.write_many(&all, &[]));
        assert!(!stall_at_keys(&mut stalled, &setup.gate).await);
        setup.gate.release();
        assert!(in_time("write_many", table.write_many(&all, &[])).await.is_empty());
        assert!(in_time("write_many", stalled).await.is_empty());
    }
}

/// A file handles one request at a time. Waiting requests are not polled when their turn comes.
#[tokio::test(start_paused = true)]
async fn a_stalled_operation_does_not_block_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let client = Database::open(folder.path().join("accounts.db")).unwrap().client();
    let keys = keys();
    let sound: Repository<Account> = Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build();
    sound.create_table().await.unwrap();
    let actions = AttributeActions::of::<Account>();
    let plain = EncryptedTable::builder(client).table(TABLE).encryptor(keys).connect(actions).await.unwrap();
    for table in [Behind::Typed(sound.clone()), Behind::Plain(plain)] {
        for operation in Operation::ALL {
            let ids: Vec<String> = (0..3).map(|number| format!("{operation:?}-{number}")).collect();
            for id in ids.iter().filter(|_| operation != Operation::Create) {
                sound.put(&account(id, 1)).await.unwrap();
            }
            if operation == Operation::Create {
                for id in &ids {
                    sound.delete(id).await.unwrap();
                }
            }
            sound.put(&account("other", 1)).await.unwrap();
            let mut stalled: Vec<_> = ids.iter().map(|id| Box::pin(operation.run(&table, id))).collect();
            assert!(stalled.iter_mut().all(|stalled| poll_once(stalled).is_pending()), "{operation:?}");
            let case = format!("{operation:?}");
            in_time(&case, Operation::Get.run(&table, "other")).await.unwrap();
            in_time(&case, Operation::Put.run(&table, "other")).await.unwrap();
            for stalled in stalled {
                in_time(&case, stalled).await.unwrap();
            }
        }
    }
}
