//! Correctly signed items with a plaintext that no client writes, as an attacker with a content key could create them.

use std::io::{self, Write as _};
use std::time::Duration;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::{AttributeValue, Item};
use dynaseal_tests::description;
use dynaseal_tests::peers::Peer;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::clients::Verdict::{Reads, Rejects};
use super::clients::{CONTENT_KEY, Peers, Result, SIGNING_KEY, Verdict, ours, setup, static_provider, text, verdict};

struct Forgery {
    what: &'static str,
    plaintext: &'static [u8],
    /// The value that a client returns if it accepts the item.
    read_as: fn() -> AttributeValue,
    ours: Verdict,
    python: Verdict,
    java: Verdict,
}

const FORGERIES: &[Forgery] = &[
    Forgery {
        what: "nothing wrong",
        plaintext: b"\0s\0\0\0\x01a",
        read_as: || text("a"),
        ours: Reads,
        python: Reads,
        java: Reads,
    },
    Forgery {
        what: "bytes after the value",
        plaintext: b"\0s\0\0\0\x01a and more",
        read_as: || text("a"),
        ours: Rejects,
        python: Reads,
        java: Reads,
    },
    Forgery {
        what: "a map with two equal keys",
        plaintext: b"\0M\0\0\0\x02\0s\0\0\0\x01k\0s\0\0\0\x011\0s\0\0\0\x01k\0s\0\0\0\x012",
        read_as: || AttributeValue::M([("k".to_owned(), text("2"))].into()),
        ours: Rejects,
        python: Reads,
        java: Reads,
    },
    Forgery {
        what: "text that is not UTF-8",
        plaintext: b"\0s\0\0\0\x01\xff",
        read_as: || text("\u{fffd}"),
        ours: Rejects,
        python: Rejects,
        java: Reads,
    },
    Forgery {
        what: "a map of negative size",
        plaintext: b"\0M\xff\xff\xff\xff",
        read_as: || AttributeValue::M([].into()),
        ours: Rejects,
        python: Rejects,
        java: Reads,
    },
    Forgery {
        what: "an unknown type",
        plaintext: b"\0x\0\0\0\0",
        read_as: || text(""),
        ours: Rejects,
        python: Rejects,
        java: Rejects,
    },
    Forgery {
        what: "a boolean of 2",
        plaintext: b"\0?\x02",
        read_as: || AttributeValue::Bool(true),
        ours: Rejects,
        python: Rejects,
        java: Rejects,
    },
    // Java does not remove the padding: it overwrites it with zeros and continues to read.
    Forgery {
        what: "a string that ends in its padding",
        plaintext: b"\0s\0\0\0\x05a",
        read_as: || text("a\0\0\0\0"),
        ours: Rejects,
        python: Rejects,
        java: Reads,
    },
    Forgery {
        what: "nothing at all",
        plaintext: b"",
        read_as: || AttributeValue::Null(true),
        ours: Rejects,
        python: Rejects,
        java: Reads,
    },
    Forgery {
        what: "a string that ends beyond the last block",
        plaintext: b"\0s\0\0\0\x64a",
        read_as: || text("a"),
        ours: Rejects,
        python: Rejects,
        java: Rejects,
    },
];

#[test]
fn forged_plaintexts() -> Result<()> {
    let mut peers = Peers::start()?;
    let setup = setup(static_provider(), &[]);
    for forgery in FORGERIES {
        let stored = forge(forgery.plaintext);
        let read_as = Item::from([("forged".to_owned(), (forgery.read_as)())]);
        assert_eq!(ours(&setup, &stored, &read_as)?, forgery.ours, "dynaseal, {}", forgery.what);
        for (name, outcomes) in peers.decrypt(&setup, &[stored])? {
            let expected = if name == "Python" { forgery.python } else { forgery.java };
            assert_eq!(verdict(&outcomes[0], &read_as), expected, "{name}, {}: {:?}", forgery.what, outcomes[0]);
        }
        let Forgery { what, ours, python, java, .. } = forgery;
        writeln!(io::stdout(), "forged, {what}: Python {python:?}, Java {java:?}, dynaseal {ours:?}")?;
    }
    Ok(())
}

/// Its stream never reports its end, so reading on never terminates.
#[test]
fn a_truncated_binary_hangs_the_java_client() -> Result<()> {
    let stored = forge(b"\0b\0\0\0\x64a");
    let setup = setup(static_provider(), &[]);
    assert_eq!(ours(&setup, &stored, &Item::new())?, Rejects);
    let Some(mut java) = Peer::java()?.or_skip() else { return Ok(()) };
    // The first response arrives after the virtual machine has started.
    java.describe()?;
    let error = java.respond_within(Duration::from_secs(3)).decrypt(&setup, &[stored]).unwrap_err();
    assert!(error.to_string().contains("did not answer within 3s"), "{error}");
    Ok(())
}

/// Returns an item with one encrypted attribute whose plaintext is these bytes, with a valid signature.
fn forge(plaintext: &[u8]) -> Item {
    let iv = [7; 16];
    let encryptor = cbc::Encryptor::<aes::Aes256>::new(&CONTENT_KEY.into(), &iv.into());
    let mut stored = iv.to_vec();
    let mut buffer = [plaintext, &[0; 16]].concat();
    stored.extend(encryptor.encrypt_padded::<Pkcs7>(&mut buffer, plaintext.len()).unwrap());

    let mut serialized = b"\0b".to_vec();
    serialized.extend(u32::try_from(stored.len()).unwrap().to_be_bytes());
    serialized.extend(&stored);
    let hashed = [&b"TABLE>employees<TABLE"[..], b"forged", b"ENCRYPTED", &serialized];
    let string_to_sign: Vec<u8> = hashed.iter().flat_map(Sha256::digest).collect();
    let signature = Hmac::<Sha256>::new_from_slice(&SIGNING_KEY).unwrap().chain_update(string_to_sign).finalize();

    let description = description::to_bytes([(&b"amzn-ddb-map-sym-mode"[..], &b"/CBC/PKCS5Padding"[..])]);
    let binary = |name: &str, bytes: Vec<u8>| (name.to_owned(), AttributeValue::B(Blob::new(bytes)));
    Item::from([
        binary("forged", stored),
        binary("*amzn-ddb-map-sig*", signature.into_bytes().to_vec()),
        binary(description::ATTRIBUTE, description),
    ])
}
