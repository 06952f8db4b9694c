//! Items and branch keys of the Java client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Item;
use crate::error::ErrorKind;
use crate::format::dbesdk::Dbesdk;
use crate::format::dbesdk::tests::{Config, normalized};
use crate::format::vectors::read;
use crate::item::AttributeValue;
use crate::keyrings::key_store::tests::service::Service;
use crate::keyrings::{HierarchicalKeyring, KeyStore, KmsConfiguration};

#[derive(Deserialize)]
struct Vectors {
    #[serde(rename = "keyStore")]
    key_store: Vec<Value>,
    items: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    keyring: String,
    suite: String,
    version: u8,
    config: Config,
    plaintext: serde_dynamo::Item,
    encrypted: serde_dynamo::Item,
    #[serde(rename = "decryptKeyring")]
    decrypt_keyring: Value,
}

/// A key store's table and KMS with these records.
#[derive(Debug)]
struct Recorded {
    records: Vec<Value>,
    calls: Arc<Mutex<Vec<String>>>,
}

impl HttpConnector for Recorded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let response = if target.ends_with("GetItem") {
            let is_it = |record: &&Value| {
                let key = &body["Key"];
                ["branch-key-id", "type"].iter().all(|name| record["item"][*name] == key[*name])
            };
            self.records.iter().find(is_it).map_or_else(|| json!({}), |record| json!({ "Item": record["item"] }))
        } else {
            let is_it = |record: &&Value| {
                ["KeyId", "CiphertextBlob", "EncryptionContext"].iter().all(|name| record["kms"][*name] == body[*name])
            };
            let record = self.records.iter().find(is_it).expect("a call that AWS's client did not make");
            json!({ "KeyId": record["kms"]["KeyId"], "Plaintext": record["kms"]["Plaintext"] })
        };
        self.calls.lock().unwrap().push(target);
        let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(response.to_string()));
        HttpConnectorFuture::ready(Ok(response))
    }
}

fn keyring(records: &[Value], config: &Value) -> (HierarchicalKeyring, Arc<Mutex<Vec<String>>>) {
    let settings = &config["keyStore"];
    let calls = Arc::default();
    let service = Service::new(Recorded { records: records.to_vec(), calls: Arc::clone(&calls) });
    let kms = KmsConfiguration::key(service.kms("us-west-2"), settings["kms"]["keyArn"].as_str().unwrap()).unwrap();
    let store = KeyStore::new(service.dynamodb(), settings["table"].as_str().unwrap(), kms)
        .logical_name(settings["logicalName"].as_str().unwrap());
    let keyring = HierarchicalKeyring::new(store, Duration::from_secs(600)).unwrap();
    let keyring = match config["branchKeyId"].as_str() {
        Some(id) => keyring.branch_key(id),
        None => {
            let attribute = config["supplier"]["attribute"].as_str().unwrap().to_owned();
            let map: HashMap<String, String> = serde_json::from_value(config["supplier"]["map"].clone()).unwrap();
            keyring.branch_key_supplier(move |context| match context.attribute(&attribute)? {
                AttributeValue::S(tenant) => map.get(&tenant).cloned(),
                _ => None,
            })
        }
    };
    (keyring, calls)
}

#[tokio::test]
async fn hierarchical_items_of_the_java_client_round_trip() {
    let Some(Vectors { key_store, items }) = read::<Vectors>("dbesdk/java390/items.json") else { return };
    let mut count = 0;
    for vector in items.into_iter().filter(|vector| vector.decrypt_keyring["type"] == "hierarchy") {
        let what = format!("{} {} V{}", vector.keyring, vector.suite, vector.version);
        let (keyring, calls) = keyring(&key_store, &vector.decrypt_keyring);
        let format = Dbesdk::new(keyring).digital_signature(vector.suite == "6701");
        let (actions, context) = (vector.config.actions(), vector.config.context());
        let expected = normalized(vector.plaintext.into());
        let item = format.decrypt(vector.encrypted.into(), &actions, &context).await;
        let item = item.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(normalized(item.clone()), expected, "{what}");
        assert_eq!(calls.lock().unwrap().len(), 2, "a record, and its key");

        let written = format.encrypt(item, &actions, &context).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(calls.lock().unwrap().len(), 4, "the record of the active version, and its key");
        let again = format.decrypt(written, &actions, &context).await.unwrap();
        assert_eq!(normalized(again), expected, "{what}");
        assert_eq!(calls.lock().unwrap().len(), 4, "all is cached");
        count += 1;
    }
    println!("{count} items");
    assert_eq!(count, 12);
}

#[tokio::test]
async fn an_item_of_another_branch_key_is_rejected() {
    let Some(Vectors { key_store, items }) = read::<Vectors>("dbesdk/java390/items.json") else { return };
    let vector = items.into_iter().find(|vector| vector.keyring == "hierarchy").unwrap();
    let mut other = vector.decrypt_keyring.clone();
    other["branchKeyId"] = json!("tenant-é");
    let (keyring, calls) = keyring(&key_store, &other);
    let item = Item::from(vector.encrypted);
    let outcome = Dbesdk::new(keyring).decrypt(item, &vector.config.actions(), &vector.config.context()).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("tenant-é"), "{error}");
    assert!(calls.lock().unwrap().is_empty());
}
