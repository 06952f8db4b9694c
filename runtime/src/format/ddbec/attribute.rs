//! Encrypts and decrypts attribute values.

use aws_sdk_dynamodb::primitives::Blob;
use bytes::Bytes;

use crate::crypto::aes_key::AesKey;
use crate::crypto::cbc::{self, BLOCK, Chain, Iv};
use crate::crypto::wipe::PlaintextBuffer;
use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::item::plaintext::wipe_value;
use crate::schema::action::AttributeAction;

use super::deserialize::deserialize_part;
use super::dialect::Dialect;
use super::serialize::{longest, serialize};
use super::signed::{SignedAttribute, SignedAttributes};
use super::verified::Verified;

impl<'a> SignedAttributes<'a> {
    /// Encrypts every value whose action requires it. `draw` generates all their initialization vectors at once. The
    /// encrypted values share one buffer.
    pub(crate) fn encrypt(&mut self, content_key: &AesKey, draw: impl FnOnce(&mut [u8]) -> Result<()>) -> Result<()> {
        let mut ivs: Vec<Iv> = vec![[0; BLOCK]; self.encrypted().count()];
        draw(ivs.as_flattened_mut())?;
        let capacity = self.encrypted().map(|attribute| BLOCK + cbc::padded_length(longest(attribute.value))).sum();
        let mut buffer = PlaintextBuffer::with_capacity(capacity);
        let mut lengths = Vec::with_capacity(ivs.len());
        for (attribute, iv) in self.encrypted().zip(ivs) {
            let length =
                append(attribute.value, iv, &mut buffer).map_err(|error| error.with_attribute(attribute.name))?;
            lengths.push(length);
        }
        let mut rest = buffer.as_mut_slice();
        let chains = lengths.iter().map(|length| Chain::of(rest.split_off_mut(..*length)?)).collect::<Option<_>>();
        chains.and_then(|chains| cbc::encrypt(content_key, chains)).ok_or_else(cipher_failed)?;
        let mut stored = Bytes::from(buffer.take());
        for (attribute, length) in self.encrypted().zip(lengths) {
            let blob = Blob::from_maybe_shared(stored.split_to(length));
            wipe_value(std::mem::replace(attribute.value, AttributeValue::B(blob)));
        }
        Ok(())
    }

    fn encrypted(&mut self) -> impl Iterator<Item = &mut SignedAttribute<'a>> {
        self.0.iter_mut().filter(|attribute| attribute.action == AttributeAction::EncryptAndSign)
    }
}

impl Verified<SignedAttributes<'_>> {
    /// Decrypts every value whose action requires it. The time does not reveal which of them could not be decrypted.
    pub(super) fn decrypt(&mut self, content_key: &AesKey) -> Option<()> {
        let take = |attribute: &mut SignedAttribute<'_>| match std::mem::replace(attribute.value, NOTHING) {
            AttributeValue::B(stored) => PlaintextBuffer::from(stored.into_inner()),
            _ => PlaintextBuffer::with_capacity(0),
        };
        let mut buffers: Vec<_> = self.get_mut().encrypted().map(take).collect();
        let count = buffers.len();
        let chains: Vec<_> = buffers.iter_mut().filter_map(|buffer| Chain::of(buffer)).collect();
        let mut are_sound = chains.len() == count;
        cbc::decrypt(content_key, chains)?;
        for (attribute, buffer) in self.get_mut().encrypted().zip(buffers) {
            let value = value_of(buffer);
            are_sound &= value.is_some();
            *attribute.value = value.unwrap_or(NOTHING);
        }
        are_sound.then_some(())
    }

    /// As [`decrypt`](Self::decrypt), with the first of these keys with which every value is well-formed.
    pub(crate) fn decrypt_with_any(&mut self, content_key: &AesKey, others: &[AesKey]) -> Option<()> {
        if others.is_empty() {
            return self.decrypt(content_key);
        }
        let stored: Vec<_> = self.get_mut().encrypted().map(|attribute| attribute.value.clone()).collect();
        std::iter::once(content_key).chain(others).find_map(|key| {
            for (attribute, stored) in self.get_mut().encrypted().zip(&stored) {
                wipe_value(std::mem::replace(attribute.value, stored.clone()));
            }
            self.decrypt(key)
        })
    }
}

/// What stands in place of a value that is being decrypted.
const NOTHING: AttributeValue = AttributeValue::Null(true);

/// Appends the initialization vector and the padded value, and returns their length in bytes.
fn append(value: &AttributeValue, iv: Iv, buffer: &mut PlaintextBuffer) -> Result<usize> {
    let start = buffer.len();
    buffer.extend_from_slice(&iv);
    serialize(value, Dialect::Java, buffer)?;
    cbc::pad(buffer, start + BLOCK);
    Ok(buffer.len() - start)
}

/// Returns the value of a buffer that was decrypted after its initialization vector.
fn value_of(buffer: PlaintextBuffer) -> Option<AttributeValue> {
    let length = cbc::unpadded_length(buffer.get(BLOCK..)?)?;
    deserialize_part(buffer, BLOCK..BLOCK + length)
}

fn cipher_failed() -> Error {
    Error::new(ErrorKind::Materials, "the content key cannot be used with AES-CBC")
}
