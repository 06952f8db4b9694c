//! Programs that continue to write while their table is migrated.
//!
//! The store in memory responds at once, so the tasks must yield explicitly.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::Client;
use dynaseal::danger::{DualRead, MaybeVerified, import_plaintext};
use dynaseal::embedded::Database;
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, ItemEncryptor, Repository, SchemaVersion};
use dynaseal_tests::format::{StoredFormat, both};
use tokio::task::{JoinHandle, yield_now};

use crate::entity::{Account, TABLE, accounts, complete, key, keys, plain_table_of, table_of};

const ITEMS: u32 = 120;

#[derive(Clone, Debug, EncryptedItem)]
struct Balance {
    #[partition_key]
    id: u32,
    total: u32,
}

/// Until it is stopped, increments the unsigned visits of every account in place, and returns the number of increments
/// for each.
fn count_visits(client: Client, stop: Arc<AtomicBool>) -> JoinHandle<u64> {
    tokio::spawn(async move {
        let mut rounds = 0;
        while !stop.load(Ordering::Relaxed) || rounds < 2 {
            for number in 0..ITEMS {
                let update = client.update_item().table_name(TABLE).set_key(Some(key(number)));
                let update = update.update_expression("ADD visits :one");
                update.expression_attribute_values(":one", AttributeValue::N("1".to_owned())).send().await.unwrap();
                yield_now().await;
            }
            rounds += 1;
        }
        rounds
    })
}

/// Until it is stopped, adds one to the balance of every account, and returns the number of additions for each.
fn add_to_balances(accounts: Repository<Account>, stop: Arc<AtomicBool>) -> JoinHandle<i64> {
    tokio::spawn(async move {
        let mut rounds = 0;
        while !stop.load(Ordering::Relaxed) || rounds < 2 {
            for number in 0..ITEMS {
                let id = Account::new(number).id;
                accounts.update_with((id, number), |account| account.balance += 1).await.unwrap();
                yield_now().await;
            }
            rounds += 1;
        }
        rounds
    })
}

async fn assert_sums(accounts: &Repository<Account>, added: i64, visits: u64) {
    for number in 0..ITEMS {
        let account = Account::new(number);
        let expected = Account { balance: account.balance + added, visits: account.visits + visits, ..account };
        assert_eq!(accounts.get((expected.id.as_str(), number)).await.unwrap(), Some(expected));
    }
}

/// Re-encrypts a table beside programs that read both versions and write the new one, and beside programs that only
/// know unsigned attributes.
async fn reencrypt_beside_new_writers(old: ItemEncryptor, new: ItemEncryptor) {
    let client = table_of(ITEMS, &old).await;
    let before = || SchemaVersion::of::<Account>("before").encryptor(old.clone());
    let builder = Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(new.clone());
    let live = builder.also_reads(before()).build();
    let stop = Arc::new(AtomicBool::new(false));
    let adding = add_to_balances(live.clone(), Arc::clone(&stop));
    let counting = count_visits(client.clone(), Arc::clone(&stop));

    let moved = accounts(&client, &new);
    let report = moved.reencrypt().also_reads(before()).await.unwrap();
    stop.store(true, Ordering::Relaxed);
    assert!(report.is_complete(), "{report}");
    assert_sums(&moved, adding.await.unwrap(), counting.await.unwrap()).await;
}

