//! Keys in a token as keyrings.

use dynaseal::keyrings::{
    AesKey, Keyring, Pkcs11AesKeyring, Pkcs11RsaKeyring, RawAesKeyring, RawRsaKeyring, RsaPadding,
};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, ErrorKind, Item, ItemContext, ItemEncryptor};
use dynaseal_tests::softhsm::token::AES_KEY;
use dynaseal_tests::values::{item as attributes, s as text};

use super::{RSA_PUBLIC_KEY, open};

const HEAD: &str = "aws_dbe_head";

fn context() -> ItemContext {
    ItemContext::new("orders").partition_key("id")
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly)
}

fn order() -> Item {
    attributes([("id", text("o-1")), ("note", text("fragile"))])
}

async fn write(keyring: impl Keyring + 'static) -> dynaseal::Result<Item> {
    ItemEncryptor::with_keyring(keyring).encrypt(order(), &actions(), &context()).await
}

async fn read(keyring: impl Keyring + 'static, stored: &Item) -> dynaseal::Result<Item> {
    ItemEncryptor::with_keyring(keyring).decrypt(stored.clone(), &actions(), &context()).await
}

/// Damages the last byte of the wrapped key, which precedes the 32 bytes of the commitment.
fn with_damaged_key(stored: &Item) -> Item {
    let mut head = stored[HEAD].as_b().unwrap().as_ref().to_vec();
    let place = head.len() - 33;
    head[place] ^= 1;
    let mut stored = stored.clone();
    stored.insert(HEAD.to_owned(), AttributeValue::B(head.into()));
    stored
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn an_aes_key_in_a_token_is_a_raw_aes_keyring() {
    let device = Pkcs11AesKeyring::find(&open().await, "gcm", "ns", "name").await.unwrap();
    let process = RawAesKeyring::new("ns", "name", &AesKey::from_bytes(&AES_KEY).unwrap()).unwrap();
    let [of_device, of_process] = [write(device.clone()).await.unwrap(), write(process.clone()).await.unwrap()];
    for stored in [&of_device, &of_process] {
        assert_eq!(read(device.clone(), stored).await.unwrap(), order());
        assert_eq!(read(process.clone(), stored).await.unwrap(), order());
        let error = read(device.clone(), &with_damaged_key(stored)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
        let mut moved = stored.clone();
        moved.insert("id".to_owned(), text("o-2"));
        assert_eq!(read(device.clone(), &moved).await.unwrap_err().kind(), ErrorKind::Integrity, "another context");
    }
    assert_ne!(of_device[HEAD], write(device).await.unwrap()[HEAD]);
    let other_name = Pkcs11AesKeyring::find(&open().await, "gcm", "ns", "other").await.unwrap();
    assert_eq!(read(other_name, &of_device).await.unwrap_err().kind(), ErrorKind::Materials);
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn an_rsa_key_in_a_token_is_a_raw_rsa_keyring() {
    for padding in [RsaPadding::Pkcs1V15, RsaPadding::OaepSha1] {
        let device = Pkcs11RsaKeyring::find(&open().await, "rsa", "ns", "name", padding).await.unwrap();
        let public = RawRsaKeyring::from_public_key_der("ns", "name", padding, &RSA_PUBLIC_KEY).unwrap();
        for stored in [write(device.clone()).await.unwrap(), write(public).await.unwrap()] {
            assert_eq!(read(device.clone(), &stored).await.unwrap(), order(), "{padding:?}");
            let error = read(device.clone(), &with_damaged_key(&stored)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Integrity, "{padding:?}");
        }
    }
    // SoftHSM supports OAEP only with SHA-1, which is not an error of the item.
    let padding = RsaPadding::OaepSha512;
    let device = Pkcs11RsaKeyring::find(&open().await, "rsa", "ns", "name", padding).await.unwrap();
    let public = RawRsaKeyring::from_public_key_der("ns", "name", padding, &RSA_PUBLIC_KEY).unwrap();
    let stored = write(public).await.unwrap();
    for error in [read(device.clone(), &stored).await.map(drop), write(device).await.map(drop)] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains("\"dynaseal\""), "{error}");
    }
}

#[tokio::test]
#[ignore = "started by `softhsm`"]
async fn a_keyring_names_the_key_that_is_missing() {
    let token = open().await;
    let padding = RsaPadding::OaepSha1;
    let missing = [
        Pkcs11AesKeyring::find(&token, "absent", "ns", "name").await.map(drop),
        Pkcs11AesKeyring::find(&token, "rsa", "ns", "name").await.map(drop),
        Pkcs11RsaKeyring::find(&token, "gcm", "ns", "name", padding).await.map(drop),
    ];
    for (outcome, label) in missing.into_iter().zip(["absent", "rsa", "gcm"]) {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains(&format!("labeled {label:?}")), "{error}");
    }
    let reserved = Pkcs11AesKeyring::find(&token, "gcm", "aws-kms", "name").await.unwrap_err();
    assert_eq!(reserved.kind(), ErrorKind::Usage);
}
