//! dynaseal reads what the Java client of the AWS Database Encryption SDK wrote with keys in KMS, from a file with the responses that
//! KMS gave the client when it read the same items: every call must be the one that the client made.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use dynaseal::embedded::Database;
use dynaseal::keyrings::{HierarchicalKeyring, KeyStore, Keyring, KmsConfiguration};
use dynaseal::{AttributeValue, ErrorKind};
use dynaseal_tests::canonical;
use dynaseal_tests::dbesdk::{OursDbesdk, kms_keyring};
use dynaseal_tests::dynamodb_json::item_from_json;
use serde_json::{Map, Value, json};
use tokio::runtime::Builder;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Of every keyring of KMS, in both suites (but for RSA, which has one) and versions; and of branch keys.
const ITEMS: [(&str, usize); 7] = [
    ("hierarchy", 12),
    ("kms", 8),
    ("kms-discovery", 4),
    ("kms-ecdh", 12),
    ("kms-mrk", 4),
    ("kms-mrk-discovery", 4),
    ("kms-rsa", 4),
];

#[test]
fn what_the_java_client_wrote_with_keys_in_kms_is_read() -> Result<()> {
    let fixtures: Value = serde_json::from_str(include_str!("../../dbesdk-fixtures/kms-keyrings.json"))?;
    let records = fixtures["keyStore"].as_array().ok_or("no key store")?;
    let mut read = HashMap::<String, usize>::new();
    for fixture in fixtures["items"].as_array().ok_or("no items")? {
        let (config, what) = (&fixture["config"], &fixture["name"]);
        let kind = config["keyring"]["type"].as_str().ok_or("no keyring")?;
        let (kms, keyring) = match kind {
            "hierarchy" => hierarchical(records, &config["keyring"])?,
            kind => {
                let kms = RecordedKms::new(fixture["kms"].as_array().ok_or("no answers")?);
                let region = config["keyring"]["region"].as_str().unwrap_or("us-west-2");
                let keyring = kms_keyring(kind, &config["keyring"], kms.client(region))?;
                (kms, keyring)
            }
        };
        let ours = OursDbesdk::with_keyring(config, keyring)?;
        let item = |name: &str| item_from_json(&fixture[name]).map_err(|error| format!("{error:?}"));
        let (stored, plaintext) = (item("stored")?, item("plaintext")?);
        let decrypted = ours.decrypt(stored.clone()).map_err(|error| format!("{what}: {error:?}"))?;
        assert_eq!(canonical::item(&decrypted), canonical::item(&plaintext), "{what}");
        assert!(kms.calls() >= 1, "{what}: KMS was not asked");

        // With another key, the request differs from that of the client, and KMS rejects it.
        let mut moved = stored;
        moved.insert("pk".to_owned(), AttributeValue::S("another".to_owned()));
        let rejected = ours.decrypt(moved).unwrap_err().kind();
        assert!([ErrorKind::Integrity, ErrorKind::Materials].contains(&rejected), "{what}: {rejected:?}");
        *read.entry(kind.to_owned()).or_default() += 1;
    }
    println!("{read:?}");
    assert_eq!(read, ITEMS.map(|(kind, count)| (kind.to_owned(), count)).into());
    Ok(())
}

/// The branch keys of the client's key store.
fn hierarchical(records: &[Value], config: &Value) -> Result<(RecordedKms, Arc<dyn Keyring>)> {
    let settings = &config["keyStore"];
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a text is missing");
    let responses: Vec<Value> = records.iter().map(|record| record["kms"].clone()).collect();
    let kms = RecordedKms::new(&responses);
    let configuration = KmsConfiguration::key(kms.client("us-west-2"), text(&settings["kms"]["keyArn"])?)?;
    let (client, table) = (Database::in_memory()?.client(), text(&settings["table"])?);
    let store = KeyStore::new(client.clone(), &table, configuration).logical_name(text(&settings["logicalName"])?);
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        store.create_table().await?;
        for record in records {
            let record = item_from_json(&record["item"]).map_err(|error| format!("{error:?}"))?;
            client.put_item().table_name(&table).set_item(Some(record)).send().await?;
        }
        Result::Ok(())
    })?;
    let keyring = HierarchicalKeyring::new(store, Duration::from_secs(600))?;
    Ok((
        kms,
        Arc::new(match config["branchKeyId"].as_str() {
            Some(id) => keyring.branch_key(id),
            None => {
                let attribute = text(&config["supplier"]["attribute"])?;
                let map: HashMap<String, String> = serde_json::from_value(config["supplier"]["map"].clone())?;
                keyring.branch_key_supplier(move |context| match context.attribute(&attribute)? {
                    AttributeValue::S(tenant) => map.get(&tenant).cloned(),
                    _ => None,
                })
            }
        }),
    ))
}

/// A KMS that knows only what it was asked before.
#[derive(Clone, Debug)]
struct RecordedKms {
    responses: Arc<Vec<Value>>,
    calls: Arc<Mutex<usize>>,
}

impl RecordedKms {
    fn new(responses: &[Value]) -> Self {
        Self { responses: Arc::new(responses.to_vec()), calls: Arc::default() }
    }

    fn client(&self, region: &str) -> aws_sdk_kms::Client {
        let connector = SharedHttpConnector::new(self.clone());
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()));
        aws_sdk_kms::Client::from_conf(config.build())
    }

    fn calls(&self) -> usize {
        *self.calls.lock().unwrap()
    }

    /// All that the client sent must be in the request, and nothing more that KMS decides by.
    fn respond(&self, operation: &str, request: &Map<String, Value>) -> Option<Value> {
        const ASKED: [&str; 5] = ["KeyId", "CiphertextBlob", "EncryptionContext", "EncryptionAlgorithm", "PublicKey"];

        let is_it = |recorded: &&Value| {
            let asked = ASKED.iter().filter(|name| operation != "GetPublicKey" || **name == "KeyId");
            recorded["call"] == operation && asked.into_iter().all(|name| recorded.get(*name) == request.get(*name))
        };
        let recorded = self.responses.iter().find(is_it)?;
        let curve = |name: &str| (operation == "GetPublicKey").then(|| json!(name));
        let mut response: Map<String, Value> = [
            ("KeyUsage", curve("KEY_AGREEMENT")),
            ("KeySpec", recorded["PublicKey"].as_str().and_then(|key| curve(key_spec(key)))),
            ("KeyAgreementAlgorithm", (operation == "DeriveSharedSecret").then(|| json!("ECDH"))),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
        for name in ["KeyId", "Plaintext", "SharedSecret", "PublicKey", "EncryptionAlgorithm"] {
            response.extend(recorded.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        *self.calls.lock().unwrap() += 1;
        Some(Value::Object(response))
    }
}

/// By the length of the key's encoding.
fn key_spec(public_key: &str) -> &'static str {
    match public_key.len() {
        124 => "ECC_NIST_P256",
        160 => "ECC_NIST_P384",
        _ => "ECC_NIST_P521",
    }
}

impl HttpConnector for RecordedKms {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default();
        let body: Map<String, Value> = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap();
        let (status, response) = match self.respond(operation, &body) {
            Some(response) => (200, response),
            None => (400, json!({ "__type": "InvalidCiphertextException" })),
        };
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(response.to_string()));
        HttpConnectorFuture::ready(Ok(response))
    }
}
