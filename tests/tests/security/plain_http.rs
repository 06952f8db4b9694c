//! No client of this crate sends anything to another machine over plain HTTP.

use aws_sdk_dynamodb::Client;
use dynaseal::danger::allow_http;
use dynaseal::embedded::Database;
use dynaseal::materials::MetaStore;
use dynaseal::{EncryptedItem, Error, ErrorKind, ItemEncryptor, Repository};
use dynaseal_tests::gate::Gate;
use dynaseal_tests::store::provider;

#[derive(Clone, Debug, EncryptedItem)]
struct Note {
    #[partition_key]
    id: String,
    text: String,
    #[do_nothing]
    reads: u64,
}

fn note() -> Note {
    Note { id: "n".to_owned(), text: "secret".to_owned(), reads: 0 }
}

/// Returns a client for plain HTTP to another machine, and its requests.
fn exposed() -> (Client, Gate) {
    let gate = Gate::default();
    let client = gate.client(&Database::in_memory().unwrap().client());
    let config = client.config().to_builder().endpoint_url("http://dynamodb.internal:8000");
    (Client::from_conf(config.build()), gate)
}

fn assert_rejected(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert!(error.to_string().contains("plain HTTP to \"dynamodb.internal\" is rejected"), "{error}");
}

#[tokio::test]
async fn a_repository_sends_nothing_over_plain_http() {
    let (client, gate) = exposed();
    let builder = || Repository::builder(client.clone());
    let notes: Repository<Note> = builder().table("notes").materials(provider()).build();
    for error in [
        notes.create_table().await.unwrap_err(),
        notes.check_table().await.unwrap_err(),
        notes.create(&note()).await.unwrap_err(),
        notes.put(&note()).await.unwrap_err(),
        notes.replace(&note()).await.unwrap_err(),
        notes.get("n").await.unwrap_err(),
        notes.fetch("n").await.unwrap_err(),
        notes.update_with("n", |note| note.text.clear()).await.unwrap_err(),
        notes.update_in_place("n", Note::fields().reads.add(1)).await.unwrap_err(),
        notes.delete("n").await.unwrap_err(),
    ] {
        assert_rejected(&error);
    }
    assert_eq!(gate.requests(), []);

    let trusted: Repository<Note> =
        builder().allow_http(allow_http("dynamodb.internal")).table("notes").materials(provider()).build();
    trusted.create_table().await.unwrap();
    trusted.create(&note()).await.unwrap();
    assert_eq!(gate.count("PutItem"), 1);
}

#[tokio::test]
async fn a_metastore_sends_nothing_over_plain_http() {
    let (client, gate) = exposed();
    let store = MetaStore::new(client, "keys", ItemEncryptor::new(provider()));
    assert_rejected(&store.create_table().await.unwrap_err());
    assert_eq!(gate.requests(), []);
    store.allow_http(allow_http("dynamodb.internal")).create_table().await.unwrap();
}

/// The KMS clients of every Region.
#[cfg(feature = "kms")]
#[tokio::test]
async fn a_kms_provider_sends_nothing_over_plain_http() {
    use dynaseal::materials::DirectKmsProvider;
    use dynaseal::testing::kms::Kms;

    let kms = Kms::new();
    for region in ["us-east-1", "eu-central-1"] {
        let key = kms.create_key(region);
        let config = kms.client("us-east-1").config().to_builder().endpoint_url("http://dynamodb.internal");
        let provider = DirectKmsProvider::new(aws_sdk_kms::Client::from_conf(config.build()), key);
        let client = Database::in_memory().unwrap().client();
        let notes: Repository<Note> = Repository::builder(client).table("notes").materials(provider).build();
        notes.create_table().await.unwrap();
        assert_rejected(&notes.create(&note()).await.unwrap_err());
    }
    assert!(kms.calls().is_empty());
}
