//! No encrypted plaintext and no key appears in any span, event, `Debug`, `Display`, panic or error of any operation at
//! TRACE, including the logs of the SDK. The test has its own process, because the visibility of an event depends on
//! all of its threads.
//!
//! Every public type whose `Debug` could show a secret must be printed: `public_types` finds them in the sources.

mod beacons;
mod branch_keys;
mod keyrings;
mod kms_keyrings;
mod log;
mod many;
mod migrations;
mod network;
mod one_item;
mod others;
mod patient;
mod public_types;
mod said;
mod secrets;
mod table;

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::embedded::Database;
use dynaseal::materials::{
    AesKey, CryptographicMaterialsProvider, DirectKmsProvider, HmacAlgorithm, HmacKey, KeyFileProvider, MetaStore,
    MostRecentProvider, StaticProvider, WrappedProvider,
};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeAction, AttributeActions, Item, ItemContext, ItemEncryptor};
use dynaseal_tests::description;
use dynaseal_tests::own_process::is_own;

use log::Log;
use patient::{BYTES, ELEMENT, LATER, NUMBER, TEXT};
use said::Said;
use secrets::Secrets;

const WRAPPING_KEY: [u8; 32] = *b"sentinel-of-a-wrapping-key......";
const SIGNING_KEY: [u8; 32] = *b"sentinel-of-a-signing-key.......";

#[tokio::test]
async fn no_secret_is_ever_printed() {
    if !is_own("sentinel::no_secret_is_ever_printed") {
        return;
    }
    let (log, ours) = Log::install();
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
    everything(wrapped.clone(), &mut said).await;
    one_item::every_fault(wrapped.clone(), &mut said).await;
    one_item::panic(wrapped.clone(), &mut said).await;
    migrations::every_migration(&wrapped, &mut said).await;
    one_item::every_operation(StaticProvider::new(wrapping_key, signing_key), &mut said).await;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    one_item::every_operation(KeyFileProvider::create(&path).unwrap(), &mut said).await;
    for line in std::fs::read_to_string(&path).unwrap().lines().skip(1) {
        secrets.add(line.split(' ').next_back().unwrap().as_bytes());
    }

    let kms = Kms::new();
    let key = kms.create_key("us-east-1");
    let direct = || DirectKmsProvider::new(network::streaming(&kms.client("us-east-1")), &*key);
    let stored = everything(direct(), &mut said).await;
    let keys = Database::in_memory().unwrap().client();
    let store = MetaStore::new(keys.clone(), "keys", ItemEncryptor::new(direct()));
    store.create_table().await.unwrap();
    said.debug(&store);
    let cached = MostRecentProvider::new(store, "patients", Duration::from_secs(60)).unwrap();
    one_item::every_operation(Arc::new(cached), &mut said).await;
    said.debug(&kms);
    others::every_type(&kms, &mut said, &mut secrets).await;
    keyrings::every_type(&mut said).await;
    kms_keyrings::every_type(&kms, &mut said);
    secrets.add(b"sentinel-of-a-grant");
    beacons::every_type(&mut said).await;
    for key in branch_keys::every_type(&kms, &mut said).await {
        secrets.add(&key);
    }
    public_types::assert_all_are_among(&said.types());

    // The following output reads the secrets themselves, and is not checked.
    let heard = log.text() + &said.text();
    secrets.add(&data_key(&kms, &stored).await);
    for key in keys_of_record(&keys, direct()).await {
        secrets.add(&key);
    }
    for expected in [
        "dynaseal::request",
        "dynaseal::audit",
        "aws_smithy_runtime",
        "TRACE",
        "north",
        "get_many",
        "write_many",
        "transaction",
        "query",
        "scan",
        "reencrypt",
        "import_plaintext",
        "check_items",
        "panicked",
    ] {
        assert!(heard.contains(expected), "the test does not listen: {expected} is missing");
    }
    assert_eq!(secrets.found_in(&heard), Vec::<String>::new());
    println!(
        "secrets: {} bytes of logs, errors, panics and Debug, that of {} types among it, 0 secrets in them",
        heard.len(),
        said.types().len()
    );

    // The logs of the SDK show requests, which contain unencrypted attributes. The logs of this crate show none of
    // them.
    let ours = ours.text();
    assert!(ours.contains("import_plaintext"));
    let of_import = Secrets::of([migrations::PLAIN.as_bytes()]);
    assert_eq!(of_import.found_in(&(ours + &said.text())), Vec::<String>::new());
}

/// Runs every operation with a provider, successfully and with failures, and returns the stored item of a patient.
async fn everything(provider: impl CryptographicMaterialsProvider + Clone + 'static, said: &mut Said) -> Item {
    let stored = one_item::every_operation(provider.clone(), said).await;
    many::every_operation(provider.clone(), said).await;
    table::every_operation(provider, said).await;
    stored
}

/// Returns the data key of an item that was encrypted with a key from KMS, with the context of every use of that key.
async fn data_key(kms: &Kms, stored: &Item) -> Vec<u8> {
    let description = description::from_bytes(stored[description::ATTRIBUTE].as_b().unwrap().as_ref()).unwrap();
    let (_, encrypted) = description.into_iter().find(|(key, _)| key == b"amzn-ddb-env-key").unwrap();
    let context = kms.calls().into_iter().find(|call| call.operation == "GenerateDataKey").unwrap().encryption_context;
    let request = kms.client("us-east-1").decrypt().ciphertext_blob(Blob::new(STANDARD.decode(encrypted).unwrap()));
    let response = request.set_encryption_context(Some(context.into_iter().collect())).send().await.unwrap();
    response.plaintext.unwrap().into_inner()
}

/// Returns the keys in the records of a metastore.
async fn keys_of_record(client: &Client, provider: impl CryptographicMaterialsProvider + 'static) -> Vec<Vec<u8>> {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("N", AttributeAction::SignOnly)
        .with("V", AttributeAction::SignOnly);
    let context = ItemContext::new("keys").partition_key("N").sort_key("V");
    let records = client.scan().table_name("keys").send().await.unwrap().items.unwrap();
    let record = ItemEncryptor::new(provider).decrypt(records[0].clone(), &actions, &context).await.unwrap();
    let keys: Vec<_> = record.into_values().filter_map(|value| Some(value.as_b().ok()?.as_ref().to_vec())).collect();
    assert!(keys.len() >= 2);
    keys
}
