//! Tables that change their format while services read and write them, and go back.

use dynaseal::embedded::Database;
use dynaseal::{EncryptedItem as _, ItemEncryptor, Repository, SchemaVersion};
use dynaseal_tests::format::both;

use crate::entity::{Account, TABLE, accounts, assert_all, stored, table_of};

/// A service that writes with the first keys and reads with both.
fn service(client: &aws_sdk_dynamodb::Client, keys: &ItemEncryptor, other: &ItemEncryptor) -> Repository<Account> {
    let version = SchemaVersion::of::<Account>("other").encryptor(other.clone());
    Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).also_reads(version).build()
}

/// The number of items in each format: of the DynamoDB Encryption Client, and of the AWS Database Encryption SDK.
async fn counts(client: &aws_sdk_dynamodb::Client) -> (usize, usize) {
    let items = stored(client).await;
    let with = |mark| items.values().filter(|item| item.contains_key(mark)).count();
    (with("*amzn-ddb-map-sig*"), with("aws_dbe_foot"))
}

/// Services of two neighbouring steps run beside each other, and each step can be undone.
#[tokio::test]
async fn each_step_can_be_undone() {
    let (old, new) = both();
    let client = table_of(12, &old).await;
    let change = async |service: &Repository<Account>, number: u32| {
        service.update_with(Account::new(number).key(), |account| account.visits += 1).await.unwrap();
        let (first, second) = (number, number + 1);
        // `put` and `save` write the service's own format as well.
        let account = service.get(Account::new(first).key()).await.unwrap().unwrap();
        service.put(&account).await.unwrap();
        let mut other = service.fetch(Account::new(second).key()).await.unwrap().unwrap();
        other.visits += 1;
        service.save(other).await.unwrap();
    };
    let before = accounts(&client, &old);
    let (reads_both, writes_new) = (service(&client, &old, &new), service(&client, &new, &old));

    // Step 1 changes nothing that is stored, so going back is free.
    change(&reads_both, 0).await;
    assert_eq!(counts(&client).await, (12, 0));
    before.get(Account::new(0).key()).await.unwrap().unwrap();

    // Step 2: what is written comes out in the new form. A process of step 1 reads it, and writes it in the old one.
    change(&writes_new, 2).await;
    assert_eq!(counts(&client).await, (10, 2));
    assert_eq!(reads_both.fetch(Account::new(2).key()).await.unwrap().unwrap().schema_version(), Some("other"));
    change(&reads_both, 2).await;
    assert_eq!(counts(&client).await, (12, 0));
    change(&writes_new, 4).await;

    // Step 3, and a process of step 1 that meets its items.
    assert!(writes_new.reencrypt().await.unwrap().is_complete());
    assert_eq!(counts(&client).await, (0, 12));
    change(&reads_both, 6).await;
    assert_eq!(counts(&client).await, (2, 10));
    change(&writes_new, 6).await;

    // Back from step 3: the same services, and a move in the other direction.
    let report = reads_both.reencrypt().await.unwrap();
    assert_eq!((report.rewritten(), report.is_complete()), (12, true));
    assert_eq!(counts(&client).await, (12, 0));
    change(&before, 8).await;

    // And forth again, to step 4.
    assert!(writes_new.reencrypt().await.unwrap().is_complete());
    let after = accounts(&client, &new);
    change(&after, 10).await;
    assert_eq!(counts(&client).await, (0, 12));
    for number in 0..12 {
        let read = after.get(Account::new(number).key()).await.unwrap().unwrap();
        assert_eq!(Account { visits: 1, ..read }, Account::new(number));
    }
}

/// Several machines share the table, in both directions.
#[tokio::test]
async fn machines_share_a_table_that_changes_its_format() {
    let (old, new) = both();
    let client = table_of(30, &old).await;
    let folder = tempfile::tempdir().unwrap();
    for (number, (from, to)) in [(&old, &new), (&new, &old)].into_iter().enumerate() {
        let mut rewritten = 0;
        for machine in 0..3 {
            let request = service(&client, to, from).reencrypt().segments(3).only_segments(machine..machine + 1);
            let report = request.checkpoint(folder.path().join(format!("{number}-{machine}"))).await.unwrap();
            assert!(report.is_complete());
            rewritten += report.rewritten();
        }
        assert_eq!(rewritten, 30);
        assert_all(&accounts(&client, to), 30).await;
    }
}

/// Items of the AWS Database Encryption SDK are read by every suite, so only their header tells which need to be written again.
#[tokio::test]
async fn a_table_moves_to_another_suite_and_back() {
    use dynaseal::format::Dbesdk;
    use dynaseal::keyrings::{AesKey, RawAesKeyring};

    let client = Database::in_memory().unwrap().client();
    let key = AesKey::generate().unwrap();
    let with_signature = |signs| {
        let keyring = RawAesKeyring::new("tests", "key", &key).unwrap();
        ItemEncryptor::new(Dbesdk::new(keyring).digital_signature(signs))
    };
    let (unsigned, signed) = (with_signature(false), with_signature(true));
    accounts(&client, &unsigned).create_table().await.unwrap();
    for number in 0..3 {
        accounts(&client, &unsigned).put(&Account::new(number)).await.unwrap();
    }
    for (from, to, length) in [(&unsigned, &signed, 48 + 103), (&signed, &unsigned, 48)] {
        let moving = || service(&client, to, from).reencrypt();
        assert_eq!(moving().await.unwrap().rewritten(), 3);
        let footers =
            stored(&client).await.into_values().map(|item| item["aws_dbe_foot"].as_b().unwrap().as_ref().len());
        assert_eq!(footers.collect::<Vec<_>>(), [length; 3]);
        assert_eq!(moving().await.unwrap().up_to_date(), 3);
        assert_all(&accounts(&client, to), 3).await;
    }
}
