//! One item of twelve attributes with each provider, compared with the cryptography of the wrapped provider alone, and
//! with a branch key, compared with that of a raw AES keyring.

use std::hint::black_box;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::embedded::Database;
use dynaseal::keyrings::{HierarchicalKeyring, KeyStore, KmsConfiguration, NewBranchKey};
use dynaseal::materials::{
    AesKey, CryptographicMaterialsProvider, DirectKmsProvider, HmacKey, MetaStore, MostRecentProvider,
    RsaWrapAlgorithm, RsaWrappingKey, StaticProvider, WrappedProvider,
};
use dynaseal::testing::kms::Kms;
use dynaseal::{Item, ItemEncryptor};
use tokio::runtime::Runtime;

use crate::bare::Primitives;
use crate::item::{Contest, copy};
use crate::ratio::Ratio;
use crate::shape::Shape;

const REGION: &str = "eu-central-1";

/// The branch key of the hierarchical keyring.
const BRANCH_KEY: &str = "tenant-7";

/// RSA and calls of KMS exceed the wrapped provider so far that a budget would be meaningless.
const BUDGET: Option<f64> = Some(1.4);

/// Returns the providers by name, each with its budget.
pub(crate) fn all(runtime: &Runtime) -> Vec<(&'static str, ItemEncryptor, Option<f64>)> {
    let aes = || AesKey::generate().unwrap();
    let hmac = || HmacKey::generate().unwrap();
    let kms = Kms::new();
    let key = kms.create_key(REGION);
    let rsa = RsaWrappingKey::from_pkcs8_der(RsaWrapAlgorithm::OaepSha256, &rsa_private_key()).unwrap();
    vec![
        ("static keys", ItemEncryptor::new(StaticProvider::new(aes(), hmac())), BUDGET),
        ("an AES wrapping key", ItemEncryptor::new(WrappedProvider::new(aes(), hmac())), BUDGET),
        ("the most recent of a store", ItemEncryptor::new(runtime.block_on(most_recent())), BUDGET),
        ("an RSA wrapping key", ItemEncryptor::new(WrappedProvider::new(rsa, hmac())), None),
        ("KMS, by the double", ItemEncryptor::new(DirectKmsProvider::new(kms.client(REGION), key)), None),
    ]
}

/// Returns a keyring with a cached branch key.
pub(crate) async fn hierarchical() -> (&'static str, ItemEncryptor, Option<f64>) {
    let kms = Kms::new();
    let key = KmsConfiguration::key(kms.client(REGION), kms.create_key(REGION)).unwrap();
    let store = KeyStore::new(Database::in_memory().unwrap().client(), "branch-keys", key);
    store.create_table().await.unwrap();
    store.create_branch_key(NewBranchKey::with_id(BRANCH_KEY).context("purpose", "benchmark")).await.unwrap();
    let keyring = HierarchicalKeyring::new(store, Duration::from_secs(3600)).unwrap();
    ("a cached branch key", ItemEncryptor::with_keyring(keyring.branch_key(BRANCH_KEY)), BUDGET)
}

/// Returns the key of the tests.
fn rsa_private_key() -> Vec<u8> {
    let pairs = include_str!("../../../tests/peers/key_pairs.json");
    let pairs: serde_json::Value = serde_json::from_str(pairs).unwrap();
    BASE64.decode(pairs["rsa"]["private"].as_str().unwrap()).unwrap()
}

async fn most_recent() -> impl CryptographicMaterialsProvider + 'static {
    let keys = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let client = Database::in_memory().unwrap().client();
    let store = MetaStore::new(client, "keys", ItemEncryptor::new(keys));
    store.create_table().await.unwrap();
    MostRecentProvider::new(store, "material", Duration::from_secs(3600)).unwrap()
}

/// Returns the cost of one operation, compared with the cryptography alone.
pub(crate) fn ratio<P: Primitives>(
    runtime: &Runtime,
    contest: &Contest<P>,
    encryptor: &ItemEncryptor,
    operation: &'static str,
) -> Ratio {
    let Shape { item, actions, context, .. } = &contest.shape;
    let stored = runtime.block_on(encryptor.encrypt(item.clone(), actions, context)).unwrap();
    let ours = || {
        let source = if operation == "encrypt" { item } else { &stored };
        let mut items: Vec<Item> = (0..contest.shape.batch).map(|_| copy(source)).collect();
        let start = Instant::now();
        runtime.block_on(async {
            for item in &mut items {
                let work = std::mem::take(item);
                *item = match operation {
                    "encrypt" => encryptor.encrypt(work, actions, context).await,
                    _ => encryptor.decrypt(work, actions, context).await,
                }
                .unwrap();
            }
        });
        let elapsed = start.elapsed().as_secs_f64() * 1e6 / items.len() as f64;
        drop(black_box(items));
        elapsed
    };
    Ratio::of(|| contest.measure_bare(operation), ours)
}
