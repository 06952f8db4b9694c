//! A token with the keys that the tests use.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::cast_possible_truncation,
    reason = "helpers of tests"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;

/// The label of the token with the keys.
pub const TOKEN: &str = "dynaseal";
/// The label of a token without keys.
pub const OTHER_TOKEN: &str = "other";
/// The PIN of both tokens.
pub const PIN: &str = "97531";
/// The keys `wrap`, for AES key wrap, and `gcm`.
pub const AES_KEY: [u8; 32] = [1; 32];
/// The key `hmac`. SoftHSM requires a key as long as the longest tag.
pub const HMAC_KEY: [u8; 64] = [2; 64];

/// The bytes before and after the 256 bytes of the modulus, in the SubjectPublicKeyInfo of an RSA key of 2048 bits.
const RSA_PREFIX: [u8; 33] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00,
];
const RSA_SUFFIX: [u8; 5] = [0x02, 0x03, 0x01, 0x00, 0x01];

/// An elliptic curve, and a key on it.
struct Curve {
    name: &'static str,
    /// In DER.
    identifier: &'static [u8],
    /// The bytes of a coordinate.
    length: usize,
    private_key: &'static str,
    public_key: &'static str,
}

macro_rules! curve {
    ($name:literal, $length:literal, $identifier:expr) => {
        Curve {
            name: $name,
            identifier: &$identifier,
            length: $length,
            private_key: include_str!(concat!("../../../runtime/test-keys/", $name, ".pem")),
            public_key: include_str!(concat!("../../../runtime/test-keys/", $name, ".public.pem")),
        }
    };
}

const CURVES: [Curve; 3] = [
    curve!("p256", 32, [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]),
    curve!("p384", 48, [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22]),
    curve!("p521", 66, [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23]),
];

/// Creates the tokens and their keys. The elliptic-curve keys are labeled with their curve. Returns the
/// SubjectPublicKeyInfo of the RSA key, which the token generates.
#[must_use]
pub fn create(module: &str) -> Vec<u8> {
    let library = library(module);
    initialize(&library);
    create_token(&library, OTHER_TOKEN);
    let session = create_token(&library, TOKEN);

    let usable = [Attribute::Wrap(true), Attribute::Unwrap(true)];
    session.create_object(&[&secret(KeyType::AES, "wrap", &AES_KEY)[..], &usable].concat()).unwrap();
    let usable = [Attribute::Encrypt(true), Attribute::Decrypt(true)];
    session.create_object(&[&secret(KeyType::AES, "gcm", &AES_KEY)[..], &usable].concat()).unwrap();
    let usable = [Attribute::Sign(true), Attribute::Verify(true)];
    for label in ["hmac", "twice", "twice"] {
        session.create_object(&[&secret(KeyType::GENERIC_SECRET, label, &HMAC_KEY)[..], &usable].concat()).unwrap();
    }
    for curve in &CURVES {
        session.create_object(&ec_private(curve)).unwrap();
        session.create_object(&ec_public(curve, curve.name)).unwrap();
        if curve.name == "p256" {
            session.create_object(&ec_public(curve, "public-only")).unwrap();
        }
    }
    create_rsa(&session)
}

/// Loads the module.
#[must_use]
pub fn library(module: &str) -> Pkcs11 {
    Pkcs11::new(module).unwrap()
}

/// Initializes the module for this process.
pub fn initialize(library: &Pkcs11) {
    library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
}

fn create_token(library: &Pkcs11, label: &str) -> Session {
    let officer = AuthPin::from("officer".to_owned());
    // The last slot has no token yet; after the initialization, another empty slot appears.
    let slot = library.get_slots_with_token().unwrap().pop().unwrap();
    library.init_token(slot, &officer, label).unwrap();
    let created = library.get_slots_with_initialized_token().unwrap();
    let slot = created.into_iter().find(|slot| library.get_token_info(*slot).unwrap().label() == label).unwrap();
    let session = library.open_rw_session(slot).unwrap();
    session.login(UserType::So, Some(&officer)).unwrap();
    session.init_pin(&AuthPin::from(PIN.to_owned())).unwrap();
    session.logout().unwrap();
    session.login(UserType::User, Some(&AuthPin::from(PIN.to_owned()))).unwrap();
    session
}

fn create_rsa(session: &Session) -> Vec<u8> {
    let label = || Attribute::Label(b"rsa".to_vec());
    let public = [
        Attribute::Token(true),
        Attribute::Verify(true),
        Attribute::Encrypt(true),
        Attribute::ModulusBits(2048.into()),
        Attribute::PublicExponent(vec![1, 0, 1]),
        label(),
    ];
    let private =
        [Attribute::Token(true), Attribute::Private(true), Attribute::Sign(true), Attribute::Decrypt(true), label()];
    let (public, _) = session.generate_key_pair(&Mechanism::RsaPkcsKeyPairGen, &public, &private).unwrap();
    match &session.get_attributes(public, &[AttributeType::Modulus]).unwrap()[..] {
        [Attribute::Modulus(modulus)] => [&RSA_PREFIX[..], modulus, &RSA_SUFFIX].concat(),
        other => panic!("{other:?}"),
    }
}

fn secret(key_type: KeyType, label: &str, value: &[u8]) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(key_type),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Label(label.into()),
        Attribute::Value(value.into()),
    ]
}

fn ec_private(curve: &Curve) -> Vec<Attribute> {
    // The version of an ECPrivateKey, and the tag and length of the number that follows.
    let before = [0x02, 0x01, 0x01, 0x04, curve.length as u8];
    let pkcs8 = der(curve.private_key);
    let start = pkcs8.windows(before.len()).position(|window| window == before).unwrap() + before.len();
    vec![
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sign(true),
        Attribute::Label(curve.name.into()),
        Attribute::EcParams(curve.identifier.into()),
        Attribute::Value(pkcs8[start..start + curve.length].into()),
    ]
}

fn ec_public(curve: &Curve, label: &str) -> Vec<Attribute> {
    let public_key = der(curve.public_key);
    let point = &public_key[public_key.len() - 2 * curve.length - 1..];
    // An octet string; from 128 bytes on, DER has an additional length byte.
    let header: &[u8] = if point.len() < 128 { &[0x04, point.len() as u8] } else { &[0x04, 0x81, point.len() as u8] };
    vec![
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::Token(true),
        Attribute::Verify(true),
        Attribute::Label(label.into()),
        Attribute::EcParams(curve.identifier.into()),
        Attribute::EcPoint([header, point].concat()),
    ]
}

fn der(pem: &str) -> Vec<u8> {
    let lines: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64.decode(lines).unwrap()
}
