//! The providers and keys that dynaseal and the other clients have in common.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};
use serde::Deserialize;

use crate::random_items::{Options, PARTITION_KEY, SORT_KEY, Schema};
use crate::setup::{Actions, Context, Key, KeyMaterial, Provider, Setup};

/// A named provider, and the clients that support its keys.
#[derive(Clone, Debug)]
pub struct Named {
    /// Such as `wrapped AES-256, HmacSHA384`.
    pub name: String,
    /// The provider.
    pub provider: Provider,
    /// False for keys that only the Java client can use.
    pub python: bool,
}

/// The key pairs of the tests. They are public and protect nothing.
const KEY_PAIRS: &str = include_str!("../peers/key_pairs.json");

/// The entry of the description for the signing algorithm.
const SIGNING_ALGORITHM: &str = "amzn-ddb-map-signingAlg";

/// The entry of the description for the wrapping algorithm of the content key.
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";

#[derive(Deserialize)]
struct KeyPairs {
    rsa: KeyMaterial,
    p256: KeyMaterial,
    p384: KeyMaterial,
    p521: KeyMaterial,
}

const RSA_SIGNATURES: [&str; 4] = ["SHA224withRSA", "SHA256withRSA", "SHA384withRSA", "SHA512withRSA"];

/// Returns every kind of key that dynaseal and another client support and that needs no service. Symmetric keys are
/// random.
///
/// # Errors
/// Fails if the file of key pairs is damaged.
pub fn all(rng: &mut StdRng) -> Result<Vec<Named>, serde_json::Error> {
    let pairs: KeyPairs = serde_json::from_str(KEY_PAIRS)?;
    let mut setups = symmetric(rng);
    setups.extend(rsa(&pairs.rsa, rng));
    setups.extend(ecdsa(&pairs, rng));
    setups.extend(sign_only(&pairs, rng));
    Ok(setups)
}

/// Returns every kind of symmetric key.
pub fn symmetric(rng: &mut StdRng) -> Vec<Named> {
    let mut setups = Vec::new();
    let sizes = [128, 192, 256].map(|bits| (bits, "HmacSHA256"));
    let hashes = ["HmacSHA224", "HmacSHA384", "HmacSHA512"].map(|algorithm| (256, algorithm));
    for (bits, algorithm) in sizes.into_iter().chain(hashes) {
        let provider = fixed(Some(aes(bits, rng)), hmac(algorithm, rng));
        setups.push(named(format!("static AES-{bits}, {algorithm}"), provider));
        let provider = wrapped(aes(bits, rng), hmac(algorithm, rng), &[("amzn-ddb-env-alg", "AES/256")]);
        setups.push(named(format!("wrapped AES-{bits}, {algorithm}"), provider));
    }
    for bits in [128, 192] {
        let content_key = format!("AES/{bits}");
        let provider = wrapped(aes(256, rng), hmac("HmacSHA256", rng), &[("amzn-ddb-env-alg", &content_key)]);
        setups.push(named(format!("wrapped AES-256, their content keys AES-{bits}, HmacSHA256"), provider));
    }
    setups
}

fn rsa(pair: &KeyMaterial, rng: &mut StdRng) -> Vec<Named> {
    let mut setups = signed(&RSA_SIGNATURES.map(|algorithm| (algorithm, algorithm, pair)), true, rng);
    for transformation in [
        "RSA/ECB/OAEPWithSHA-1AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-384AndMGF1Padding",
        "RSA/ECB/OAEPWithSHA-512AndMGF1Padding",
        "RSA/ECB/PKCS1Padding",
        "RSA",
    ] {
        let wrapping_key = self::pair("RSA", pair);
        let provider = wrapped(wrapping_key, hmac("HmacSHA256", rng), &[(WRAP_ALGORITHM, transformation)]);
        setups.push(named(format!("wrapped {transformation}, HmacSHA256"), provider));
    }
    setups
}

/// Returns ECDSA keys, which the Python client does not support.
fn ecdsa(pairs: &KeyPairs, rng: &mut StdRng) -> Vec<Named> {
    let algorithms = [
        ("SHA256withECDSA", "SHA256withECDSA on P-256", &pairs.p256),
        ("SHA384withECDSA", "SHA384withECDSA on P-384", &pairs.p384),
        ("SHA512withECDSA", "SHA512withECDSA on P-521", &pairs.p521),
        // Hashes that are longer or shorter than the order of the curve.
        ("SHA512withECDSA", "SHA512withECDSA on P-256", &pairs.p256),
        ("SHA256withECDSA", "SHA256withECDSA on P-384", &pairs.p384),
        ("SHA224withECDSA", "SHA224withECDSA on P-521", &pairs.p521),
    ];
    signed(&algorithms, false, rng)
}

