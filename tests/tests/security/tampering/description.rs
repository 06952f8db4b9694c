//! The material description, which an attacker who can write to the table can change.

use dynaseal::{AttributeValue, ErrorKind, Item};
use dynaseal_tests::samples::{DESCRIPTION, description_entries, description_of};

use super::target::Target;

const CIPHER_MODE: &str = "amzn-ddb-map-sym-mode";
const SIGNING_ALGORITHM: &str = "amzn-ddb-map-signingAlg";
const WRAPPED_KEY: &str = "amzn-ddb-env-key";
const KEY_ALGORITHM: &str = "amzn-ddb-env-alg";
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";

type Entries = Vec<(String, String)>;

fn entries(target: &Target) -> Entries {
    description_entries(target.stored[DESCRIPTION].as_b().unwrap().as_ref()).unwrap()
}

fn described(target: &Target, entries: &Entries) -> Item {
    target.with(DESCRIPTION, description_of(entries.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
}

/// Returns the stored item with another value of one entry.
fn edited(target: &Target, key: &str, value: &str) -> Item {
    let mut entries = entries(target);
    entries.iter_mut().find(|(name, _)| name == key).unwrap().1 = value.to_owned();
    described(target, &entries)
}

#[tokio::test]
async fn the_description_never_chooses_an_algorithm() {
    let edits: [(&str, &[&str]); 4] = [
        (
            CIPHER_MODE,
            &[
                "/CTR/NoPadding",
                "/CBC/NoPadding",
                "/GCM/NoPadding",
                "/ECB/PKCS5Padding",
                "/CBC/PKCS7Padding",
                "",
                "CBC",
            ],
        ),
        (SIGNING_ALGORITHM, &["HmacSHA1", "HmacSHA512", "HmacSHA256 ", "SHA256withRSA", "SHA256withECDSA", "NONE", ""]),
        (
            WRAP_ALGORITHM,
            &["AES", "AESWrapPad", "kms", "RSA/ECB/PKCS1Padding", "RSA/ECB/OAEPWithSHA-256AndMGF1Padding", ""],
        ),
        (KEY_ALGORITHM, &["DESede", "Blowfish", "aes", "AES256", "RSA", ""]),
    ];
    for target in Target::all().await {
        for (key, values) in edits {
            if target.name == "static" && (key == WRAP_ALGORITHM || key == KEY_ALGORITHM) {
                continue;
            }
            for value in values {
                target.rejects(&format!("{key} is {value}"), edited(&target, key, value), ErrorKind::Materials).await;
            }
        }
    }
}

#[tokio::test]
async fn missing_entries_are_rejected() {
    for target in Target::all().await {
        for (key, _) in entries(&target) {
            let others = entries(&target).into_iter().filter(|(name, _)| *name != key).collect();
            let stored = described(&target, &others);
            match key.as_str() {
                // The Java client does not write this entry.
                SIGNING_ALGORITHM => target.is_not_misled_by("no signing algorithm", stored).await,
                _ => target.rejects(&format!("{key} is missing"), stored, ErrorKind::Integrity).await,
            }
        }
        target.rejects("an empty description", described(&target, &Vec::new()), ErrorKind::Integrity).await;
        target.rejects("no description", target.without(DESCRIPTION), ErrorKind::Integrity).await;
    }
}

#[tokio::test]
async fn variants_of_other_clients_are_read() {
    for target in Target::all().await {
        let mut reversed = entries(&target);
        reversed.reverse();
        target.is_not_misled_by("the Java client's order", described(&target, &reversed)).await;

        let mut more = entries(&target);
        more.push(("application".to_owned(), "payroll".to_owned()));
        target.is_not_misled_by("a caller's own entry", described(&target, &more)).await;
    }
    let targets = Target::all().await;
    let wrapped = targets.iter().find(|target| target.name == "wrapped").unwrap();
    wrapped.is_not_misled_by("the Python client's key algorithm", edited(wrapped, KEY_ALGORITHM, "AES/256")).await;
}

#[tokio::test]
async fn damaged_descriptions_are_rejected() {
    let damages: [(&str, &[u8]); 7] = [
        ("no bytes", b""),
        ("half a version", b"\0\0"),
        ("an unknown version", b"\0\0\0\x01"),
        ("half a length", b"\0\0\0\0\0\0\0"),
        ("a length beyond the end", b"\0\0\0\0\0\0\0\x02a"),
        ("a length of 4 GB", b"\0\0\0\0\xff\xff\xff\xff"),
        ("no UTF-8", b"\0\0\0\0\0\0\0\x01\xff\0\0\0\0"),
    ];
    for target in Target::all().await {
        for (what, bytes) in damages {
            let stored = target.with(DESCRIPTION, AttributeValue::B(bytes.into()));
            target.rejects(what, stored, ErrorKind::Integrity).await;
        }
        // The version is checked even if the rest is intact.
        for version in 1..=3_u8 {
            let mut bytes = target.stored[DESCRIPTION].as_b().unwrap().as_ref().to_vec();
            bytes[3] = version;
            let stored = target.with(DESCRIPTION, AttributeValue::B(bytes.into()));
            target.rejects("another version", stored, ErrorKind::Integrity).await;
        }
    }
}

#[tokio::test]
async fn exchanged_and_damaged_wrapped_keys_are_rejected() {
    let targets = Target::all().await;
    let target = targets.iter().find(|target| target.name == "wrapped").unwrap();
    let other = target.another().await;
    let other = description_entries(other[DESCRIPTION].as_b().unwrap().as_ref()).unwrap();
    let (_, foreign) = other.iter().find(|(key, _)| key == WRAPPED_KEY).unwrap();
    target.rejects("another item's wrapped key", edited(target, WRAPPED_KEY, foreign), ErrorKind::Integrity).await;

    let own = entries(target).into_iter().find(|(key, _)| key == WRAPPED_KEY).unwrap().1;
    assert_eq!(own.len(), 56);
    // Shorter values that are still base64 of whole bytes.
    for length in (0..own.len()).step_by(4) {
        let stored = edited(target, WRAPPED_KEY, &own[..length]);
        target.rejects(&format!("{length} characters of the wrapped key"), stored, ErrorKind::Integrity).await;
    }
    for damaged in ["*", "====", "AAA", "A A="] {
        target.rejects("no base64", edited(target, WRAPPED_KEY, damaged), ErrorKind::Integrity).await;
    }
}
