//! One version of a material, as an item of the metastore.

use aws_sdk_dynamodb::primitives::Blob;
use zeroize::Zeroizing;

use crate::crypto::aes_key::AesKey;
use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::item::plaintext::PlaintextItem;
use crate::item::{AttributeValue, Item};
use crate::materials::WrappedProvider;

/// The partition key: the material's name.
pub(super) const NAME: &str = "N";

/// The sort key: the version.
pub(super) const VERSION: &str = "V";

const TYPE_VERSION: &str = "t";
const WRAPPING_ALGORITHM: &str = "encAlg";
const WRAPPING_KEY: &str = "enc";
const SIGNING_ALGORITHM: &str = "intAlg";
const SIGNING_KEY: &str = "int";

/// The only record type.
const CURRENT_TYPE: &str = "0";

/// The length of each key, in bytes.
const KEY_LENGTH: usize = 32;

/// Returns whether an attribute of this name is part of every record.
pub(super) fn is_own(name: &str) -> bool {
    [NAME, VERSION, TYPE_VERSION, WRAPPING_ALGORITHM, WRAPPING_KEY, SIGNING_ALGORITHM, SIGNING_KEY].contains(&name)
}

/// Returns the primary key of a record.
pub(super) fn key(material_name: &str, version: u64) -> Item {
    Item::from([
        (NAME.to_owned(), AttributeValue::S(material_name.to_owned())),
        (VERSION.to_owned(), AttributeValue::N(version.to_string())),
    ])
}

/// Returns a plaintext record with new keys, and the provider of these keys.
pub(super) fn generate(material_name: &str, version: u64) -> Result<(PlaintextItem, WrappedProvider)> {
    let mut wrapping_key = Zeroizing::new([0; KEY_LENGTH]);
    let mut signing_key = Zeroizing::new([0; KEY_LENGTH]);
    random::fill_key(wrapping_key.as_mut_slice())?;
    random::fill_key(signing_key.as_mut_slice())?;
    let provider = WrappedProvider::new(
        AesKey::from_bytes(wrapping_key.as_slice())?,
        HmacKey::from_bytes(HmacAlgorithm::HmacSha256, signing_key.as_slice())?,
    );
    let mut record = PlaintextItem::from(key(material_name, version));
    for (name, text) in [
        (TYPE_VERSION, CURRENT_TYPE),
        (WRAPPING_ALGORITHM, "AES"),
        (SIGNING_ALGORITHM, HmacAlgorithm::HmacSha256.name()),
    ] {
        record.insert(name.to_owned(), AttributeValue::S(text.to_owned()));
    }
    for (name, key) in [(WRAPPING_KEY, &wrapping_key), (SIGNING_KEY, &signing_key)] {
        record.insert(name.to_owned(), AttributeValue::B(Blob::new(key.as_slice())));
    }
    Ok((record, provider))
}

/// Returns the provider of a verified and decrypted record.
pub(super) fn parse(mut record: PlaintextItem, material_name: &str, version: u64) -> Result<WrappedProvider> {
    // The server could respond with another record.
    if key(material_name, version).iter().any(|(name, value)| record.get(name) != Some(value)) {
        return Err(Error::integrity());
    }
    if text(&record, TYPE_VERSION) != Some(CURRENT_TYPE) {
        return Err(unusable(TYPE_VERSION, "is not \"0\"; was it written by a newer client?"));
    }
    if text(&record, WRAPPING_ALGORITHM) != Some("AES") {
        return Err(unusable(WRAPPING_ALGORITHM, "is not \"AES\""));
    }
    let algorithm = text(&record, SIGNING_ALGORITHM)
        .and_then(HmacAlgorithm::from_name)
        .ok_or_else(|| unusable(SIGNING_ALGORITHM, "is not an HMAC-SHA-2"))?;
    let wrapping_key = AesKey::from_bytes(&secret(&mut record, WRAPPING_KEY)?)?;
    let signing_key = HmacKey::from_bytes(algorithm, &secret(&mut record, SIGNING_KEY)?)?;
    Ok(WrappedProvider::new(wrapping_key, signing_key))
}

fn text<'a>(record: &'a Item, name: &str) -> Option<&'a str> {
    record.get(name)?.as_s().ok().map(String::as_str)
}

fn secret(record: &mut Item, name: &'static str) -> Result<Zeroizing<Vec<u8>>> {
    match record.remove(name) {
        Some(AttributeValue::B(bytes)) => Ok(Zeroizing::new(bytes.into_inner())),
        _ => Err(unusable(name, "is not a binary")),
    }
}

fn unusable(name: &str, how: &str) -> Error {
    Error::new(ErrorKind::Materials, format!("the metastore's record cannot be used: it {how}")).with_attribute(name)
}
