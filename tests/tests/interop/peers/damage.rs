//! Damaged items: those that every client rejects, and those that a peer accepts and dynaseal rejects.

use std::io::{self, Write as _};

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::{AttributeValue, Item};
use dynaseal_tests::description;
use dynaseal_tests::ours::Ours;
use dynaseal_tests::setup::{Action, Key, Provider, Setup};

use super::clients::{
    CONTENT_KEY, Peers, Result, SIGNING_KEY, Verdict, item, ours, setup, static_provider, text, verdict,
    wrapped_provider,
};

const SIGNATURE: &str = "*amzn-ddb-map-sig*";
const CIPHER_MODE: &str = "amzn-ddb-map-sym-mode";
const SIGNING_ALGORITHM: &str = "amzn-ddb-map-signingAlg";
const WRAPPED_KEY: &str = "amzn-ddb-env-key";
const KEY_ALGORITHM: &str = "amzn-ddb-env-alg";
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";

type Damage = fn(&mut Item);

/// Rejected by all clients, with every provider.
const REJECTED: &[(&str, Damage)] = &[
    ("a bit of a ciphertext", |item| flip(item, "secret", 20)),
    ("a bit of an initialization vector", |item| flip(item, "secret", 0)),
    ("a truncated ciphertext", |item| bytes(item, "secret", |bytes| bytes.truncate(16))),
    ("a bit of the signature", |item| flip(item, SIGNATURE, 0)),
    ("a truncated signature", |item| bytes(item, SIGNATURE, |bytes| bytes.truncate(31))),
    ("a longer signature", |item| bytes(item, SIGNATURE, |bytes| bytes.push(0))),
    ("an empty signature", |item| bytes(item, SIGNATURE, Vec::clear)),
    ("no signature", |item| drop(item.remove(SIGNATURE))),
    ("a signature that is a string", |item| set(item, SIGNATURE, text("signature"))),
    ("a changed signed value", |item| set(item, "note", text("changed"))),
    ("a signed value of another type", |item| set(item, "note", AttributeValue::B(Blob::new("plain")))),
    ("a changed sort key", |item| set(item, "sk", AttributeValue::N("2021".to_owned()))),
    ("a removed signed attribute", |item| drop(item.remove("note"))),
    ("a removed encrypted attribute", |item| drop(item.remove("secret"))),
    ("an added attribute", |item| set(item, "added", AttributeValue::B(Blob::new([0; 32])))),
    ("a renamed attribute", |item| rename(item, "secret", "secrets")),
    ("two ciphertexts swapped", |item| swap(item, "secret", "other")),
    ("a ciphertext in the place of a signed value", |item| swap(item, "secret", "note")),
    ("a plaintext in the place of a ciphertext", |item| set(item, "secret", text("plain"))),
    ("no description", |item| drop(item.remove(description::ATTRIBUTE))),
    ("a description that is a string", |item| set(item, description::ATTRIBUTE, text("description"))),
    ("an empty description", |item| bytes(item, description::ATTRIBUTE, Vec::clear)),
    ("a truncated description", |item| bytes(item, description::ATTRIBUTE, |bytes| bytes.truncate(bytes.len() - 1))),
    ("a description of an unknown version", |item| bytes(item, description::ATTRIBUTE, |bytes| bytes[3] = 1)),
    ("no cipher mode", |item| describe(item, CIPHER_MODE, None)),
    ("cipher mode GCM", |item| describe(item, CIPHER_MODE, Some(b"/GCM/NoPadding"))),
    ("cipher mode ECB", |item| describe(item, CIPHER_MODE, Some(b"/ECB/PKCS5Padding"))),
];

/// Rejected by all clients, for an item with a wrapped content key.
const REJECTED_WRAPPED: &[(&str, Damage)] = &[
    ("no wrapped key", |item| describe(item, WRAPPED_KEY, None)),
    ("an empty wrapped key", |item| describe(item, WRAPPED_KEY, Some(b""))),
    ("another wrapped key", |item| describe(item, WRAPPED_KEY, Some(&[b'A'; 52]))),
    ("no wrapping algorithm", |item| describe(item, WRAP_ALGORITHM, None)),
    ("an unknown wrapping algorithm", |item| describe(item, WRAP_ALGORITHM, Some(b"none"))),
    ("an RSA wrapping algorithm", |item| describe(item, WRAP_ALGORITHM, Some(b"RSA/ECB/PKCS1Padding"))),
    ("an unknown key algorithm", |item| describe(item, KEY_ALGORITHM, Some(b"none"))),
];

