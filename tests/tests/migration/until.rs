//! Versions that are read up to a point in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;
use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::repository::{RepositoryBuilder, WantsNothing, WantsTable};
use dynaseal::{AttributeActions, EncryptedItem as _, EncryptedTable, ErrorKind, Repository, SchemaVersion};
use dynaseal_tests::format::both;
use dynaseal_tests::log;

use crate::entity::{Account, TABLE, key, keys, stored, table_of};

/// A clock that a test moves.
#[derive(Clone, Default)]
pub(crate) struct Time(Arc<AtomicU64>);

impl Time {
    pub(crate) fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let time = self.clone();
        move || Self::at(time.0.load(Ordering::Relaxed))
    }
}

/// Writes the current format, and reads the older one until second 100.
fn bounded<T>(builder: RepositoryBuilder<T, WantsTable>, time: &Time) -> RepositoryBuilder<T, WantsNothing> {
    let (old, new) = both();
    let before = SchemaVersion::of::<Account>("before").encryptor(old);
    builder.table(TABLE).encryptor(new).also_reads(before).until(Time::at(100)).clock(time.now())
}

fn repository(client: &Client, time: &Time) -> Repository<Account> {
    bounded(Repository::builder(client.clone()), time).build()
}

/// What was written about the older form since the last call.
fn warnings() -> Vec<String> {
    let lines = log::take();
    lines.lines().filter(|line| line.contains("WARN") && line.contains("dynaseal::audit")).map(str::to_owned).collect()
}

#[tokio::test]
async fn items_in_the_older_form_are_reported_before_the_deadline_and_rejected_after_it() {
    log::listen();
    let client = table_of(4, &both().0).await;
    let time = Time::default();
    let accounts = repository(&client, &time);
    assert_eq!(warnings(), Vec::<String>::new(), "it has an end");

    time.set(99);
    assert_eq!(accounts.get(Account::new(0).key()).await.unwrap(), Some(Account::new(0)));
    let told = warnings();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("version=\"before\"") && told[0].contains("table=\"accounts\""), "{told:?}");
    let fetched = accounts.fetch(Account::new(3).key()).await.unwrap().unwrap();
    accounts.update_with(Account::new(1).key(), |account| account.balance = 7).await.unwrap();
    drop(warnings());
    accounts.get(Account::new(1).key()).await.unwrap().unwrap();
    assert_eq!(warnings(), Vec::<String>::new(), "it was written in the new form");

    time.set(100);
    let items = stored(&client).await;
    let refused = [
        accounts.get(Account::new(0).key()).await.map(drop),
        accounts.update_with(Account::new(0).key(), |account| account.balance = 7).await.map(drop),
        accounts.delete(Account::new(0).key()).returning().await.map(drop),
        accounts.decrypt(items[&0].clone()).await.map(drop),
        // Read in time and written late, it would become genuine as well.
        accounts.save(fetched).await.map(drop),
    ];
    assert_eq!(refused.map(|result| result.unwrap_err().kind()), [ErrorKind::Integrity; 5]);
    let told = warnings();
    assert!(told.len() >= 5 && told.iter().all(|line| line.contains("version=\"before\"")), "{told:?}");
    assert_eq!(accounts.get(Account::new(1).key()).await.unwrap().unwrap().balance, 7);
    let scanned: Vec<_> = futures_util::StreamExt::collect(accounts.scan().stream()).await;
    assert_eq!(scanned.iter().filter(|item| item.is_ok()).count(), 1);

    // A run does not move items that the repository rejects, and a check still counts them.
    let report = accounts.reencrypt().await.unwrap();
    assert_eq!((report.rewritten(), report.left()), (0, 2), "{report}");
    let check = accounts.check_items().await.unwrap();
    assert_eq!(check.versions.iter().map(|version| version.readable).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn an_untyped_table_rejects_it_as_well() {
    let client = table_of(2, &both().0).await;
    let time = Time::default();
    let actions = AttributeActions::new(EncryptAndSign).with("owner", SignOnly).with("visits", DoNothing);
    let table = bounded(EncryptedTable::builder(client), &time).connect(actions).await.unwrap();
    assert_eq!(table.get(key(0)).await.unwrap(), Some(Account::new(0).plaintext()));
    time.set(100);
    assert_eq!(table.get(key(0)).await.unwrap_err().kind(), ErrorKind::Integrity);
    let with_its_keys = table.with_encryptor(both().1);
    assert_eq!(with_its_keys.get(key(0)).await.unwrap_err().kind(), ErrorKind::Integrity);
}

/// Versions of one format cannot be distinguished by the stored item; expired ones are not tried.
#[tokio::test]
async fn a_version_with_other_keys_of_the_same_format_ends_as_well() {
    let (old, new) = (keys(), keys());
    let client = table_of(1, &old).await;
    let time = Time::default();
    let before = SchemaVersion::of::<Account>("before").encryptor(old);
    let builder = Repository::<Account>::builder(client).table(TABLE).encryptor(new);
    let accounts = builder.also_reads(before).until(Time::at(100)).clock(time.now()).build();
    assert_eq!(accounts.get(Account::new(0).key()).await.unwrap(), Some(Account::new(0)));
    time.set(101);
    assert_eq!(accounts.get(Account::new(0).key()).await.unwrap_err().kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn two_formats_without_a_deadline_are_reported_once() {
    log::listen();
    let (old, new) = both();
    let client = table_of(3, &old).await;
    let build = |keys: &dynaseal::ItemEncryptor, other: dynaseal::ItemEncryptor| {
        let version = SchemaVersion::of::<Account>("other").encryptor(other);
        Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(keys.clone()).also_reads(version).build()
    };
    let accounts = build(&new, old.clone());
    crate::entity::assert_all(&accounts, 3).await;
    let told = warnings();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("also_reads(..).until(..)"), "{told:?}");
    let _same_format = build(&old, dynaseal_tests::format::StoredFormat::Ddbec.keys_of(9));
    assert_eq!(warnings(), Vec::<String>::new());
}

#[tokio::test]
async fn a_deadline_without_a_version_is_rejected() {
    let (old, new) = both();
    let client = table_of(1, &old).await;
    let builder = Repository::<Account>::builder(client).table(TABLE).encryptor(new).until(Time::at(100));
    let error = builder.build().get(Account::new(0).key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("also_reads"), "{error}");
}
