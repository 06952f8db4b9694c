//! The published records, items of every keyring of the Java client, and tampered items with the Java client's results.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::Value;

use crate::error::ErrorKind;
use crate::format::dbesdk::Dbesdk;
use crate::format::dbesdk::tests::{Config, normalized};
use crate::format::vectors::read;
use crate::keyrings::{AesKey, Keyring, RawAesKeyring};
use crate::{AttributeAction, AttributeActions, Item, ItemContext};

use super::doubles::{Answer, BranchKeys, Recorded, uuid};

#[derive(Deserialize)]
struct Items {
    #[serde(rename = "keyStore")]
    key_store: Vec<Record>,
    items: Vec<Vector>,
}

#[derive(Deserialize)]
struct Record {
    item: serde_dynamo::Item,
    kms: Answer,
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
    #[serde(default)]
    kms: Vec<Answer>,
}

/// The number of the 128 items that can be read with the keys that this build supports.
const READABLE: usize = 128 - if cfg!(feature = "rsa") { 0 } else { 24 };

#[tokio::test]
async fn items_of_every_keyring_are_read() {
    let Some(Items { key_store, items }) = read("dbesdk/java390/items.json") else { return };
    let branch_keys = Arc::new(BranchKeys(key_store.iter().filter_map(branch_key).collect()));
    let mut count = 0;
    for vector in items {
        let what = format!("{} {} V{}", vector.keyring, vector.suite, vector.version);
        let Some(keyring) = keyring(&vector, &branch_keys) else { continue };
        let format = Dbesdk::new(keyring);
        let stored = Item::from(vector.encrypted);
        let item = format.decrypt(stored, &vector.config.actions(), &vector.config.context()).await;
        let item = item.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(normalized(item), normalized(vector.plaintext.into()), "{what}");
        count += 1;
    }
    println!("{count} items");
    assert_eq!(count, READABLE);
}

/// The identifier of a branch key, and its version.
type BranchKeyVersion = (String, [u8; 16]);

fn branch_key(record: &Record) -> Option<(BranchKeyVersion, Vec<u8>)> {
    let item = Item::from(record.item.clone());
    let version = item["type"].as_s().unwrap().strip_prefix("branch:version:")?;
    let Answer::Decrypt { plaintext, .. } = &record.kms else { return None };
    let id = item["branch-key-id"].as_s().unwrap().clone();
    Some(((id, uuid(version).unwrap()), BASE64.decode(plaintext).unwrap()))
}

/// Returns `None` if this build lacks the algorithms.
fn keyring(vector: &Vector, branch_keys: &Arc<BranchKeys>) -> Option<Arc<dyn Keyring>> {
    let config = &vector.decrypt_keyring;
    let text = |key: &str| config[key].as_str().unwrap();
    Some(match text("type") {
        "raw-aes" => Arc::new(raw_aes(config)),
        #[cfg(feature = "rsa")]
        "raw-rsa" => {
            use crate::keyrings::{RawRsaKeyring, RsaPadding};

            let padding = match text("padding") {
                "PKCS1" => RsaPadding::Pkcs1V15,
                "OAEP_SHA1_MGF1" => RsaPadding::OaepSha1,
                "OAEP_SHA256_MGF1" => RsaPadding::OaepSha256,
                "OAEP_SHA384_MGF1" => RsaPadding::OaepSha384,
                _ => RsaPadding::OaepSha512,
            };
            let (namespace, name) = (text("namespace"), text("name"));
            Arc::new(RawRsaKeyring::from_pkcs8_pem(namespace, name, padding, text("privatePem")).unwrap())
        }
        #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
        "raw-ecdh" => {
            use crate::keyrings::{EcdhPrivateKey, EcdhPublicKey, RawEcdhKeyring};

            let curve = curve(text("curve"));
            if text("scheme") == "static" {
                let private_key = EcdhPrivateKey::from_pkcs8_pem(curve, text("senderPrivatePem")).unwrap();
                let peer = BASE64.decode(text("recipientPublicDer")).unwrap();
                let peer = EcdhPublicKey::from_public_key_der(curve, &peer).unwrap();
                Arc::new(RawEcdhKeyring::static_public_key(private_key, peer).unwrap())
            } else {
                let private_key = EcdhPrivateKey::from_pkcs8_pem(curve, text("recipientPrivatePem")).unwrap();
                Arc::new(RawEcdhKeyring::discovery(private_key))
            }
        }
        "hierarchy" => branch_keys.clone(),
        kms if kms.starts_with("kms") => Arc::new(Recorded {
            answers: vector.kms.clone(),
            #[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
            curve: config["curve"].as_str().map(curve),
        }),
        _ => return None,
    })
}

fn raw_aes(config: &Value) -> RawAesKeyring {
    let text = |key: &str| config[key].as_str().unwrap();
    let key = AesKey::from_bytes(&BASE64.decode(text("key")).unwrap()).unwrap();
    RawAesKeyring::new(text("namespace"), text("name"), &key).unwrap()
}

