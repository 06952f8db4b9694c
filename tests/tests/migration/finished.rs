//! Moves that are finished, and what comes in the older form after them.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use dynaseal::migration::{Reencrypt, Status};
use dynaseal::{EncryptedItem as _, ErrorKind, Item, ItemEncryptor, SchemaVersion};
use dynaseal_tests::format::both;
use dynaseal_tests::log;

use crate::entity::{Account, accounts, assert_all, complete, key, put, stored, table_of};

/// The move from the first of these keys to the second.
fn moving(client: &Client, (old, new): &(ItemEncryptor, ItemEncryptor), checkpoint: &Path) -> Reencrypt {
    let before = SchemaVersion::of::<Account>("before").encryptor(old.clone());
    accounts(client, new).reencrypt().also_reads(before).checkpoint(checkpoint)
}

/// Writes this item in the middle of a run, after so many visits of a pass.
fn write_after(
    client: &Client,
    item: Item,
    visits: u64,
    in_each_pass: bool,
) -> impl Fn(&Status) + Send + Sync + 'static {
    let client = client.clone();
    move |status| {
        if status.items == visits && (in_each_pass || !status.is_verifying) {
            complete(put(&client, item.clone()));
        }
    }
}

#[tokio::test]
async fn items_after_the_end_are_reported_and_moved_only_on_request() {
    log::listen();
    let (old, new) = both();
    for keys in [(old.clone(), new.clone()), (new, old)] {
        let client = table_of(10, &keys.0).await;
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = folder.path().join("move");
        let before = stored(&client).await;
        let report = moving(&client, &keys, &checkpoint).await.unwrap();
        assert_eq!((report.rewritten(), report.late(), report.is_complete()), (10, 0, true));
        assert!(fs::read_to_string(&checkpoint).unwrap().contains(r#""phase":"Finished""#));

        // An attacker restores an old item, and an old program writes.
        put(&client, before[&3].clone()).await;
        accounts(&client, &keys.0).put(&Account { balance: -1, ..Account::new(5) }).await.unwrap();
        let items = stored(&client).await;
        let left = Arc::new(Mutex::new(Vec::new()));
        drop(log::take());
        for _ in 0..2 {
            let on_left = {
                let left = Arc::clone(&left);
                move |key: &Item, error: &dynaseal::Error| left.lock().unwrap().push((key.clone(), error.to_string()))
            };
            let report = moving(&client, &keys, &checkpoint).on_left(on_left).await.unwrap();
            assert_eq!((report.rewritten(), report.late(), report.left(), report.up_to_date()), (0, 2, 2, 8));
            assert!(!report.is_complete());
            assert!(report.to_string().contains("2 of these found after the end of the move"), "{report}");
            assert_eq!(stored(&client).await, items, "nothing is made genuine");
            let mut named = std::mem::take(&mut *left.lock().unwrap());
            named.sort_by_key(|(key, _)| key["number"].as_n().unwrap().clone());
            assert_eq!(named.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(), [key(3), key(5)]);
            assert!(named.iter().all(|(_, error)| error.contains("move_again") && error.contains("\"before\"")));
            let written = log::take();
            let told = written.lines().filter(|line| line.contains("found after the move was finished"));
            assert_eq!(told.count(), 2, "{written}");
        }

        let report = moving(&client, &keys, &checkpoint).move_again().await.unwrap();
        assert_eq!((report.rewritten(), report.up_to_date(), report.is_complete()), (2, 8, true));
        assert_eq!(accounts(&client, &keys.1).get(Account::new(5).key()).await.unwrap().unwrap().balance, -1);
        put(&client, before[&3].clone()).await;
        assert_eq!(moving(&client, &keys, &checkpoint).await.unwrap().late(), 1, "it is finished again");
    }
}

#[tokio::test]
async fn items_written_behind_the_scan_are_moved() {
    let keys = both();
    let client = table_of(20, &keys.0).await;
    let folder = tempfile::tempdir().unwrap();
    let old = stored(&client).await;
    let writes = write_after(&client, old[&0].clone(), 20, false);
    let request = moving(&client, &keys, &folder.path().join("move")).segments(1).concurrency(1).progress(writes);
    let report = request.await.unwrap();
    assert_eq!((report.rewritten(), report.is_complete()), (21, true));
    assert_all(&accounts(&client, &keys.1), 20).await;
}

#[tokio::test]
async fn a_move_beside_a_program_that_never_stops_is_not_finished() {
    let keys = both();
    let client = table_of(5, &keys.0).await;
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("move");
    let old = stored(&client).await;
    let writes = write_after(&client, old[&0].clone(), 5, true);
    let request = moving(&client, &keys, &checkpoint).segments(1).concurrency(1).progress(writes);
    let report = request.await.unwrap();
    assert_eq!((report.left(), report.is_complete()), (0, false));
    assert!(report.to_string().contains("a program still writes an older form"), "{report}");
    // Once it has stopped, the same checkpoint leads to the end.
    assert!(moving(&client, &keys, &checkpoint).segments(1).await.unwrap().is_complete());
    assert_all(&accounts(&client, &keys.1), 5).await;
    put(&client, old[&1].clone()).await;
    assert_eq!(moving(&client, &keys, &checkpoint).segments(1).await.unwrap().late(), 1);
}

/// The keys and actions are the same: only the format distinguishes the way back.
#[tokio::test]
async fn the_way_back_is_another_move() {
    let (old, new) = both();
    let client = table_of(2, &old).await;
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("move");
    let there = (old.clone(), new.clone());
    assert!(moving(&client, &there, &checkpoint).await.unwrap().is_complete());
    let error = moving(&client, &(new, old), &checkpoint).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("another \"format\""), "{error}");
}

/// What cannot be moved keeps a move from being finished, and the next run from skipping anything.
#[tokio::test]
async fn a_move_that_leaves_items_is_not_finished() {
    let keys = both();
    let client = table_of(5, &keys.0).await;
    crate::entity::damage(&client, 2).await;
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("move");
    let report = moving(&client, &keys, &checkpoint).await.unwrap();
    assert_eq!((report.rewritten(), report.left(), report.late()), (4, 1, 0));
    accounts(&client, &keys.0).put(&Account::new(2)).await.unwrap();
    let report = moving(&client, &keys, &checkpoint).await.unwrap();
    assert_eq!((report.rewritten(), report.is_complete()), (1, true));
}
