//! No encrypted plaintext and no key appears in any span, event, `Debug`, `Display` or error of any operation, at TRACE, the
//! SDK's own logs included. Alone in its file: whether an event is seen depends on every thread of the process.
#![cfg(feature = "kms")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

#[path = "sentinel/log.rs"]
mod log;
#[path = "sentinel/network.rs"]
mod network;
#[path = "sentinel/secrets.rs"]
mod secrets;

use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::embedded::Database;
use dynaseal::materials::{
    AesKey, CryptographicMaterialsProvider, DirectKmsProvider, HmacAlgorithm, HmacKey, KeyFileProvider, MetaStore,
    MostRecentProvider, StaticProvider, WrappedProvider,
};
use dynaseal::testing::kms::Kms;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, EncryptedItem, EncryptionContext, Error, Item, ItemEncryptor,
    Repository,
};
use dynaseal_tests::description;

use log::Log;
use secrets::Secrets;

const TEXT: &str = "sentinel-of-a-text";
const NUMBER: u64 = 1_234_509_876_123_450_987;
const BYTES: &[u8] = b"sentinel-of-bytes";
const ELEMENT: &str = "sentinel-of-an-element";
const LATER: &str = "sentinel-of-a-change";
const WRAPPING_KEY: [u8; 32] = *b"sentinel-of-a-wrapping-key......";
const SIGNING_KEY: [u8; 32] = *b"sentinel-of-a-signing-key.......";

#[derive(Clone, EncryptedItem)]
struct Patient {
    #[partition_key]
    id: String,
    text: String,
    number: u64,
    #[item(bytes)]
    bytes: Vec<u8>,
    list: Vec<String>,
    #[sign_only]
    ward: String,
    #[do_nothing]
    visits: u64,
}

/// The same table, wrongly understood: whatever is read does not fit.
#[derive(Clone, EncryptedItem)]
struct Misfit {
    #[partition_key]
    id: String,
    text: u64,
    number: String,
    bytes: String,
    list: u64,
    #[sign_only]
    ward: String,
    #[do_nothing]
    visits: u64,
}

fn patient() -> Patient {
    Patient {
        id: "p-1".to_owned(),
        text: TEXT.to_owned(),
        number: NUMBER,
        bytes: BYTES.to_vec(),
        list: vec![ELEMENT.to_owned()],
        ward: "north".to_owned(),
        visits: 0,
    }
}

/// What was said besides the log: `Debug` and `Display` of everything.
#[derive(Default)]
struct Said(String);

impl Said {
    fn debug(&mut self, value: &impl Debug) {
        writeln!(self.0, "{value:?}\n{value:#?}").unwrap();
    }

    fn error(&mut self, error: &Error) {
        writeln!(self.0, "{error}").unwrap();
        self.debug(error);
        let mut causes: Vec<&dyn StdError> = error.source().into_iter().collect();
        causes.extend(error.sdk_error().map(|error| error as &dyn StdError));
        while let Some(cause) = causes.pop() {
            writeln!(self.0, "{cause}\n{cause:?}").unwrap();
            causes.extend(cause.source());
        }
    }

    fn failure<T>(&mut self, result: Result<T, Error>) {
        self.error(&result.err().unwrap());
    }
}