#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
fn curve(name: &str) -> crate::keyrings::EcdhCurve {
    match name {
        "ECC_NIST_P256" => crate::keyrings::EcdhCurve::P256,
        "ECC_NIST_P384" => crate::keyrings::EcdhCurve::P384,
        _ => crate::keyrings::EcdhCurve::P521,
    }
}

/// The published records use a branch key that was published with them.
#[tokio::test]
async fn published_records_are_read() {
    #[derive(Deserialize)]
    struct File {
        tests: HashMap<String, Record>,
    }
    #[derive(Deserialize)]
    struct Record {
        r#type: String,
        description: String,
        config: RecordConfig,
        plaintext: HashMap<String, Value>,
        encrypted: serde_dynamo::Item,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct RecordConfig {
        attribute_actions_on_encrypt: HashMap<String, String>,
    }

    let Some(keys) = read::<Value>("dbesdk/mpl/keys.json") else { return };
    let key = &keys["keys"]["static-branch-key-1"];
    let text = |name: &str| key[name].as_str().unwrap();
    let name = (text("key-id").to_owned(), uuid(text("branchKeyVersion")).unwrap());
    let keyring = BranchKeys([(name, BASE64.decode(text("branchKey")).unwrap())].into());
    let format = Dbesdk::new(keyring);
    let context = ItemContext::new("GazelleVectorTable").partition_key("RecNum");
    let (mut read_count, mut rejected_count) = (0, 0);
    for file in ["decrypt_java_32", "decrypt_java_33"] {
        for record in read::<File>(&format!("dbesdk/items/{file}.json")).unwrap().tests.into_values() {
            let mut actions = AttributeActions::new(AttributeAction::EncryptAndSign);
            for (name, action) in &record.config.attribute_actions_on_encrypt {
                let action = match action.as_str() {
                    "ENCRYPT_AND_SIGN" => AttributeAction::EncryptAndSign,
                    "SIGN_ONLY" => AttributeAction::SignOnly,
                    "DO_NOTHING" => AttributeAction::DoNothing,
                    _ => AttributeAction::SignAndIncludeInEncryptionContext,
                };
                actions = actions.with(name, action);
            }
            let decrypted = format.decrypt(record.encrypted.into(), &actions, &context).await;
            if record.r#type == "negative-decrypt" {
                assert!(decrypted.is_err(), "{}", record.description);
                rejected_count += 1;
                continue;
            }
            let expected: serde_dynamo::Item = record
                .plaintext
                .into_iter()
                .map(|(name, value)| (name, spelled_out(value)))
                .collect::<HashMap<_, _>>()
                .into();
            let decrypted = decrypted.unwrap_or_else(|error| panic!("{file} {}: {error}", record.description));
            assert_eq!(normalized(decrypted), normalized(expected.into()), "{file} {}", record.description);
            read_count += 1;
        }
    }
    assert_eq!((read_count, rejected_count), (19, 2));
}

/// The records contain text and numbers without their type.
fn spelled_out(value: Value) -> serde_dynamo::AttributeValue {
    fn typed(value: Value) -> Value {
        match value {
            Value::String(text) => serde_json::json!({ "S": text }),
            Value::Number(number) => serde_json::json!({ "N": number.to_string() }),
            Value::Object(mut entries) => {
                if let Some(Value::Array(elements)) = entries.get_mut("L") {
                    elements.iter_mut().for_each(|element| *element = typed(element.take()));
                }
                if let Some(Value::Object(nested)) = entries.get_mut("M") {
                    nested.values_mut().for_each(|value| *value = typed(value.take()));
                }
                Value::Object(entries)
            }
            other => other,
        }
    }
    serde_json::from_value(typed(value)).unwrap()
}

/// Every expected result is the Java client's.
#[tokio::test]
async fn tampered_items_are_rejected() {
    #[derive(Deserialize)]
    struct Tampered {
        description: String,
        config: Value,
        item: serde_dynamo::Item,
        accepted: bool,
        plaintext: Option<serde_dynamo::Item>,
    }

    let Some(vectors) = read::<Vec<Tampered>>("dbesdk/java390/tampered.json") else { return };
    assert_eq!(vectors.len(), 216);
    let mut accepted = 0;
    for vector in vectors {
        let config: Config = serde_json::from_value(vector.config.clone()).unwrap();
        let format = Dbesdk::new(raw_aes(&vector.config["keyring"]));
        match format.decrypt(vector.item.into(), &config.actions(), &config.context()).await {
            Ok(item) => {
                assert!(vector.accepted, "{}", vector.description);
                assert_eq!(normalized(item), normalized(vector.plaintext.unwrap().into()), "{}", vector.description);
                accepted += 1;
            }
            Err(error) => {
                assert!(!vector.accepted, "{}: {error}", vector.description);
                // Only an item that names no key of the reader may be one of other keys.
                let names_others = error.to_string().contains("no key for any recipient");
                let expected = if names_others { ErrorKind::Materials } else { ErrorKind::Integrity };
                assert_eq!(error.kind(), expected, "{}: {error}", vector.description);
            }
        }
    }
    println!("{accepted} of 216 accepted");
}
