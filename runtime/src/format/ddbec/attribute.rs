//! Attribute values, encrypted and decrypted.

use aws_sdk_dynamodb::primitives::Blob;
use zeroize::Zeroizing;

use crate::action::{AttributeAction, AttributeActions};
use crate::crypto::aes_key::AesKey;
use crate::crypto::cbc::{self, BLOCK, CbcDecryptingKey, CbcEncryptingKey, Iv};
use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

use super::deserialize::deserialize_part;
use super::dialect::Dialect;
use super::serialize::{length_hint, serialize};

/// Encrypts every value whose action says so. `draw` fills all their initialization vectors at once.
pub(crate) fn encrypt_attributes(
    item: &mut Item,
    actions: &AttributeActions,
    content_key: &AesKey,
    draw: impl FnOnce(&mut [u8]),
) -> Result<()> {
    let mut values: Vec<_> = encrypted(item, actions).collect();
    let key = CbcEncryptingKey::new(content_key).ok_or_else(cipher_failed)?;
    let mut ivs: Vec<Iv> = vec![[0; BLOCK]; values.len()];
    draw(ivs.as_flattened_mut());
    for ((name, value), iv) in values.iter_mut().zip(ivs) {
        let stored = encrypt_value(value, &key, iv).map_err(|error| error.with_attribute(name.as_str()))?;
        **value = AttributeValue::B(Blob::new(stored));
    }
    Ok(())
}

/// Decrypts every value whose action says so. Only ever called after the signature was verified.
pub(crate) fn decrypt_attributes(item: &mut Item, actions: &AttributeActions, content_key: &AesKey) -> Option<()> {
    let key = CbcDecryptingKey::new(content_key)?;
    for (_, value) in encrypted(item, actions) {
        let AttributeValue::B(stored) = std::mem::replace(value, AttributeValue::Null(true)) else {
            return None;
        };
        *value = decrypt_value(stored.into_inner(), &key)?;
    }
    Some(())
}

fn encrypted<'a>(
    item: &'a mut Item,
    actions: &AttributeActions,
) -> impl Iterator<Item = (&'a String, &'a mut AttributeValue)> {
    item.iter_mut().filter(|(name, _)| actions.action(name) == AttributeAction::EncryptAndSign)
}

/// Initialization vector and ciphertext, built in one buffer.
fn encrypt_value(value: &AttributeValue, key: &CbcEncryptingKey, iv: Iv) -> Result<Vec<u8>> {
    let mut buffer = Vec::with_capacity(BLOCK + cbc::padded_length(length_hint(value)));
    buffer.extend(iv);
    serialize(value, Dialect::Java, &mut buffer)?;
    cbc::pad(&mut buffer, BLOCK);
    let (_, blocks) = buffer.split_at_mut(BLOCK);
    key.encrypt(iv, blocks).ok_or_else(cipher_failed)?;
    Ok(buffer)
}

fn decrypt_value(stored: Vec<u8>, key: &CbcDecryptingKey) -> Option<AttributeValue> {
    let mut buffer = Zeroizing::new(stored);
    let (iv, blocks) = buffer.split_first_chunk_mut::<BLOCK>()?;
    let length = key.decrypt(*iv, blocks)?.len();
    deserialize_part(buffer, BLOCK..BLOCK + length)
}

fn cipher_failed() -> Error {
    Error::new(ErrorKind::Materials, "the content key cannot be used with AES-CBC")
}
