//! The steps before an item is rejected, which do not depend on the error in its content key.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::materials::{AesKey, MaterialsFuture, SigningKey, WrappedProvider, WrappingKey};
use dynaseal::{AttributeValue, ErrorKind, Item, ItemEncryptor};
use dynaseal_tests::description;
use dynaseal_tests::samples::{actions, context, item};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The number of uses of each key.
#[derive(Debug, Default)]
struct Steps {
    unwrapped: AtomicUsize,
    verified: AtomicUsize,
}

impl Steps {
    fn take(&self) -> [usize; 2] {
        [&self.unwrapped, &self.verified].map(|count| count.swap(0, Ordering::Relaxed))
    }
}

#[derive(Debug)]
struct Wrapping(AesKey, Arc<Steps>);

impl WrappingKey for Wrapping {
    fn algorithm(&self) -> &str {
        self.0.algorithm()
    }

    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        self.0.wrap(content_key)
    }

    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        self.1.unwrapped.fetch_add(1, Ordering::Relaxed);
        self.0.unwrap(wrapped)
    }
}

#[derive(Debug)]
struct Signing(Arc<Steps>);

static SIGNING_KEY: LazyLock<Hmac<Sha256>> = LazyLock::new(|| Hmac::new_from_slice(&[7; 32]).unwrap());

impl SigningKey for Signing {
    fn algorithm(&self) -> &str {
        "HmacSHA256"
    }

    fn sign<'a>(&'a self, string_to_sign: &'a [u8]) -> MaterialsFuture<'a, Vec<u8>> {
        let signature = SIGNING_KEY.clone().chain_update(string_to_sign).finalize().into_bytes().to_vec();
        Box::pin(async { Ok(signature) })
    }

    fn verify<'a>(&'a self, string_to_sign: &'a [u8], signature: &'a [u8]) -> MaterialsFuture<'a, bool> {
        self.0.verified.fetch_add(1, Ordering::Relaxed);
        let is_valid = SIGNING_KEY.clone().chain_update(string_to_sign).verify_slice(signature).is_ok();
        Box::pin(async move { Ok(is_valid) })
    }
}

/// Returns the item with a changed wrapped key.
fn with_wrapped_key(stored: &Item, change: impl FnOnce(&mut Vec<u8>)) -> Item {
    let mut stored = stored.clone();
    let bytes = stored[description::ATTRIBUTE].as_b().unwrap().as_ref();
    let mut entries = description::from_bytes(bytes).unwrap();
    let (_, wrapped) = entries.iter_mut().find(|(name, _)| name == b"amzn-ddb-env-key").unwrap();
    let mut key = STANDARD.decode(&wrapped).unwrap();
    change(&mut key);
    *wrapped = STANDARD.encode(key).into_bytes();
    let bytes = description::to_bytes(entries.iter().map(|(name, value)| (&name[..], &value[..])));
    stored.insert(description::ATTRIBUTE.to_owned(), AttributeValue::B(bytes.into()));
    stored
}

fn with_another_signature(stored: &Item) -> Item {
    let mut stored = stored.clone();
    let mut signature = stored["*amzn-ddb-map-sig*"].as_b().unwrap().as_ref().to_vec();
    signature[0] ^= 1;
    stored.insert("*amzn-ddb-map-sig*".to_owned(), AttributeValue::B(signature.into()));
    stored
}

fn without_signature(stored: &Item) -> Item {
    let mut stored = stored.clone();
    stored.remove("*amzn-ddb-map-sig*");
    stored
}

/// Compares an authentic wrapped key, one of another item, a damaged one, and one of another length.
#[tokio::test]
async fn the_steps_do_not_reveal_whether_a_content_key_is_genuine() {
    let steps = Arc::new(Steps::default());
    let wrapping_key = Wrapping(AesKey::generate().unwrap(), Arc::clone(&steps));
    let encryptor = ItemEncryptor::new(WrappedProvider::new(wrapping_key, Signing(Arc::clone(&steps))));
    let stored = encryptor.encrypt(item("patient-1"), &actions(), &context()).await.unwrap();
    let other = encryptor.encrypt(item("visitor-27"), &actions(), &context()).await.unwrap();
    let mut key_of_another = Vec::new();
    with_wrapped_key(&other, |key| key_of_another.clone_from(key));

    let [genuine, of_another, damaged, short] = [
        stored.clone(),
        with_wrapped_key(&stored, |key| *key = key_of_another),
        with_wrapped_key(&stored, |key| key[0] ^= 1),
        with_wrapped_key(&stored, |key| key.truncate(8)),
    ];
    // An attacker sees which signature is in the item, so steps that depend only on the signature may differ.
    let mut rejected = 0;
    for (signature, all) in [
        ("genuine", [&of_another, &damaged, &short].map(Clone::clone).to_vec()),
        ("changed", [&genuine, &of_another, &damaged, &short].map(with_another_signature).to_vec()),
        ("missing", [&genuine, &of_another, &damaged, &short].map(without_signature).to_vec()),
    ] {
        let mut expected = None;
        for stored in all {
            let error = encryptor.decrypt(stored, &actions(), &context()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Integrity, "{signature}");
            let taken = steps.take();
            assert_eq!(*expected.get_or_insert(taken), taken, "{signature}");
            rejected += 1;
        }
    }
    println!("tampering: {rejected} items with genuine and other content keys rejected, after the same steps");
}
