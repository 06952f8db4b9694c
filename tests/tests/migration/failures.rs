//! Services that fail.

use aws_sdk_dynamodb::Client;
use dynaseal::danger::import_plaintext;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{ErrorKind, SchemaVersion};
use dynaseal_tests::network::retrying;

use crate::entity::{Account, TABLE, accounts, assert_all, key, keys, plain_table_of, stored, table_of};

fn all_faults() -> [Fault; 5] {
    [Fault::Throttle, Fault::DropResponse, Fault::Reset, Fault::FailBefore, Fault::InternalServerError]
}

#[tokio::test]
async fn a_reencryption_completes_on_an_unreliable_network() {
    for seed in 0..3 {
        let (old, new) = (keys(), keys());
        let client = table_of(60, &old).await;
        let faults = Faults::random(seed, 0.3, all_faults());
        let faulty = faults.beneath(&retrying(&client)).unwrap();
        let before = SchemaVersion::of::<Account>("before").encryptor(old);
        let report = accounts(&faulty, &new).reencrypt().also_reads(before).await.unwrap();
        assert!(report.is_complete(), "seed {seed}: {report}");
        assert_eq!(report.rewritten() + report.up_to_date(), 60, "seed {seed}");
        assert_all(&accounts(&client, &new), 60).await;
    }
}

#[tokio::test]
async fn an_import_completes_on_an_unreliable_network() {
    for seed in 0..3 {
        let client = plain_table_of(60).await;
        let keys = keys();
        let faulty = Faults::random(seed, 0.3, all_faults()).beneath(&retrying(&client)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let import = import_plaintext(&accounts(&faulty, &keys), folder.path().join("import")).begin();
        assert!(import.await.unwrap().is_complete(), "seed {seed}");
        assert_all(&accounts(&client, &keys), 60).await;
    }
}

#[tokio::test]
async fn persistent_throttling_ends_the_run_and_the_next_one_continues() {
    let (old, new) = (keys(), keys());
    let client = table_of(20, &old).await;
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let request = |client: &Client| {
        let before = SchemaVersion::of::<Account>("before").encryptor(old.clone());
        accounts(client, &new).reencrypt().also_reads(before).checkpoint(&checkpoint)
    };
    let faults = Faults::script([Fault::None; 10].into_iter().chain([Fault::Throttle; 4000]));
    let error = request(&faults.beneath(&client).unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Throttled, true));
    let report = request(&client).await.unwrap();
    assert!(report.is_complete() && report.rewritten() + report.up_to_date() == 20, "{report}");
    assert_all(&accounts(&client, &new), 20).await;
}

/// Items whose new form is too large stay unchanged.
#[tokio::test]
async fn an_item_that_would_grow_too_large_is_left_unchanged() {
    let client = plain_table_of(2).await;
    let large = Account { note: Some("x".repeat(409_500)), ..Account::new(3) };
    crate::entity::put(&client, large.plaintext()).await;
    let item = stored(&client).await[&3].clone();
    let folder = tempfile::tempdir().unwrap();
    let keys = keys();
    let kinds = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let listener = std::sync::Arc::clone(&kinds);
    let import = import_plaintext(&accounts(&client, &keys), folder.path().join("import")).begin();
    let import = import.on_left(move |_, error| listener.lock().unwrap().push(error.kind()));
    assert_eq!(import.await.unwrap_err().kind(), ErrorKind::Integrity, "it is not finished");
    assert_eq!(kinds.lock().unwrap()[0], ErrorKind::TooLarge);
    assert_eq!(stored(&client).await[&3], item);

    // After the item is deleted, nothing is left.
    client.delete_item().table_name(TABLE).set_key(Some(key(3))).send().await.unwrap();
    let report = import_plaintext(&accounts(&client, &keys), folder.path().join("import")).await.unwrap();
    assert_eq!((report.rewritten(), report.left(), report.is_complete()), (2, 0, true));
}
