//! Asymmetric signatures, alone and over whole items.

use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::MaterialsFuture;
use crate::format::ddbec::signing_key::SigningKey;
use crate::format::ddbec::{self, description};
use crate::materials::StaticProvider;
use crate::materials::tests::keys::{known_answer, test_key};
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
use crate::materials::{EcdsaAlgorithm, EcdsaSigningKey};
#[cfg(feature = "rsa")]
use crate::materials::{RsaSignatureAlgorithm, RsaSigningKey};
use crate::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor};

struct Pair {
    /// The algorithm, and the curve if there are several.
    label: String,
    name: &'static str,
    private: Arc<dyn SigningKey>,
    public: Arc<dyn SigningKey>,
    /// A signature of `sample` by another implementation.
    sample: Vec<u8>,
    /// Whether signing `sample` again produces the same bytes.
    repeatable: bool,
}

#[cfg(feature = "rsa")]
fn rsa_pairs() -> Vec<Pair> {
    use RsaSignatureAlgorithm::{Sha224, Sha256, Sha384, Sha512};

    [("SHA224withRSA", Sha224), ("SHA256withRSA", Sha256), ("SHA384withRSA", Sha384), ("SHA512withRSA", Sha512)]
        .map(|(name, algorithm)| Pair {
            label: name.to_owned(),
            name,
            private: Arc::new(RsaSigningKey::from_pkcs8_pem(algorithm, test_key!("rsa2048.pem")).unwrap()),
            public: Arc::new(RsaSigningKey::from_public_key_pem(algorithm, test_key!("rsa2048.public.pem")).unwrap()),
            sample: known_answer("signatures", name),
            repeatable: true,
        })
        .into()
}

#[cfg(not(feature = "rsa"))]
fn rsa_pairs() -> Vec<Pair> {
    Vec::new()
}

#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
fn ecdsa_pairs() -> Vec<Pair> {
    use EcdsaAlgorithm::*;

    let p256 = ("P-256", test_key!("p256.pem"), test_key!("p256.public.pem"));
    let p384 = ("P-384", test_key!("p384.pem"), test_key!("p384.public.pem"));
    let p521 = ("P-521", test_key!("p521.pem"), test_key!("p521.public.pem"));
    let algorithms = [
        (p256, [P256Sha224, P256Sha256, P256Sha384, P256Sha512]),
        (p384, [P384Sha224, P384Sha256, P384Sha384, P384Sha512]),
        (p521, [P521Sha224, P521Sha256, P521Sha384, P521Sha512]),
    ];
    let pair = |(curve, private, public): (&str, &str, &str), algorithm: EcdsaAlgorithm| {
        let (name, label) = (algorithm.name(), format!("{} on {curve}", algorithm.name()));
        let sample = known_answer("signatures", &label);
        let private = Arc::new(EcdsaSigningKey::from_pkcs8_pem(algorithm, private).unwrap());
        let public = Arc::new(EcdsaSigningKey::from_public_key_pem(algorithm, public).unwrap());
        // For RFC 6979, the pure Rust implementation uses the hash function of the curve. AWS-LC's signatures are randomized.
        let repeatable = !cfg!(feature = "aws-lc") && matches!(algorithm, P256Sha256 | P384Sha384 | P521Sha512);
        Pair { label, name, private, public, sample, repeatable }
    };
    let pairs = |(curve, algorithms): (_, [_; 4])| algorithms.map(|algorithm| pair(curve, algorithm));
    algorithms.into_iter().flat_map(pairs).collect()
}

#[cfg(not(any(feature = "aws-lc", feature = "ecdsa")))]
fn ecdsa_pairs() -> Vec<Pair> {
    Vec::new()
}

fn pairs() -> Vec<Pair> {
    let mut pairs = rsa_pairs();
    pairs.extend(ecdsa_pairs());
    pairs
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::SignOnly)
}

fn context() -> ItemContext {
    ItemContext::new("table")
}

