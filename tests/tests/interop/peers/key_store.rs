//! Both clients create branch keys in one key store, and read each other's items.

use std::io::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::Item;
use dynaseal::keyrings::{KeyStore, NewBranchKey};
use dynaseal_tests::peers::{DbesdkPeer, Dynamodb, KmsDouble};
use dynaseal_tests::random_items::seeded_generator;
use dynaseal_tests::{canonical, dbesdk, kms};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::clients::Result;
use super::dbesdk::{ours, random_item, with};
use super::matrix::items_per_setup;

/// The identifier of the branch key that dynaseal creates.
const OURS: &str = "tenant é 𐀁";

/// A stored item and its expected plaintext.
struct Written {
    config: Value,
    stored: Item,
    plaintext: Item,
}

#[test]
fn both_clients_use_branch_keys_of_either() -> Result<()> {
    let Some(mut java) = DbesdkPeer::start()?.or_skip() else { return Ok(()) };
    let (dynamodb, kms) = (Dynamodb::start()?, KmsDouble::start(kms::kms()?)?);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let config = json!({
        "table": "KeyStoreTable", "logicalName": "logical key store", "kms": { "keyArn": kms::KEY },
        "endpoint": dynamodb.endpoint().url, "kmsEndpoint": kms.url(), "region": kms::REGION,
    });
    let store = dbesdk::key_store(&config)?;
    runtime.block_on(store.create_table())?;
    runtime.block_on(store.create_branch_key(NewBranchKey::with_id(OURS).context("team", "engines")))?;
    let request = json!({ "call": "CreateKey", "branchKeyId": "theirs", "encryptionContext": { "team": "wheels" } });
    java.key_store(&config, &request)??;
    let random = java.key_store(&config, &json!({ "call": "CreateKey" }))??;
    let random = random["branchKeyId"].as_str().ok_or("no id")?.to_owned();
    // A table created by one client works with the other.
    java.key_store(&config, &json!({ "call": "CreateKeyStore" }))??;

    let mut rng = seeded_generator();
    let mut written = Vec::new();
    for round in 0..3 {
        for id in [OURS, "theirs", &random] {
            agree(&mut java, &config, &store, &runtime, id)?;
            let keyring = json!({ "type": "hierarchy", "keyStore": config, "branchKeyId": id });
            for (suite, version) in [("6700", 1), ("6700", 2), ("6701", 1), ("6701", 2)] {
                for _ in 0..items_per_setup()?.div_ceil(30) {
                    let (plaintext, config) = random_item(version, &mut rng);
                    let config = with(&with(&config, "suite", json!(suite)), "keyring", keyring.clone());
                    for stored in [java.encrypt(&config, &plaintext)??, ours(&config)?.encrypt(plaintext.clone())?] {
                        written.push(Written { config: config.clone(), stored, plaintext: plaintext.clone() });
                    }
                }
            }
            match round {
                0 => drop(runtime.block_on(store.version_branch_key(id))?),
                _ => drop(java.key_store(&config, &json!({ "call": "VersionKey", "branchKeyId": id }))??),
            }
        }
    }
    // This holds for every version that they were written with.
    for Written { config, stored, plaintext } in &written {
        let what = &config["keyring"]["branchKeyId"];
        assert_eq!(canonical::item(&ours(config)?.decrypt(stored.clone())?), canonical::item(plaintext), "{what}");
        assert_eq!(canonical::item(&java.decrypt(config, stored)??), canonical::item(plaintext), "{what}");
    }
    writeln!(io::stdout(), "{} items with branch keys of either, half of them from each", written.len())?;
    Ok(())
}

/// Checks that both clients find the same keys, whichever of them created the last version.
fn agree(java: &mut DbesdkPeer, config: &Value, store: &KeyStore, runtime: &Runtime, id: &str) -> Result<()> {
    let mut ask = |call: &str, version: &str| {
        java.key_store(config, &json!({ "call": call, "branchKeyId": id, "version": version }))
    };
    let (active, beacon) = (runtime.block_on(store.active(id))?, runtime.block_on(store.beacon_key(id))?);
    let theirs = ask("GetActiveBranchKey", "")??;
    assert_eq!(theirs["branchKey"], STANDARD.encode(active.as_bytes()), "{id}");
    assert_eq!(theirs["branchKeyVersion"], active.version(), "{id}");
    assert_eq!(theirs["encryptionContext"], json!(active.encryption_context()), "{id}");
    let by_version = ask("GetBranchKeyVersion", &active.version())??;
    assert_eq!(by_version["branchKey"], theirs["branchKey"], "{id}");
    let version = runtime.block_on(store.version(id, &active.version()))?;
    assert_eq!(version.as_bytes(), active.as_bytes(), "{id}");
    let theirs = ask("GetBeaconKey", "")??;
    assert_eq!(theirs["beaconKey"], STANDARD.encode(beacon.as_bytes()), "{id}");
    Ok(())
}
