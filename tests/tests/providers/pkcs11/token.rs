//! A token with the keys that the tests use.

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass};
use cryptoki::session::{Session, UserType};
use cryptoki::types::AuthPin;

pub(crate) const TOKEN: &str = "dynaseal";
pub(crate) const OTHER_TOKEN: &str = "other";
pub(crate) const PIN: &str = "97531";
pub(crate) const AES_KEY: [u8; 32] = [1; 32];
/// SoftHSM requires a key as long as the longest tag.
pub(crate) const HMAC_KEY: [u8; 64] = [2; 64];

/// The bytes before and after the 256 bytes of the modulus, in the SubjectPublicKeyInfo of an RSA key of 2048 bits.
const RSA_PREFIX: [u8; 33] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    0x03, 0x82, 0x01, 0x0f, 0x00, 0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00,
];
const RSA_SUFFIX: [u8; 5] = [0x02, 0x03, 0x01, 0x00, 0x01];

/// An elliptic curve: its name, its identifier in DER, and the length of a coordinate.
type Curve<'a> = (&'a str, &'a [u8], usize);

const CURVES: [Curve<'_>; 3] = [
    ("p256", &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], 32),
    ("p384", &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22], 48),
    ("p521", &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23], 66),
];

/// Creates the tokens and their keys. The elliptic-curve keys, whose PKCS#8 and SubjectPublicKeyInfo `ec_keys` returns,
/// are labeled with their curve. Returns the SubjectPublicKeyInfo of the RSA key, which the token generates.
pub(crate) fn create(module: &str, ec_keys: impl Fn(&str) -> (Vec<u8>, Vec<u8>)) -> Vec<u8> {
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
    for curve in CURVES {
        let (private, public) = ec_keys(curve.0);
        session.create_object(&ec_private(curve, &private)).unwrap();
        session.create_object(&ec_public(curve, curve.0, &public)).unwrap();
        if curve.0 == "p256" {
            session.create_object(&ec_public(curve, "public-only", &public)).unwrap();
        }
    }
    create_rsa(&session)
}

pub(crate) fn library(module: &str) -> Pkcs11 {
    Pkcs11::new(module).unwrap()
}

pub(crate) fn initialize(library: &Pkcs11) {
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

fn ec_private((label, identifier, length): Curve<'_>, pkcs8: &[u8]) -> Vec<Attribute> {
    // The version of an ECPrivateKey, and the tag and length of the number that follows.
    let before = [0x02, 0x01, 0x01, 0x04, length as u8];
    let start = pkcs8.windows(before.len()).position(|window| window == before).unwrap() + before.len();
    vec![
        Attribute::Class(ObjectClass::PRIVATE_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sign(true),
        Attribute::Label(label.into()),
        Attribute::EcParams(identifier.into()),
        Attribute::Value(pkcs8[start..start + length].into()),
    ]
}

fn ec_public((_, identifier, length): Curve<'_>, label: &str, public_key: &[u8]) -> Vec<Attribute> {
    let point = &public_key[public_key.len() - 2 * length - 1..];
    // An octet string; from 128 bytes on, DER has an additional length byte.
    let header: &[u8] = if point.len() < 128 { &[0x04, point.len() as u8] } else { &[0x04, 0x81, point.len() as u8] };
    vec![
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::Token(true),
        Attribute::Verify(true),
        Attribute::Label(label.into()),
        Attribute::EcParams(identifier.into()),
        Attribute::EcPoint([header, point].concat()),
    ]
}
