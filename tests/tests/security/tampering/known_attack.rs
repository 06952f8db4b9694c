//! The known attack on the format: the signature does not cover the wrapped content key. An attacker who can write to
//! the table and wrap keys (with RSA, anyone can) searches for a content key under which a signed ciphertext decrypts
//! to something else.

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::materials::{AesKey, MaterialsFuture, WrappedProvider, WrappingKey};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, ErrorKind, Item, ItemEncryptor, Result};
use dynaseal_tests::samples::{DESCRIPTION, SIGNATURE, context, description_of, signing_key};

use super::target::check_text;

/// The content key of the signed item.
const CONTENT_KEY: [u8; 32] = {
    let mut key = [0; 32];
    let mut i = 0;
    while i < 32 {
        key[i] = i as u8;
        i += 1;
    }
    key
};

/// The initialization vector, and the single block of the text "no" under it.
const CIPHERTEXT: &str = "D6ZLpg0vhL5Sz7OH64O/QHsd6yCg5HLzz4m4vUSSthA=";

/// The signature of the table `wards`, the key `patient-1` and the ciphertext.
const ITS_SIGNATURE: &str = "bx7V3VzGrbJEz2fklMNyHZk6Mkz6RSVPJCpbl3gbZCE=";

/// Found after 666,547 keys, in a twentieth of a second on one core.
const FOUND_KEY: [u8; 32] = *b"a key that was searched:\0\0\0\0\0\x0a\x2b\xb3";

/// A double of RSA, with which anyone can wrap a key.
#[derive(Debug)]
struct AnybodyWraps;

impl WrappingKey for AnybodyWraps {
    fn algorithm(&self) -> &str {
        "anybody"
    }

    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        Box::pin(async { Ok(content_key.as_bytes().to_vec()) })
    }

    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        Box::pin(async { Ok(AesKey::from_bytes(wrapped).ok()) })
    }
}

/// Returns the signed item, with a content key of the attacker's choice in the description.
fn item(content_key: &[u8]) -> Item {
    let binary = |base64: &str| AttributeValue::B(BASE64.decode(base64).unwrap().into());
    let wrapped = BASE64.encode(content_key);
    let description = description_of([
        ("amzn-ddb-env-alg", "AES"),
        ("amzn-ddb-env-key", wrapped.as_str()),
        ("amzn-ddb-map-sym-mode", "/CBC/PKCS5Padding"),
        ("amzn-ddb-wrap-alg", "anybody"),
    ]);
    Item::from([
        ("id".to_owned(), AttributeValue::S("patient-1".to_owned())),
        ("verdict".to_owned(), binary(CIPHERTEXT)),
        (SIGNATURE.to_owned(), binary(ITS_SIGNATURE)),
        (DESCRIPTION.to_owned(), description),
    ])
}

async fn read(stored: Item) -> Result<Item> {
    let encryptor = ItemEncryptor::new(WrappedProvider::new(AnybodyWraps, signing_key().unwrap()));
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
    encryptor.decrypt(stored, &actions, &context()).await
}

/// Returns the initialization vector and the block.
fn ciphertext() -> ([u8; 16], Vec<u8>) {
    let bytes = BASE64.decode(CIPHERTEXT).unwrap();
    (bytes[..16].try_into().unwrap(), bytes[16..].to_vec())
}

/// Decrypts the ciphertext under this key, with its padding.
fn decrypted(key: [u8; 32]) -> Vec<u8> {
    let (vector, mut block) = ciphertext();
    let decryptor = cbc::Decryptor::<aes::Aes256>::new(&key.into(), &vector.into());
    decryptor.decrypt_padded::<NoPadding>(&mut block).unwrap().to_vec()
}

fn has_padding(key: [u8; 32]) -> bool {
    let (vector, mut block) = ciphertext();
    let decryptor = cbc::Decryptor::<aes::Aes256>::new(&key.into(), &vector.into());
    decryptor.decrypt_padded::<Pkcs7>(&mut block).is_ok()
}

#[tokio::test]
async fn the_item_reads_as_it_was_written() {
    assert_eq!(read(item(&CONTENT_KEY)).await.unwrap()["verdict"], AttributeValue::S("no".to_owned()));
}

/// Java and Python ignore bytes after a value, so for them this is a NULL: one key in 2^24 yields one.
#[tokio::test]
async fn a_value_with_trailing_bytes_is_rejected() {
    let plaintext = decrypted(FOUND_KEY);
    assert!(plaintext.starts_with(b"\0\0") && plaintext.ends_with(b"\x01"), "a NULL, thirteen more bytes, a padding");
    assert!(has_padding(FOUND_KEY));

    let error = read(item(&FOUND_KEY)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    check_text(&error, &[]);
}

/// Here a value must end where its block ends, and the rarest matching keys are one in 2^54.
#[tokio::test]
async fn no_random_content_key_yields_another_value() {
    const KEYS: u32 = 1 << 14;
    let mut padded = 0;
    for number in 0..KEYS {
        let mut key = FOUND_KEY;
        key[..4].copy_from_slice(&number.to_be_bytes());
        padded += u32::from(has_padding(key));
        assert_eq!(read(item(&key)).await.unwrap_err().kind(), ErrorKind::Integrity);
    }
    println!("tampering, content keys exchanged: {KEYS} tried, {padded} with a valid padding, {KEYS} rejected");
    assert!(padded > 0);
}

/// This format cannot prevent it: the signature is valid for every content key. A wrapping key that no one else can use
/// prevents it, such as KMS, whose data key also yields the signing key; see `materials::DirectKmsProvider`.
#[tokio::test]
async fn the_signature_does_not_cover_the_content_key() {
    let encryptor = ItemEncryptor::new(WrappedProvider::new(AnybodyWraps, signing_key().unwrap()));
    let actions = AttributeActions::new(AttributeAction::SignOnly).with("note", AttributeAction::EncryptAndSign);
    let plain = Item::from([("id".to_owned(), AttributeValue::S("patient-1".to_owned()))]);
    let mut stored = encryptor.encrypt(plain.clone(), &actions, &context()).await.unwrap();
    stored.insert(DESCRIPTION.to_owned(), item(&FOUND_KEY)[DESCRIPTION].clone());
    assert_eq!(encryptor.decrypt(stored, &actions, &context()).await.unwrap(), plain);
}