fn item() -> Item {
    Item::from([("id".to_owned(), AttributeValue::S("e-1".to_owned()))])
}

fn encryptor(key: &Arc<dyn SigningKey>) -> ItemEncryptor {
    ItemEncryptor::new(StaticProvider::sign_only(key.clone()))
}

async fn signed(key: &Arc<dyn SigningKey>) -> Item {
    encryptor(key).encrypt(item(), &actions(), &context()).await.unwrap()
}

async fn kind_of_failure(key: &Arc<dyn SigningKey>, stored: Item) -> ErrorKind {
    encryptor(key).decrypt(stored, &actions(), &context()).await.unwrap_err().kind()
}

#[tokio::test]
async fn signatures_agree_with_other_implementations() {
    for pair in pairs() {
        assert!(pair.public.verify(b"sample", &pair.sample).await.unwrap(), "{}", pair.label);
        assert!(pair.private.verify(b"sample", &pair.sample).await.unwrap(), "{}", pair.label);
        assert!(!pair.public.verify(b"another", &pair.sample).await.unwrap(), "{}", pair.label);
    }
    for pair in pairs().iter().filter(|pair| pair.repeatable) {
        assert_eq!(pair.private.sign(b"sample").await.unwrap(), pair.sample, "{}", pair.label);
    }
}

#[tokio::test]
async fn the_public_key_verifies_signatures_of_the_private_key() {
    for pair in pairs() {
        let stored = signed(&pair.private).await;
        let written = description::deserialize(stored[ddbec::DESCRIPTION].as_b().unwrap().as_ref()).unwrap();
        assert_eq!(written.entry(ddbec::SIGNING_ALGORITHM), Some(pair.name));
        for key in [&pair.private, &pair.public] {
            assert_eq!(encryptor(key).decrypt(stored.clone(), &actions(), &context()).await.unwrap(), item());
        }
    }
}

#[tokio::test]
async fn a_damaged_signature_or_item_is_rejected() {
    for pair in pairs() {
        let stored = signed(&pair.private).await;
        let signature = stored[ddbec::SIGNATURE].as_b().unwrap().as_ref().to_vec();
        let mut damaged: Vec<Vec<u8>> = (0..signature.len()).map(|i| signature[..i].to_vec()).collect();
        damaged.extend(
            (0..signature.len()).map(|i| [&signature[..i], &[signature[i] ^ 0x10], &signature[i + 1..]].concat()),
        );
        damaged.push([&signature[..], &[0]].concat());
        for signature in damaged {
            let mut stored = stored.clone();
            stored.insert(ddbec::SIGNATURE.to_owned(), AttributeValue::B(signature.into()));
            assert_eq!(kind_of_failure(&pair.public, stored).await, ErrorKind::Integrity, "{}", pair.label);
        }
        let mut changed = stored;
        changed.insert("id".to_owned(), AttributeValue::S("e-2".to_owned()));
        assert_eq!(kind_of_failure(&pair.public, changed).await, ErrorKind::Integrity, "{}", pair.label);
    }
}

#[tokio::test]
async fn the_item_never_chooses_the_algorithm() {
    for pair in pairs() {
        let stored = signed(&pair.private).await;
        let described = |algorithm: Option<&str>| {
            let entries = algorithm.map(|algorithm| (ddbec::SIGNING_ALGORITHM, algorithm));
            let bytes = description::serialize(&entries.into_iter().collect::<MaterialDescription>());
            let mut stored = stored.clone();
            stored.insert(ddbec::DESCRIPTION.to_owned(), AttributeValue::B(bytes.into()));
            stored
        };
        for other in ["HmacSHA256", "SHA1withRSA", "NONEwithECDSA", ""] {
            assert_eq!(kind_of_failure(&pair.public, described(Some(other))).await, ErrorKind::Materials, "{other}");
        }
        let read = encryptor(&pair.public).decrypt(described(None), &actions(), &context()).await;
        assert_eq!(read.unwrap(), item(), "an item that does not say it");
    }
}

