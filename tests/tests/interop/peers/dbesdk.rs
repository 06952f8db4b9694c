//! Items exchanged with the Java client of the AWS Database Encryption SDK in both directions.

use std::io::{self, Write as _};

use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::keyrings::EcdhCurve;
use dynaseal::{AttributeValue, Item};
use dynaseal_tests::canonical;
use dynaseal_tests::dbesdk::OursDbesdk;
use dynaseal_tests::kms;
use dynaseal_tests::peers::{DbesdkPeer, KmsDouble};
use dynaseal_tests::random_items::{Options, PARTITION_KEY, SORT_KEY, Schema, seeded_generator};
use dynaseal_tests::setup::Action;
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom as _;
use serde_json::{Value, json};
use tokio::runtime::Builder;

use super::clients::Result;
use super::matrix::items_per_setup;

const HEAD: &str = "aws_dbe_head";
const FOOT: &str = "aws_dbe_foot";

/// The configurations of a keyring for the writer and for the reader.
#[derive(Clone)]
struct Keys {
    name: &'static str,
    writer: Value,
    reader: Value,
}

#[test]
fn random_items_are_read_both_ways() -> Result<()> {
    let Some(mut java) = DbesdkPeer::start()?.or_skip() else { return Ok(()) };
    let mut rng = seeded_generator();
    let count = items_per_setup()?.div_ceil(10);
    let mut total = 0;
    let kms = KmsDouble::start(kms::kms()?)?;
    let setups = [key_setups()?, kms_setups(kms.url())?].concat();
    for Keys { name, writer, reader } in setups {
        for (suite, version) in [("6700", 1), ("6700", 2), ("6701", 1), ("6701", 2)] {
            if suite == "6701" && writer["type"] == "kms-rsa" {
                continue; // neither client has it
            }
            for _ in 0..count {
                let (plaintext, config) = random_item(version, &mut rng);
                let with = |keyring: &Value| with(&config, "keyring", keyring.clone());
                let (writing, reading) = (with(&writer), with(&reader));
                let (writing, reading) = (self::with(&writing, "suite", json!(suite)), reading);
                let what = format!("{name} {suite} V{version} {plaintext:?}");
                let (ours_writes, ours_reads) = (ours(&writing)?, ours(&reading)?);

                let stored = java.encrypt(&writing, &plaintext)?.map_err(|error| format!("{what}: {error}"))?;
                let read = ours_reads.decrypt(stored).map_err(|error| format!("{what}: {error}"))?;
                assert_eq!(canonical::item(&read), canonical::item(&plaintext), "Java to dynaseal, {what}");

                let stored = ours_writes.encrypt(plaintext.clone()).map_err(|error| format!("{what}: {error}"))?;
                let read = java.decrypt(&reading, &stored)?.map_err(|error| format!("{what}: {error}"))?;
                assert_eq!(canonical::item(&read), canonical::item(&plaintext), "dynaseal to Java, {what}");
                total += 1;
            }
        }
    }
    writeln!(io::stdout(), "{total} items each way")?;
    Ok(())
}

/// Both clients reach the same verdict about a changed item.
#[test]
fn tampered_items_have_the_same_verdict() -> Result<()> {
    let Some(mut java) = DbesdkPeer::start()?.or_skip() else { return Ok(()) };
    let mut rng = seeded_generator();
    let (mut rejected, mut accepted) = (0, 0);
    let keys = key_setups()?;
    let Keys { writer, .. } = &keys[0];
    for (suite, version) in [("6700", 1), ("6700", 2), ("6701", 1), ("6701", 2)] {
        for _ in 0..4 * items_per_setup()? {
            let (plaintext, config) = random_item(version, &mut rng);
            let config = with(&with(&config, "keyring", writer.clone()), "suite", json!(suite));
            let ours = ours(&config)?;
            let mut stored = ours.encrypt(plaintext)?;
            let how = tamper(&mut stored, &mut rng);
            let theirs = java.decrypt(&config, &stored)?;
            let ours = ours.decrypt(stored);
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{how}: {ours:?}, {theirs:?}");
            match (ours, theirs) {
                (Ok(ours), Ok(theirs)) => {
                    assert_eq!(canonical::item(&ours), canonical::item(&theirs), "{how}");
                    accepted += 1;
                }
                _ => rejected += 1,
            }
        }
    }
    writeln!(io::stdout(), "{rejected} tampered items rejected and {accepted} accepted by both")?;
    assert!(rejected > accepted);
    Ok(())
}

