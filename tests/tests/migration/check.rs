use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use aws_sdk_kms::config::retry::RetryConfig;
use dynaseal::keyrings::{AesKey, KmsKeyring, MultiKeyring, RawAesKeyring};
use dynaseal::materials::DirectKmsProvider;
use dynaseal::migration::ItemCheck;
use dynaseal::testing::kms::Kms;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, Error, ErrorKind, Item, ItemContext, Repository, SchemaVersion,
};
use dynaseal_tests::format::StoredFormat;

use crate::entity::{Account, TABLE, accounts, damage, empty_table, keys, put, stored, table_of};

#[tokio::test]
async fn a_check_reports_what_each_version_reads_and_why_it_fails() {
    if StoredFormat::is_dbesdk() {
        return; // its items record their actions: see `recorded_actions` in the suite of repositories
    }
    let keys = keys();
    let client = table_of(10, &keys).await;
    let accounts = accounts(&client, &keys);
    let context = ItemContext::new(TABLE).partition_key("id").sort_key("number");
    // Three items of an older version, one of an unknown version, one in plaintext, and one damaged.
    let older = AttributeActions::of::<Account>().with("balance", AttributeAction::SignOnly);
    let forgotten = AttributeActions::of::<Account>().with("owner", AttributeAction::EncryptAndSign);
    for (number, actions) in [(0, &older), (1, &older), (2, &older), (3, &forgotten)] {
        let item = Account::new(number).plaintext();
        put(&client, accounts.encryptor().encrypt(item, actions, &context).await.unwrap()).await;
    }
    put(&client, Account::new(4).plaintext()).await;
    damage(&client, 5).await;
    let items = stored(&client).await;

    let left = Arc::new(Mutex::new(BTreeSet::new()));
    let listen = {
        let left = Arc::clone(&left);
        move |key: &Item, error: &Error| {
            assert_eq!(error.kind(), ErrorKind::Integrity);
            left.lock().unwrap().insert(key["number"].as_n().unwrap().clone());
        }
    };
    let check = accounts.check_items().also_reads(SchemaVersion::new("older", older)).on_left(listen).await.unwrap();
    assert_eq!(*left.lock().unwrap(), ["3", "4", "5"].map(str::to_owned).into());
    assert_eq!((check.items, check.plaintext, check.unreadable), (10, 1, 2));
    let [current, older] = &check.versions[..] else { panic!("{check:?}") };
    assert_eq!((&*current.name, current.readable, current.unexplained), ("current", 4, 1));
    assert_eq!((&*older.name, older.readable), ("older", 3));
    let obstacles = |check: &dynaseal::migration::VersionCheck| {
        let describe = |obstacle: &dynaseal::migration::Obstacle| {
            (obstacle.attribute.clone(), obstacle.written_as, obstacle.items)
        };
        check.obstacles.iter().map(describe).collect::<Vec<_>>()
    };
    assert_eq!(
        obstacles(current),
        [
            ("balance".to_owned(), Some(AttributeAction::SignOnly), 3),
            ("owner".to_owned(), Some(AttributeAction::EncryptAndSign), 1)
        ]
    );
    assert!(obstacles(older).contains(&("balance".to_owned(), Some(AttributeAction::EncryptAndSign), 4)), "{older:?}");
    assert_eq!(stored(&client).await, items, "it only reads");

    let none = accounts.check_items().explain(0).await.unwrap();
    assert!(none.versions[0].obstacles.is_empty());
    let nothing = SchemaVersion::new("plain", AttributeActions::new(AttributeAction::DoNothing));
    assert_eq!(accounts.check_items().also_reads(nothing).await.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn no_attribute_is_blamed_for_other_keys() {
    let (old, new) = (keys(), keys());
    let client = table_of(3, &old).await;
    let before = SchemaVersion::of::<Account>("before").encryptor(old);
    let check = accounts(&client, &new).check_items().also_reads(before).await.unwrap();
    assert_eq!((check.versions[0].readable, check.versions[0].unexplained, check.versions[1].readable), (0, 3, 3));
}

/// An attacker who can write to the table adds attributes, each of which could be the obstacle.
#[tokio::test]
async fn an_item_with_hundreds_of_added_attributes_costs_one_call_per_version() {
    const ADDED: usize = 500;

    let kms = Kms::new();
    let key = kms.create_key("eu-central-1");
    let client = empty_table().await;
    let provider = || DirectKmsProvider::new(kms.client("eu-central-1"), &*key);
    let accounts: Repository<Account> = Repository::builder(client.clone()).table(TABLE).materials(provider()).build();
    accounts.put(&Account::new(1)).await.unwrap();
    let mut added = stored(&client).await.into_values().next().unwrap();
    added.extend((0..ADDED).map(|number| (format!("added-{number}"), AttributeValue::N(number.to_string()))));
    put(&client, added).await;

    kms.clear_calls();
    let older = SchemaVersion::of::<Account>("older").materials(provider());
    let check = accounts.check_items().also_reads(older).await.unwrap();
    assert_eq!((check.items, check.unreadable, check.versions.len()), (1, 1, 2));
    println!("{ADDED} added attributes: {} calls to KMS", kms.calls().len());
    assert_eq!(kms.calls().len(), 2);
}

/// An item is visited again if its keys were unavailable, but counted once.
#[tokio::test]
async fn an_outage_during_a_check_counts_nothing_twice() {
    let kms = Kms::new();
    let key = kms.create_key("eu-central-1");
    let client = empty_table().await;
    let accounts = |kms: aws_sdk_kms::Client| -> Repository<Account> {
        Repository::builder(client.clone()).table(TABLE).materials(DirectKmsProvider::new(kms, &*key)).build()
    };
    accounts(kms.client("eu-central-1")).put(&Account::new(1)).await.unwrap();
    damage(&client, 1).await;

    let faults = Faults::script([Fault::FailBefore]);
    let config = kms.client("eu-central-1").config().clone();
    let transport = faults.around(config.http_client().unwrap());
    let once = RetryConfig::disabled();
    let faulty = config.to_builder().http_client(transport).retry_config(once).build();
    let check = accounts(aws_sdk_kms::Client::from_conf(faulty)).check_items().await.unwrap();
    assert!(faults.injected().contains(&Fault::FailBefore));
    assert_eq!((check.items, check.unreadable, check.versions[0].unexplained), (1, 1, 1));
}

/// No reader checks the tags of other recipients, so only a check with their keys detects a damaged one.
#[tokio::test(start_paused = true)]
async fn a_check_names_recipients_that_were_locked_out() {
    let kms = Kms::new();
    let (first, second) = (kms.create_key("us-east-1"), kms.create_key("us-east-1"));
    let of = |key: &str| KmsKeyring::new(kms.client("us-east-1"), key);
    let raw = RawAesKeyring::new("archive", "2026", &AesKey::generate().unwrap()).unwrap();
    let all = MultiKeyring::new(of(&first)).child(of(&second)).child(raw);
    let client = empty_table().await;
    let accounts: Repository<Account> = Repository::builder(client.clone()).table(TABLE).keyring(all.clone()).build();
    accounts.write_many((0..4).map(Account::new)).await.unwrap();
    let damage_tag = async |number: u32, recipient: usize| {
        let mut item = stored(&client).await.remove(&number).unwrap();
        let mut footer = item["aws_dbe_foot"].as_b().unwrap().as_ref().to_vec();
        footer[48 * recipient] ^= 1;
        item.insert("aws_dbe_foot".to_owned(), AttributeValue::B(footer.into()));
        put(&client, item).await;
    };
    damage_tag(0, 1).await;
    damage_tag(1, 1).await;
    damage_tag(1, 2).await;
    damage_tag(2, 0).await;

    let check = accounts.check_items().await.unwrap();
    let locked_out = |check: &ItemCheck| -> Vec<(String, u64)> {
        check.versions[0].locked_out.iter().map(|found| (found.recipient.clone(), found.items)).collect()
    };
    let mut expected =
        vec![("archive 2026".to_owned(), 1), (format!("aws-kms {first}"), 1), (format!("aws-kms {second}"), 2)];
    expected.sort();
    assert_eq!(locked_out(&check), expected);
    // An item whose tag is damaged for the first recipient is not read, even if the other tags are intact.
    assert_eq!((check.items, check.versions[0].readable, check.unreadable), (4, 3, 1));

    // A check with one key covers one recipient: there is nothing to compare, and there are no additional calls.
    kms.clear_calls();
    let alone: Repository<Account> = Repository::builder(client.clone()).table(TABLE).keyring(of(&first)).build();
    assert_eq!(locked_out(&alone.check_items().await.unwrap()), []);
    assert_eq!(kms.calls().len(), 4);
    // A key that is currently unavailable reveals nothing about the items, and an outage is not a finding.
    kms.disable_key(&second);
    expected.retain(|(recipient, _)| !recipient.contains(&second));
    assert_eq!(locked_out(&accounts.check_items().await.unwrap()), expected);
    kms.set_outage(true);
    assert_eq!(accounts.check_items().await.unwrap_err().kind(), ErrorKind::Unavailable);
}