#[tokio::test]
async fn nothing_secret_is_ever_said() {
    let log = Log::install();
    let mut said = Said::default();
    let mut secrets = Secrets::of([TEXT.as_bytes(), BYTES, ELEMENT.as_bytes(), LATER.as_bytes()]);
    secrets.add(NUMBER.to_string().as_bytes());
    secrets.add(&WRAPPING_KEY);
    secrets.add(&SIGNING_KEY);

    let wrapping_key = AesKey::from_bytes(&WRAPPING_KEY).unwrap();
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap();
    said.debug(&wrapping_key);
    said.debug(&signing_key);
    let wrapped = WrappedProvider::new(wrapping_key.clone(), signing_key.clone());
    every_operation(wrapped.clone(), &mut said).await;
    every_fault(wrapped, &mut said).await;
    every_operation(StaticProvider::new(wrapping_key, signing_key), &mut said).await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    every_operation(KeyFileProvider::create(&path).unwrap(), &mut said).await;
    for line in std::fs::read_to_string(&path).unwrap().lines().skip(1) {
        secrets.add(line.split(' ').next_back().unwrap().as_bytes());
    }

    let kms = Kms::new();
    let key = kms.create_key("us-east-1");
    let direct = || DirectKmsProvider::new(network::streaming(&kms.client("us-east-1")), &*key);
    let stored = every_operation(direct(), &mut said).await;
    let keys = Database::in_memory().unwrap().client();
    let store = MetaStore::new(keys.clone(), "keys", ItemEncryptor::new(direct()));
    store.create_table().await.unwrap();
    said.debug(&store);
    let cached = MostRecentProvider::new(store, "patients", Duration::from_secs(60)).unwrap();
    every_operation(Arc::new(cached), &mut said).await;
    said.debug(&kms);

    // What is said from here on is no program's: the secrets themselves are asked for.
    let heard = log.text() + &said.0;
    secrets.add(&data_key(&kms, &stored).await);
    for key in keys_of_record(&keys, direct()).await {
        secrets.add(&key);
    }
    for expected in ["dynaseal::request", "dynaseal::audit", "aws_smithy_runtime", "TRACE", "north"] {
        assert!(heard.contains(expected), "the test does not listen: {expected} is missing");
    }
    assert_eq!(secrets.found_in(&heard), Vec::<String>::new());
}

/// Does everything that a repository can do, well and badly, and returns what was stored.
async fn every_operation(provider: impl CryptographicMaterialsProvider + Clone + 'static, said: &mut Said) -> Item {
    let client = Database::in_memory().unwrap().client();
    said.debug(&provider);
    let patients = repository::<Patient>(&client, provider.clone());
    said.debug(&patients);
    said.debug(&patients.create_table());
    patients.create_table().await.unwrap();
    said.failure(patients.create_table().await);
    said.debug(&patients.check_table().await.unwrap());

    for request in [patients.create(&patient()), patients.put(&patient()), patients.replace(&patient())] {
        said.debug(&request);
        request.await.unwrap();
    }
    said.failure(patients.create(&patient()).await);
    said.debug(&patients.get("p-1").consistent());
    assert_eq!(patients.get("p-1").await.unwrap().unwrap().text, TEXT);
    let read = patients.fetch("p-1").await.unwrap().unwrap();
    said.debug(&read.revision());
    let mut changed = read.clone();
    changed.text = LATER.to_owned();
    said.debug(&patients.save(changed.clone()));
    patients.save(changed).await.unwrap();
    said.failure(patients.save(read.clone()).await);
    said.debug(&patients.delete_unchanged(read.clone()));
    said.failure(patients.delete_unchanged(read).await);
    said.debug(&patients.update_with("p-1", |patient| patient.number += 1));
    patients.update_with("p-1", |patient| patient.text = TEXT.to_owned()).await.unwrap();
    said.failure(patients.update_with("p-2", |patient| patient.number += 1).await);
    said.debug(&patients.update_in_place("p-1", Patient::fields().visits.add(1)));
    patients.update_in_place("p-1", Patient::fields().visits.add(1)).await.unwrap();
    said.failure(patients.update_in_place("p-2", Patient::fields().visits.add(1)).await);

    said.failure(repository::<Misfit>(&client, provider.clone()).get("p-1").await);
    said.failure(patients.put(&Patient { text: TEXT.repeat(40_000), ..patient() }).await);
    said.failure(patients.put(&Patient { id: String::new(), ..patient() }).await);
    let stored = read_stored(&client, "p-1").await;
    encryptor(provider, &stored, said).await;
    let mut tampered = stored.clone();
    tampered.insert("text".to_owned(), AttributeValue::B(Blob::new([7; 64])));
    client.put_item().table_name("patients").set_item(Some(tampered)).send().await.unwrap();
    said.failure(patients.get("p-1").await);
    said.failure(patients.fetch("p-1").await);
    said.failure(patients.delete("p-1").returning().await);
    patients.put(&patient()).await.unwrap();
    said.debug(&patients.delete("p-1"));
    assert_eq!(patients.delete("p-1").returning().await.unwrap().unwrap().number, NUMBER);
    stored
}