/// Changes a stored item, and describes the change.
fn tamper(item: &mut Item, rng: &mut StdRng) -> String {
    let mut names: Vec<String> =
        item.keys().filter(|name| ![PARTITION_KEY, SORT_KEY].contains(&&***name)).cloned().collect();
    names.sort();
    let name = names.into_iter().choose(rng).unwrap_or_else(|| HEAD.to_owned());
    match rng.random_range(0..6) {
        0 => {
            item.remove(&name);
            format!("removed {name}")
        }
        1 => {
            item.insert("added".to_owned(), AttributeValue::B(Blob::new([7; 20])));
            "added an attribute".to_owned()
        }
        2 => {
            item.insert(PARTITION_KEY.to_owned(), AttributeValue::S("another".to_owned()));
            "another key".to_owned()
        }
        _ => {
            let name = [HEAD, FOOT, name.as_str()].into_iter().choose(rng).unwrap_or(HEAD).to_owned();
            match item.get_mut(&name) {
                Some(AttributeValue::B(blob)) if !blob.as_ref().is_empty() => {
                    let mut bytes = blob.as_ref().to_vec();
                    let bit = rng.random_range(0..bytes.len() * 8);
                    bytes[bit / 8] ^= 1 << (bit % 8);
                    *blob = Blob::new(bytes);
                    format!("bit {bit} of {name}")
                }
                _ => {
                    item.insert(name.clone(), AttributeValue::S("changed".to_owned()));
                    format!("another {name}")
                }
            }
        }
    }
}

/// Returns an item and its configuration, without keyring. Empty map keys are excluded, because only this client
/// accepts them.
pub(super) fn random_item(version: u8, rng: &mut StdRng) -> (Item, Value) {
    let options = Options { digits: 38, divergent_order: true, encryption: true };
    let schema = Schema::random(options, rng);
    let plaintext = loop {
        let item = schema.item(rng);
        if item.values().all(has_keys) {
            break item;
        }
    };
    let (mut actions, mut unsigned) = (serde_json::Map::new(), Vec::new());
    for name in plaintext.keys() {
        let is_key = [PARTITION_KEY, SORT_KEY].contains(&name.as_str());
        let action = match schema.actions.action(name) {
            _ if is_key && version == 2 => "c",
            Action::SignOnly if version == 2 && rng.random() && is_short(&plaintext[name]) => "c",
            Action::EncryptAndSign => "e",
            Action::SignOnly => "s",
            Action::DoNothing => {
                unsigned.push(name.clone());
                "n"
            }
        };
        actions.insert(name.clone(), json!(action));
    }
    let mut config = json!({
        "table": "τραπέζι", "partition": PARTITION_KEY, "sort": SORT_KEY, "actions": actions, "suite": "6700",
        "unsignedPrefix": "never used:",
    });
    // The client rejects an empty list.
    if !unsigned.is_empty() {
        config["unsigned"] = json!(unsigned);
    }
    (plaintext, config)
}

fn has_keys(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::L(values) => values.iter().all(has_keys),
        AttributeValue::M(entries) => entries.iter().all(|(key, value)| !key.is_empty() && has_keys(value)),
        _ => true,
    }
}

/// Returns true if the value is short enough for the encryption context.
fn is_short(value: &AttributeValue) -> bool {
    dynaseal::item_size(&Item::from([("a".to_owned(), value.clone())])) < 10_000
}

pub(super) fn ours(config: &Value) -> Result<OursDbesdk> {
    Ok(OursDbesdk::new(config)?.ok_or("this build has no such keyring")?)
}

pub(super) fn with(config: &Value, key: &str, value: Value) -> Value {
    let mut config = config.clone();
    config[key] = value;
    config
}

fn key_setups() -> Result<Vec<Keys>> {
    let pairs: Value = serde_json::from_str(include_str!("../../../peers/key_pairs.json"))?;
    let mut all = Vec::new();
    for (name, bytes) in [("raw AES 256", 32), ("raw AES 128", 16), ("raw AES 192", 24)] {
        let keyring =
            json!({ "type": "raw-aes", "namespace": "ns", "name": "ключ", "key": STANDARD.encode(vec![7; bytes]) });
        all.push(Keys { name, writer: keyring.clone(), reader: keyring });
    }
    for name in ["PKCS1", "OAEP_SHA1_MGF1", "OAEP_SHA256_MGF1", "OAEP_SHA384_MGF1", "OAEP_SHA512_MGF1"] {
        let keyring = json!({
            "type": "raw-rsa", "namespace": "rsa", "name": name, "padding": name,
            "publicPem": pem("PUBLIC KEY", &pairs["rsa"]["public"]),
            "privatePem": pem("PRIVATE KEY", &pairs["rsa"]["private"]),
        });
        all.push(Keys { name, writer: keyring.clone(), reader: keyring });
    }
    for (name, key, curve) in
        [("P-256", "p256", "ECC_NIST_P256"), ("P-384", "p384", "ECC_NIST_P384"), ("P-521", "p521", "ECC_NIST_P521")]
    {
        let (private, public) = (pem("PRIVATE KEY", &pairs[key]["private"]), pairs[key]["public"].clone());
        let of = |scheme: &str| json!({ "type": "raw-ecdh", "curve": curve, "scheme": scheme });
        let discovery = with(&of("discovery"), "recipientPrivatePem", json!(private));
        // Both parties have the same key, which suffices to check that they use it in the same way.
        let fixed =
            with(&with(&of("static"), "senderPrivatePem", json!(private)), "recipientPublicDer", public.clone());
        all.push(Keys { name, writer: fixed.clone(), reader: fixed });
        let ephemeral = with(&of("ephemeral"), "recipientPublicDer", public);
        all.push(Keys { name, writer: ephemeral, reader: discovery });
    }
    let children: Vec<Value> = [3, 8, 13].iter().map(|index: &usize| all[*index].writer.clone()).collect();
    let multi = json!({ "type": "multi", "generator": all[0].writer, "children": children });
    for index in [0, 3, 8, 13] {
        all.push(Keys { name: "several recipients", writer: multi.clone(), reader: all[index].reader.clone() });
    }
    Ok(all)
}

