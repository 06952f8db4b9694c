//! The audit log of key use.

use std::time::Duration;

use dynaseal::embedded::Database;
use dynaseal::materials::{DirectKmsProvider, MetaStore, MostRecentProvider};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor, danger};
use dynaseal_tests::log;
use dynaseal_tests::tenants::{KeyStoreFixture, TABLE, named};

#[tokio::test]
async fn every_use_of_a_key_is_logged_without_values() {
    log::listen();
    let kms = Kms::new();
    let key = kms.create_key("us-east-1");
    let direct = ItemEncryptor::new(DirectKmsProvider::new(kms.client("us-east-1"), &*key));
    round_trip(&direct).await;

    let store = MetaStore::new(Database::in_memory().unwrap().client(), "keys", direct);
    store.create_table().await.unwrap();
    let cached = MostRecentProvider::new(store, "employees", Duration::from_secs(60)).unwrap();
    round_trip(&ItemEncryptor::new(cached)).await;

    let log = log::take();
    let events: Vec<_> = log.lines().filter(|line| line.contains("dynaseal::audit")).collect();
    let expected = [
        ("DirectKmsProvider", "GenerateDataKey", key.as_str(), "orders"),
        ("DirectKmsProvider", "Decrypt", &key, "orders"),
        ("DirectKmsProvider", "GenerateDataKey", &key, "keys"),
        ("MostRecentProvider", "Encrypt", "employees#0", "orders"),
        ("MostRecentProvider", "Decrypt", "employees#0", "orders"),
    ];
    assert_eq!(events.len(), expected.len(), "{log}");
    for (event, (provider, operation, key, table)) in events.iter().zip(expected) {
        for word in [provider, operation, key, table] {
            assert!(event.contains(word), "{event}");
        }
    }
    assert!(!log.contains("sentinel"));
}

#[tokio::test]
async fn creation_versioning_use_and_shredding_of_branch_keys_are_logged() {
    log::listen();
    let fixture = KeyStoreFixture::new().await;
    fixture.store.create_branch_key(named("acme")).await.unwrap();
    fixture.store.version_branch_key("acme").await.unwrap();
    let keyring = fixture.keyring().branch_key("acme");
    round_trip(&ItemEncryptor::with_keyring(keyring)).await;
    danger::shred(&fixture.store, "acme").await.unwrap();

    let log = log::take();
    let events: Vec<_> = log.lines().filter(|line| line.contains("dynaseal::audit")).collect();
    let expected = [
        ["branch key changed", "Create", "acme", TABLE],
        ["branch key changed", "Version", "acme", TABLE],
        ["KeyStore", "Decrypt", &*fixture.key, TABLE],
        ["HierarchicalKeyring", "Wrap", "acme", "orders"],
        ["HierarchicalKeyring", "Unwrap", "acme", "orders"],
        ["branch key changed", "Shred", "acme", TABLE],
    ];
    assert_eq!(events.len(), expected.len(), "{log}");
    for (event, words) in events.iter().zip(expected) {
        for word in words {
            assert!(event.contains(word), "{event}");
        }
    }
    assert!(!log.contains("sentinel"));
}

async fn round_trip(encryptor: &ItemEncryptor) {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
    let context = ItemContext::new("orders").partition_key("id");
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let item =
        Item::from([("id".to_owned(), text("sentinel of the key")), ("note".to_owned(), text("sentinel of a value"))]);
    let stored = encryptor.encrypt(item.clone(), &actions, &context).await.unwrap();
    assert_eq!(encryptor.decrypt(stored, &actions, &context).await.unwrap(), item);
}
