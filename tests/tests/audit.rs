//! The record of which keys are used. Alone in its file: whether an event is seen depends on every thread of the process.
#![cfg(feature = "kms")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dynaseal::embedded::Database;
use dynaseal::materials::{DirectKmsProvider, MetaStore, MostRecentProvider};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, EncryptionContext, Item, ItemEncryptor};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_use_of_a_key_is_on_record_and_no_value_is() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).init();

    let kms = Kms::new();
    let key = kms.create_key("us-east-1");
    let direct = ItemEncryptor::new(DirectKmsProvider::new(kms.client("us-east-1"), &*key));
    round_trip(&direct).await;

    let store = MetaStore::new(Database::in_memory().unwrap().client(), "keys", direct);
    store.create_table().await.unwrap();
    let cached = MostRecentProvider::new(store, "employees", Duration::from_secs(60)).unwrap();
    round_trip(&ItemEncryptor::new(cached)).await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
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

async fn round_trip(encryptor: &ItemEncryptor) {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
    let context = EncryptionContext::new("orders").partition_key("id");
    let text = |value: &str| AttributeValue::S(value.to_owned());
    let item =
        Item::from([("id".to_owned(), text("sentinel of the key")), ("note".to_owned(), text("sentinel of a value"))]);
    let stored = encryptor.encrypt(item.clone(), &actions, &context).await.unwrap();
    assert_eq!(encryptor.decrypt(stored, &actions, &context).await.unwrap(), item);
}