/// Returns asymmetric signing keys with both providers. Java reads their algorithm from the description.
fn signed(algorithms: &[(&str, &str, &KeyMaterial)], python: bool, rng: &mut StdRng) -> Vec<Named> {
    let mut setups = Vec::new();
    for (algorithm, name, material) in algorithms {
        let description = [(SIGNING_ALGORITHM, *algorithm)];
        let mut provider = fixed(Some(aes(256, rng)), pair(algorithm, material));
        provider.describe(&description);
        setups.push(Named { name: format!("static AES-256, {name}"), provider, python });
        let provider = wrapped(aes(256, rng), pair(algorithm, material), &description);
        setups.push(Named { name: format!("wrapped AES-256, {name}"), provider, python });
    }
    setups
}

/// Returns setups of the Java client with other names of the algorithms, which its items then contain. The JCA treats
/// them as equal; the Python client does not support them.
///
/// # Errors
/// Fails if the file of key pairs is damaged.
pub fn respelled(rng: &mut StdRng) -> Result<Vec<Named>, serde_json::Error> {
    let pairs: KeyPairs = serde_json::from_str(KEY_PAIRS)?;
    let mut setups = Vec::new();
    for (key, material, name) in [
        ("SHA256withRSA", &pairs.rsa, "SHA256WithRSA"),
        ("SHA256withRSA", &pairs.rsa, "sha256withrsa"),
        ("SHA384withECDSA", &pairs.p384, "SHA384WITHECDSA"),
    ] {
        let description = [(SIGNING_ALGORITHM, name)];
        let mut provider = fixed(Some(aes(256, rng)), pair(key, material));
        provider.describe(&description);
        setups.push(Named { name: format!("static AES-256, {name}"), provider, python: false });
        let provider = wrapped(aes(256, rng), pair(key, material), &description);
        setups.push(Named { name: format!("wrapped AES-256, {name}"), provider, python: false });
    }
    for name in ["AESWRAP", "aeswrap"] {
        let provider = wrapped(aes(256, rng), hmac("HmacSHA256", rng), &[(WRAP_ALGORITHM, name)]);
        setups.push(Named { name: format!("wrapped AES-256 by {name}, HmacSHA256"), provider, python: false });
    }
    for name in [
        "RSA/ECB/OAEPPadding",
        "RSA/ECB/OAEPWithSHA1AndMGF1Padding",
        "rsa/ecb/oaepwithsha-256andmgf1padding",
        "rsa/ecb/pkcs1padding",
        "RSA/ECB/OAEPWithSHA-224AndMGF1Padding",
    ] {
        let provider = wrapped(pair("RSA", &pairs.rsa), hmac("HmacSHA256", rng), &[(WRAP_ALGORITHM, name)]);
        setups.push(Named { name: format!("wrapped {name}, HmacSHA256"), provider, python: false });
    }
    Ok(setups)
}

fn sign_only(pairs: &KeyPairs, rng: &mut StdRng) -> Vec<Named> {
    let asymmetric = |algorithm, material| {
        let mut provider = fixed(None, pair(algorithm, material));
        provider.describe(&[(SIGNING_ALGORITHM, algorithm)]);
        (algorithm, provider, algorithm.ends_with("RSA"))
    };
    let providers = [
        ("HmacSHA256", fixed(None, hmac("HmacSHA256", rng)), true),
        asymmetric("SHA256withRSA", &pairs.rsa),
        asymmetric("SHA256withECDSA", &pairs.p256),
    ];
    let name = |algorithm| format!("static without encryption, {algorithm}");
    let named = providers.map(|(algorithm, provider, python)| Named { name: name(algorithm), provider, python });
    named.into()
}

impl Named {
    /// Returns the provider with random actions for a table of random items.
    pub fn with_schema(&self, options: Options, rng: &mut StdRng) -> (Setup, Schema) {
        let encryption = !matches!(self.provider, Provider::Static { encryption_key: None, .. });
        let schema = Schema::random(Options { encryption, ..options }, rng);
        (setup(self.provider.clone(), schema.actions.clone()), schema)
    }
}

/// Returns a setup for the table of the tests.
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

fn wrapped(wrapping_key: Key, signing_key: Key, entries: &[(&str, &str)]) -> Provider {
    let mut provider = Provider::Wrapped { wrapping_key, signing_key, material_description: BTreeMap::new() };
    provider.describe(entries);
    provider
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