/// Uses the keys of the double, which the client reaches at `url` and dynaseal in this process.
fn kms_setups(url: &str) -> Result<Vec<Keys>> {
    use kms::{KEY, MULTI_REGION_KEY, OTHER_REGION, REGION, REPLICA, RSA_KEY, RSA_PUBLIC_KEY};

    let in_region = |mut keyring: Value, region: &str| {
        keyring["endpoint"] = json!(url);
        keyring["region"] = json!(region);
        keyring
    };
    let here = |keyring| in_region(keyring, REGION);
    let there = |keyring| in_region(keyring, OTHER_REGION);
    let accounts = json!(["111122223333"]);
    let (key, mrk) =
        (here(json!({ "type": "kms", "keyId": KEY })), here(json!({ "type": "kms-mrk", "keyId": MULTI_REGION_KEY })));
    let discovery = here(json!({ "type": "kms-discovery", "accounts": accounts }));
    let replica = there(json!({ "type": "kms-mrk", "keyId": REPLICA }));
    let mrk_discovery = there(json!({ "type": "kms-mrk-discovery", "accounts": accounts }));
    let mut all = vec![
        Keys { name: "KMS", writer: key.clone(), reader: key.clone() },
        Keys { name: "KMS, read by discovery", writer: key.clone(), reader: discovery },
        Keys { name: "KMS MRK", writer: mrk.clone(), reader: replica },
        Keys { name: "KMS MRK, read by discovery", writer: mrk.clone(), reader: mrk_discovery },
    ];
    for algorithm in ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] {
        let keyring =
            json!({ "type": "kms-rsa", "keyId": RSA_KEY, "algorithm": algorithm, "publicPem": RSA_PUBLIC_KEY });
        let keyring = here(keyring);
        all.push(Keys { name: algorithm, writer: keyring.clone(), reader: keyring });
    }
    let pairs: Value = serde_json::from_str(include_str!("../../../peers/key_pairs.json"))?;
    for (name, curve, pair) in [
        ("KMS P-256", EcdhCurve::P256, "p256"),
        ("KMS P-384", EcdhCurve::P384, "p384"),
        ("KMS P-521", EcdhCurve::P521, "p521"),
    ] {
        let (key, spec) = (kms::agreement_key(curve), format!("ECC_NIST_{curve:?}"));
        let (private, public) = (pem("PRIVATE KEY", &pairs[pair]["private"]), &pairs[pair]["public"]);
        let fixed = here(json!({
            "type": "kms-ecdh", "curve": spec, "scheme": "static", "senderKeyId": key, "recipientPublicDer": public,
        }));
        let peer = json!({
            "type": "raw-ecdh", "curve": spec, "scheme": "discovery", "recipientPrivatePem": private,
        });
        all.push(Keys { name, writer: fixed.clone(), reader: fixed.clone() });
        all.push(Keys { name, writer: fixed, reader: peer });
        let ours = here(json!({
            "type": "kms-ecdh", "curve": spec, "scheme": "discovery", "recipientKeyId": key,
        }));
        let to_ours = json!({
            "type": "raw-ecdh", "curve": spec, "scheme": "ephemeral", "recipientPublicDer": public_key(&key)?,
        });
        all.push(Keys { name, writer: to_ours, reader: ours });
    }
    let raw = json!({ "type": "raw-aes", "namespace": "ns", "name": "raw", "key": STANDARD.encode([7; 32]) });
    let multi = json!({ "type": "multi", "generator": key, "children": [mrk, raw] });
    for reader in [key, mrk, raw, multi.clone()] {
        all.push(Keys { name: "several recipients, in KMS too", writer: multi.clone(), reader });
    }
    Ok(all)
}

/// Returns the public key of a key in KMS.
fn public_key(key: &str) -> Result<String> {
    let runtime = Builder::new_current_thread().build()?;
    let response = runtime.block_on(kms::kms()?.client(kms::REGION).get_public_key().key_id(key).send())?;
    Ok(STANDARD.encode(response.public_key.ok_or("no public key")?))
}

fn pem(label: &str, base64: &Value) -> String {
    let characters: Vec<char> = base64.as_str().unwrap_or_default().chars().collect();
    let lines: Vec<String> = characters.chunks(64).map(|line| line.iter().collect()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