#[tokio::test]
async fn keys_of_other_algorithms_do_not_verify() {
    let pairs = pairs();
    for signer in &pairs {
        let mut stored = signed(&signer.private).await;
        stored.remove(ddbec::DESCRIPTION);
        for reader in pairs.iter().filter(|reader| reader.label != signer.label) {
            assert_eq!(kind_of_failure(&reader.public, stored.clone()).await, ErrorKind::Integrity);
        }
    }
}

#[tokio::test]
async fn a_public_key_cannot_sign() {
    for pair in pairs() {
        let error = encryptor(&pair.public).encrypt(item(), &actions(), &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains("public key"), "{error}");
    }
}

#[cfg(feature = "rsa")]
#[test]
fn the_debug_output_of_rsa_keys_is_redacted() {
    let key = RsaSigningKey::from_pkcs8_pem(RsaSignatureAlgorithm::Sha256, test_key!("rsa2048.pem")).unwrap();
    assert_eq!(format!("{key:?}"), "RsaSigningKey { algorithm: Sha256, key: private, 2048 bits }");

    let rejected = |text: &str| {
        let error = RsaSigningKey::from_pkcs8_pem(RsaSignatureAlgorithm::Sha256, text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        error.to_string()
    };
    assert!(rejected(test_key!("rsa2048.pkcs1.pem")).contains("`openssl pkcs8 -topk8"));
    assert!(rejected(test_key!("rsa2048.public.pem")).contains("PUBLIC KEY"));
    assert!(rejected(test_key!("p256.pem")).contains("RSA key"));
    assert!(rejected("").contains("PEM"));
}

#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
#[test]
fn the_debug_output_of_ecdsa_keys_is_redacted() {
    let key = EcdsaSigningKey::from_pkcs8_pem(EcdsaAlgorithm::P256Sha256, test_key!("p256.pem")).unwrap();
    assert_eq!(format!("{key:?}"), "EcdsaSigningKey { algorithm: P256Sha256, can_sign: true, .. }");

    let error = EcdsaSigningKey::from_pkcs8_pem(EcdsaAlgorithm::P384Sha384, test_key!("p256.pem")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("P384"), "{error}");
    let error =
        EcdsaSigningKey::from_public_key_pem(EcdsaAlgorithm::P384Sha384, test_key!("p521.public.pem")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    let error = EcdsaSigningKey::from_public_key_pem(EcdsaAlgorithm::P256Sha256, test_key!("p256.pem")).unwrap_err();
    assert!(error.to_string().contains("PRIVATE KEY"), "{error}");
}

/// An error of a user's own key reaches the caller; its verdict on a signature does not.
#[tokio::test]
async fn a_custom_key_is_called() {
    #[derive(Debug)]
    struct Unplugged;

    impl SigningKey for Unplugged {
        fn algorithm(&self) -> &str {
            "SHA256withDSA"
        }

        fn sign<'a>(&'a self, _: &'a [u8]) -> MaterialsFuture<'a, Vec<u8>> {
            Box::pin(async { Err(Error::materials("the device is unplugged")) })
        }

        fn verify<'a>(&'a self, _: &'a [u8], signature: &'a [u8]) -> MaterialsFuture<'a, bool> {
            Box::pin(async move { Ok(signature == b"genuine") })
        }
    }

    let key: Arc<dyn SigningKey> = Arc::new(Unplugged);
    let error = encryptor(&key).encrypt(item(), &actions(), &context()).await.unwrap_err();
    assert_eq!(error.to_string(), "the device is unplugged");

    let stored = |signature: &[u8]| {
        let mut stored = item();
        stored.insert(ddbec::SIGNATURE.to_owned(), AttributeValue::B(signature.into()));
        stored
    };
    assert_eq!(encryptor(&key).decrypt(stored(b"genuine"), &actions(), &context()).await.unwrap(), item());
    assert_eq!(kind_of_failure(&key, stored(b"forged")).await, ErrorKind::Integrity);
}