/// Whatever goes wrong on the way.
async fn every_fault(provider: impl CryptographicMaterialsProvider + Clone + 'static, said: &mut Said) {
    let client = Database::in_memory().unwrap().client();
    let patients = repository::<Patient>(&client, provider.clone());
    patients.create_table().await.unwrap();
    patients.create(&patient()).await.unwrap();
    for fault in [Fault::Throttle, Fault::DropResponse, Fault::Reset, Fault::FailBefore, Fault::InternalServerError] {
        let faulty = Faults::script([fault; 9]).beneath(&without_retries(&client)).unwrap();
        let patients = repository::<Patient>(&faulty, provider.clone());
        said.failure(patients.get("p-1").await);
        said.failure(patients.update_with("p-1", |patient| patient.text = LATER.to_owned()).await);
        said.failure(patients.delete("p-3").await);
    }
}

/// The encryptor alone.
async fn encryptor(provider: impl CryptographicMaterialsProvider + 'static, stored: &Item, said: &mut Said) {
    let encryptor = ItemEncryptor::new(provider);
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("id", AttributeAction::SignOnly)
        .with("ward", AttributeAction::SignOnly)
        .with("visits", AttributeAction::DoNothing);
    let context = EncryptionContext::new("patients").partition_key("id");
    said.debug(&encryptor);
    said.debug(&actions);
    said.debug(&context);
    let item = encryptor.decrypt(stored.clone(), &actions, &context).await.unwrap();
    assert_eq!(item["text"], AttributeValue::S(TEXT.to_owned()));
    said.failure(
        encryptor.decrypt(stored.clone(), &actions, &EncryptionContext::new("other").partition_key("id")).await,
    );
    let mut invalid = item;
    invalid.insert("number".to_owned(), AttributeValue::N(format!("{NUMBER}{NUMBER}{NUMBER}")));
    said.failure(encryptor.encrypt(invalid, &actions, &context).await);
    said.failure(encryptor.encrypt(stored.clone(), &actions, &context).await);
}

fn repository<T: EncryptedItem>(
    client: &Client,
    provider: impl CryptographicMaterialsProvider + 'static,
) -> Repository<T> {
    Repository::builder(client.clone()).table("patients").materials(provider).build()
}

fn without_retries(client: &Client) -> Client {
    Client::from_conf(client.config().to_builder().retry_config(RetryConfig::disabled()).build())
}

async fn read_stored(client: &Client, id: &str) -> Item {
    let get = client.get_item().table_name("patients").key("id", AttributeValue::S(id.to_owned()));
    get.send().await.unwrap().item.unwrap()
}

/// The data key of an item that was encrypted with a key from KMS, whose context is that of every use of that key.
async fn data_key(kms: &Kms, stored: &Item) -> Vec<u8> {
    let description = description::from_bytes(stored[description::ATTRIBUTE].as_b().unwrap().as_ref()).unwrap();
    let (_, encrypted) = description.into_iter().find(|(key, _)| key == b"amzn-ddb-env-key").unwrap();
    let context = kms.calls().into_iter().find(|call| call.operation == "GenerateDataKey").unwrap().encryption_context;
    let request = kms.client("us-east-1").decrypt().ciphertext_blob(Blob::new(STANDARD.decode(encrypted).unwrap()));
    let answer = request.set_encryption_context(Some(context.into_iter().collect())).send().await.unwrap();
    answer.plaintext.unwrap().into_inner()
}

/// The keys in the records of a metastore.
async fn keys_of_record(client: &Client, provider: impl CryptographicMaterialsProvider + 'static) -> Vec<Vec<u8>> {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("N", AttributeAction::SignOnly)
        .with("V", AttributeAction::SignOnly);
    let context = EncryptionContext::new("keys").partition_key("N").sort_key("V");
    let records = client.scan().table_name("keys").send().await.unwrap().items.unwrap();
    let record = ItemEncryptor::new(provider).decrypt(records[0].clone(), &actions, &context).await.unwrap();
    let keys: Vec<_> = record.into_values().filter_map(|value| Some(value.as_b().ok()?.as_ref().to_vec())).collect();
    assert!(keys.len() >= 2);
    keys
}
