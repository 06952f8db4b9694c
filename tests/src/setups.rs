//! The providers and keys that dynaseal shares with the other clients.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};
use serde::Deserialize;

use crate::random_items::{Options, PARTITION_KEY, SORT_KEY, Schema};
use crate::setup::{Actions, Context, Key, KeyMaterial, Provider, Setup};

/// A provider with a name for it, and the clients that know its keys.
#[derive(Clone, Debug)]
pub struct Named {
    /// Such as `wrapped AES-256, HmacSHA384`.
    pub name: String,
    /// The provider.
    pub provider: Provider,
    /// False for keys that only the Java client can use.
    pub python: bool,
}

/// The key pairs of the tests. Whoever reads this file has them: they protect nothing.
const KEY_PAIRS: &str = include_str!("../peers/key_pairs.json");

#[derive(Deserialize)]
struct KeyPairs {
    rsa: KeyMaterial,
    p256: KeyMaterial,
    p384: KeyMaterial,
    p521: KeyMaterial,
}

/// Every combination of keys that dynaseal knows, with random keys.
pub fn symmetric(rng: &mut StdRng) -> Vec<Named> {
    let mut setups = Vec::new();
    for bits in [128, 192, 256] {
        setups.push(named(
            format!("static AES-{bits}, HmacSHA256"),
            fixed(Some(aes(bits, rng)), hmac("HmacSHA256", rng)),
        ));
        setups.push(named(
            format!("wrapped AES-{bits}, HmacSHA256"),
            wrapped(aes(bits, rng), hmac("HmacSHA256", rng), "AES/256"),
        ));
    }
    for algorithm in ["HmacSHA224", "HmacSHA384", "HmacSHA512"] {
        setups.push(named(format!("static AES-256, {algorithm}"), fixed(Some(aes(256, rng)), hmac(algorithm, rng))));
        setups.push(named(
            format!("wrapped AES-256, {algorithm}"),
            wrapped(aes(256, rng), hmac(algorithm, rng), "AES/256"),
        ));
    }
    for bits in [128, 192] {
        let provider = wrapped(aes(256, rng), hmac("HmacSHA256", rng), &format!("AES/{bits}"));
        setups.push(named(format!("wrapped AES-256, their content keys AES-{bits}, HmacSHA256"), provider));
    }
    setups.push(named("static without encryption, HmacSHA256".to_owned(), fixed(None, hmac("HmacSHA256", rng))));
    setups
}

/// Every combination of asymmetric keys that the clients know.
///
/// # Errors
/// If the file of key pairs is damaged.
pub fn asymmetric(rng: &mut StdRng) -> Result<Vec<Named>, serde_json::Error> {
    let pairs: KeyPairs = serde_json::from_str(KEY_PAIRS)?;
    let mut setups = Vec::new();
    for algorithm in ["SHA224withRSA", "SHA256withRSA", "SHA384withRSA", "SHA512withRSA"] {
        setups.push(named(format!("static AES-256, {algorithm}"), signed(algorithm, &pairs.rsa, rng)));
    }
    for (algorithm, curve, pair) in [
        ("SHA256withECDSA", "P-256", &pairs.p256),
        ("SHA384withECDSA", "P-384", &pairs.p384),
        ("SHA512withECDSA", "P-521", &pairs.p521),
    ] {
        let name = format!("static AES-256, {algorithm} on {curve}");
        setups.push(Named { name, provider: signed(algorithm, pair, rng), python: false });
    }
    for wrapping in [
        "RSA/ECB/OAEPWithSHA-1AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-384AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-512AndMGF1Padding",
        "RSA/ECB/PKCS1Padding",
        "RSA",
    ] {
        let provider = Provider::Wrapped {
            wrapping_key: pair("RSA", &pairs.rsa),
            signing_key: hmac("HmacSHA256", rng),
            material_description: description(&[("amzn-ddb-wrap-alg", wrapping)]),
        };
        setups.push(named(format!("wrapped {wrapping}, HmacSHA256"), provider));
    }
    Ok(setups)
}

impl Named {
    /// The provider with random actions for a table of random items.
    pub fn with_schema(&self, options: Options, rng: &mut StdRng) -> (Setup, Schema) {
        let encryption = !matches!(self.provider, Provider::Static { encryption_key: None, .. });
        let schema = Schema::random(Options { encryption, ..options }, rng);
        (setup(self.provider.clone(), schema.actions.clone()), schema)
    }
}

/// A setup for the tests' own table.
pub fn setup(provider: Provider, actions: Actions) -> Setup {
    let context = Context {
        table_name: "employees".to_owned(),
        partition_key: PARTITION_KEY.to_owned(),
        sort_key: Some(SORT_KEY.to_owned()),
    };
    Setup { provider, actions, context }
}

fn named(name: String, provider: Provider) -> Named {
    Named { name, provider, python: true }
}

fn fixed(encryption_key: Option<Key>, signing_key: Key) -> Provider {
    Provider::Static { encryption_key, signing_key, material_description: BTreeMap::new() }
}

fn wrapped(wrapping_key: Key, signing_key: Key, content_key_algorithm: &str) -> Provider {
    let material_description = description(&[("amzn-ddb-env-alg", content_key_algorithm)]);
    Provider::Wrapped { wrapping_key, signing_key, material_description }
}

/// Java takes the algorithm of a signature from the description.
fn signed(algorithm: &str, material: &KeyMaterial, rng: &mut StdRng) -> Provider {
    Provider::Static {
        encryption_key: Some(aes(256, rng)),
        signing_key: pair(algorithm, material),
        material_description: description(&[("amzn-ddb-map-signingAlg", algorithm)]),
    }
}

fn description(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn aes(bits: usize, rng: &mut StdRng) -> Key {
    let mut bytes = vec![0; bits / 8];
    rng.fill_bytes(&mut bytes);
    Key::secret("AES", &bytes)
}

fn hmac(algorithm: &str, rng: &mut StdRng) -> Key {
    Key::secret(algorithm, &rng.random::<[u8; 32]>())
}

fn pair(algorithm: &str, material: &KeyMaterial) -> Key {
    Key { algorithm: algorithm.to_owned(), material: material.clone() }
}