/// Re-encrypts a table beside programs that read both versions and write the old one. A second run migrates the items
/// that they wrote behind the first run.
async fn reencrypt_beside_old_writers(old: ItemEncryptor, new: ItemEncryptor) {
    let client = table_of(ITEMS, &old).await;
    let before = |keys: &ItemEncryptor| SchemaVersion::of::<Account>("other").encryptor(keys.clone());
    let builder = Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(old.clone());
    let live = builder.also_reads(before(&new)).build();
    let stop = Arc::new(AtomicBool::new(false));
    let adding = add_to_balances(live, Arc::clone(&stop));

    let moved = accounts(&client, &new);
    let first = moved.reencrypt().also_reads(before(&old)).await.unwrap();
    stop.store(true, Ordering::Relaxed);
    let added = adding.await.unwrap();
    let second = moved.reencrypt().also_reads(before(&old)).await.unwrap();
    assert!(second.is_complete(), "{first}; {second}");
    assert_sums(&moved, added, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_while_a_table_is_reencrypted() {
    reencrypt_beside_new_writers(keys(), keys()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_writes_under_the_old_keys_loses_nothing() {
    reencrypt_beside_old_writers(keys(), keys()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_while_a_table_changes_its_format() {
    if StoredFormat::is_dbesdk() {
        return; // both formats take part in any case
    }
    let (first, second) = both();
    for (old, new) in [(first.clone(), second.clone()), (second, first)] {
        reencrypt_beside_new_writers(old.clone(), new.clone()).await;
        reencrypt_beside_old_writers(old, new).await;
    }
}

/// These items are put as a whole, where the others are updated attribute by attribute.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_of_items_without_unsigned_attributes() {
    let (old, new) = (keys(), keys());
    let client = Database::in_memory().unwrap().client();
    let before = || SchemaVersion::of::<Balance>("before").encryptor(old.clone());
    let builder = || Repository::<Balance>::builder(client.clone()).table("balances");
    let writers = builder().encryptor(old.clone()).build();
    writers.create_table().await.unwrap();
    for id in 0..ITEMS {
        writers.create(&Balance { id, total: 0 }).await.unwrap();
    }
    let live = builder().encryptor(new.clone()).also_reads(before()).build();
    let adding = tokio::spawn(async move {
        for _ in 0..3 {
            for id in 0..ITEMS {
                live.update_with(id, |balance| balance.total += 1).await.unwrap();
                yield_now().await;
            }
        }
    });
    let moved = builder().encryptor(new).build();
    let report = moved.reencrypt().also_reads(before()).await.unwrap();
    assert!(report.is_complete(), "{report}");
    adding.await.unwrap();
    for id in 0..ITEMS {
        assert_eq!(moved.get(id).await.unwrap().unwrap().total, 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_while_plaintext_is_imported() {
    let client = plain_table_of(ITEMS).await;
    let accounts = accounts(&client, &keys());
    let stop = Arc::new(AtomicBool::new(false));
    let counting = count_visits(client.clone(), Arc::clone(&stop));
    // The new program reads both kinds and writes encrypted items; it leaves plaintext to the import.
    let adding = tokio::spawn({
        let (accounts, stop) = (accounts.clone(), Arc::clone(&stop));
        async move {
            let dual = DualRead::until(&accounts, std::time::SystemTime::now() + std::time::Duration::from_secs(3600));
            let mut added = vec![0; ITEMS as usize];
            while !stop.load(Ordering::Relaxed) {
                for number in 0..ITEMS {
                    let id = Account::new(number).id;
                    yield_now().await;
                    match dual.get((id.as_str(), number)).consistent().await.unwrap().unwrap() {
                        MaybeVerified::Unverified(_) => continue,
                        MaybeVerified::Verified(_) => {}
                    }
                    accounts.update_with((id, number), |account| account.balance += 1).await.unwrap();
                    added[number as usize] += 1;
                }
            }
            added
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let report = import_plaintext(&accounts, folder.path().join("import")).begin().await.unwrap();
    stop.store(true, Ordering::Relaxed);
    assert!(report.is_complete(), "{report}");
    let (added, visits) = (adding.await.unwrap(), counting.await.unwrap());
    for number in 0..ITEMS {
        let account = Account::new(number);
        let read = accounts.get((account.id.as_str(), number)).await.unwrap().unwrap();
        assert_eq!((read.balance - account.balance, read.visits - account.visits), (added[number as usize], visits));
    }
}

/// An item that is deleted between its scan and its write is not created again.
#[tokio::test]
async fn deleted_items_stay_deleted() {
    let (old, new) = (keys(), keys());
    let client = table_of(30, &old).await;
    let accounts = accounts(&client, &new);
    let delete = {
        let client = client.clone();
        move |status: &dynaseal::migration::Status| {
            if status.items == 1 {
                complete(async {
                    for number in 0..30 {
                        let delete = client.delete_item().table_name(TABLE).set_key(Some(key(number)));
                        delete.send().await.unwrap();
                    }
                });
            }
        }
    };
    let before = SchemaVersion::of::<Account>("before").encryptor(old);
    let report = accounts.reencrypt().also_reads(before).segments(1).concurrency(1).progress(delete).await.unwrap();
    assert!(report.deleted() >= 28 && report.is_complete(), "{report}");
    assert!(crate::entity::stored(&client).await.is_empty());
    assert_eq!(accounts.get(("a-1", 1)).await.map_err(|error: dynaseal::Error| error.kind()), Ok::<_, ErrorKind>(None));
}