/// Accepted by a peer, rejected by dynaseal.
struct Lenient {
    what: &'static str,
    damage: Damage,
    python: Verdict,
    java: Verdict,
    /// The reason why dynaseal rejects it.
    reason: &'static str,
}

const LENIENT: &[Lenient] = &[
    Lenient {
        what: "cipher mode /CBC/NoPadding",
        damage: |item| describe(item, CIPHER_MODE, Some(b"/CBC/NoPadding")),
        python: Verdict::Reads,
        java: Verdict::Reads,
        reason: "the description is not signed, so it may not choose the cipher; no client ever writes another mode",
    },
    Lenient {
        what: "an unknown signing algorithm",
        damage: |item| describe(item, SIGNING_ALGORITHM, Some(b"none")),
        python: Verdict::Reads,
        java: Verdict::Reads,
        reason: "the description contradicts the key, so somebody changed it",
    },
    Lenient {
        what: "an entry that is not UTF-8",
        damage: |item| describe(item, "note", Some(b"\xff")),
        python: Verdict::Rejects,
        java: Verdict::Reads,
        reason: "the description is damaged",
    },
];

const LENIENT_WRAPPED: &[Lenient] = &[
    Lenient {
        what: "a wrapped key with characters that are not base64",
        damage: spoil_wrapped_key,
        python: Verdict::Reads,
        java: Verdict::Reads,
        reason: "no client writes such a thing: the description was changed",
    },
    Lenient {
        what: "a wrapping algorithm that only begins with AES",
        damage: |item| describe(item, WRAP_ALGORITHM, Some(b"AES/CBC/PKCS5Padding")),
        python: Verdict::Reads,
        java: Verdict::Rejects,
        reason: "the description is not signed, so it may not choose the algorithm",
    },
    Lenient {
        what: "no key algorithm",
        damage: |item| describe(item, KEY_ALGORITHM, None),
        python: Verdict::Reads,
        java: Verdict::Rejects,
        reason: "every client writes it: the description was changed",
    },
];

#[test]
fn damaged_items_are_rejected_by_all() -> Result<()> {
    let mut peers = Peers::start()?;
    let mut count = 0;
    for (provider, more) in [(static_provider(), &[][..]), (wrapped_provider(), REJECTED_WRAPPED)] {
        let setup = damage_setup(provider);
        let whole = stored(&setup)?;
        let cases: Vec<&(&str, Damage)> = REJECTED.iter().chain(more).collect();
        let damaged: Vec<Item> = cases.iter().map(|(_, damage)| damaged(&whole, *damage)).collect();
        let verdicts = peers.decrypt(&setup, &damaged)?;
        for (index, (what, _)) in cases.into_iter().enumerate() {
            assert_eq!(ours(&setup, &damaged[index], &plaintext())?, Verdict::Rejects, "dynaseal, {what}");
            for (name, outcomes) in &verdicts {
                assert!(outcomes[index].is_err(), "{name}, {what}: {:?}", outcomes[index]);
            }
            count += 1;
        }
    }
    writeln!(io::stdout(), "{count} damaged items rejected by all")?;
    Ok(())
}

#[test]
fn misplaced_items_are_rejected_by_all() -> Result<()> {
    let mut peers = Peers::start()?;
    let written = damage_setup(static_provider());
    let whole = [stored(&written)?];
    let mut readers = vec![
        ("another signing key", damage_setup(keys(&CONTENT_KEY, &[3; 32]))),
        ("another content key", damage_setup(keys(&[3; 32], &SIGNING_KEY))),
        ("another signing algorithm", damage_setup(signed_with("HmacSHA384"))),
        ("a wrapped provider", damage_setup(wrapped_provider())),
        ("another action", setup(static_provider(), &[("note", Action::EncryptAndSign), ("free", Action::DoNothing)])),
        ("one attribute more to sign", setup(static_provider(), &[("note", Action::SignOnly)])),
    ];
    let mut elsewhere = written;
    elsewhere.context.table_name = "managers".to_owned();
    readers.push(("another table", elsewhere));
    for (what, setup) in readers {
        assert_eq!(ours(&setup, &whole[0], &plaintext())?, Verdict::Rejects, "dynaseal, {what}");
        for (name, outcomes) in peers.decrypt(&setup, &whole)? {
            assert!(outcomes[0].is_err(), "{name}, {what}: {:?}", outcomes[0]);
        }
    }
    Ok(())
}

#[test]
fn items_that_only_dynaseal_rejects() -> Result<()> {
    let mut peers = Peers::start()?;
    for (provider, more) in [(static_provider(), &[][..]), (wrapped_provider(), LENIENT_WRAPPED)] {
        let setup = damage_setup(provider);
        let whole = stored(&setup)?;
        for case in LENIENT.iter().chain(more) {
            let damaged = damaged(&whole, case.damage);
            assert_eq!(ours(&setup, &damaged, &plaintext())?, Verdict::Rejects, "dynaseal, {}", case.what);
            for (name, outcomes) in peers.decrypt(&setup, &[damaged])? {
                let expected = if name == "Python" { case.python } else { case.java };
                let found = verdict(&outcomes[0], &plaintext());
                assert_eq!(found, expected, "{name}, {}: {:?}", case.what, outcomes[0]);
            }
            let Lenient { what, python, java, reason, .. } = case;
            writeln!(io::stdout(), "{what}: Python {python:?}, Java {java:?}, dynaseal Rejects: {reason}")?;
        }
    }
    Ok(())
}

#[test]
fn only_java_treats_an_unprotected_item_as_plaintext() -> Result<()> {
    let mut peers = Peers::start()?;
    let setup = setup(static_provider(), &[("free", Action::DoNothing)]);
    let plaintext = Item::from([("free".to_owned(), text("anything"))]);
    assert_eq!(ours(&setup, &plaintext, &plaintext)?, Verdict::Rejects);
    for (name, outcomes) in peers.decrypt(&setup, std::slice::from_ref(&plaintext))? {
        let expected = if name == "Java" { Verdict::Reads } else { Verdict::Rejects };
        assert_eq!(verdict(&outcomes[0], &plaintext), expected, "{name}: {:?}", outcomes[0]);
    }
    Ok(())
}

fn damage_setup(provider: Provider) -> Setup {
    setup(provider, &[("note", Action::SignOnly), ("free", Action::DoNothing)])
}

fn plaintext() -> Item {
    item(&[("secret", text("secret")), ("other", text("other")), ("note", text("plain")), ("free", text("free"))])
}

fn stored(setup: &Setup) -> Result<Item> {
    Ok(Ours::new(setup)?.encrypt(&[plaintext()]).remove(0)?)
}

fn keys(content_key: &[u8], signing_key: &[u8]) -> Provider {
    Provider::Static {
        encryption_key: Some(Key::secret("AES", content_key)),
        signing_key: Key::secret("HmacSHA256", signing_key),
        material_description: Default::default(),
    }
}

fn signed_with(algorithm: &str) -> Provider {
    Provider::Static {
        encryption_key: Some(Key::secret("AES", &CONTENT_KEY)),
        signing_key: Key::secret(algorithm, &SIGNING_KEY),
        material_description: Default::default(),
    }
}

fn damaged(whole: &Item, damage: Damage) -> Item {
    let mut item = whole.clone();
    damage(&mut item);
    assert_ne!(&item, whole);
    item
}

fn set(item: &mut Item, name: &str, value: AttributeValue) {
    item.insert(name.to_owned(), value);
}

fn rename(item: &mut Item, from: &str, to: &str) {
    let value = item.remove(from).unwrap();
    set(item, to, value);
}

fn swap(item: &mut Item, one: &str, other: &str) {
    let (first, second) = (item[one].clone(), item[other].clone());
    set(item, one, second);
    set(item, other, first);
}

fn flip(item: &mut Item, name: &str, index: usize) {
    bytes(item, name, |bytes| bytes[index] ^= 1);
}

fn bytes(item: &mut Item, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = item[name].as_b().unwrap().as_ref().to_vec();
    change(&mut bytes);
    set(item, name, AttributeValue::B(Blob::new(bytes)));
}

/// Sets or removes an entry of the description.
fn describe(item: &mut Item, key: &str, value: Option<&[u8]>) {
    edit_description(item, |entries| {
        entries.retain(|(known, _)| known != key.as_bytes());
        entries.extend(value.map(|value| (key.as_bytes().to_vec(), value.to_vec())));
    });
}

/// Inserts a character that is not base64 into the wrapped key.
fn spoil_wrapped_key(item: &mut Item) {
    edit_description(item, |entries| {
        let (_, wrapped_key) = entries.iter_mut().find(|(key, _)| key == WRAPPED_KEY.as_bytes()).unwrap();
        wrapped_key.insert(1, b'*');
    });
}

fn edit_description(item: &mut Item, edit: impl FnOnce(&mut Vec<(Vec<u8>, Vec<u8>)>)) {
    bytes(item, description::ATTRIBUTE, |bytes| {
        let mut entries = description::from_bytes(bytes).unwrap();
        edit(&mut entries);
        *bytes = description::to_bytes(entries.iter().map(|(key, value)| (&key[..], &value[..])));
    });
}
