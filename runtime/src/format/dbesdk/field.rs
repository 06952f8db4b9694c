//! Encrypted values: a type, AES-256-GCM ciphertext, and a tag.

use crate::crypto::gcm::{GcmKey, NONCE, TAG};
use crate::crypto::keystream::keystream;
use crate::crypto::wipe::PlaintextBuffer;
use crate::item::AttributeValue;

use super::deserialize::deserialize;

/// The initial counter of the first field's key stream: `AwsDbeField`, the length of a key and its nonce, and zero.
const COUNTER: u128 = u128::from_be_bytes(*b"AwsDbeField\x2c\0\0\0\0");

/// The number of key stream blocks for each field.
const BLOCKS: usize = 3;

/// The length of these blocks, in bytes.
const STREAM: usize = 48;

/// The length of a value's type, in bytes.
const TYPE: usize = 2;

/// The keys of an item's encrypted values, in canonical order.
pub(super) struct FieldKeys(PlaintextBuffer);

/// The key and the nonce of one value.
pub(super) struct FieldKey<'a>(&'a [u8; STREAM]);

impl FieldKeys {
    /// Derives keys for `count` values. Their counters are consecutive, so together they are one key stream.
    pub(super) fn derive(root_key: &[u8; 32], count: usize) -> Self {
        Self(keystream(root_key, COUNTER, BLOCKS * count))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = FieldKey<'_>> {
        self.0.as_chunks().0.iter().map(FieldKey)
    }
}

impl FieldKey<'_> {
    /// Encrypts a serialized value in place, which is followed by space for the tag.
    pub(super) fn seal(&self, path: &[u8], serialized: &mut [u8]) -> Option<()> {
        let (_, rest) = serialized.split_first_chunk_mut::<TYPE>()?;
        let (text, place_of_tag) = rest.split_last_chunk_mut::<TAG>()?;
        *place_of_tag = GcmKey::new(self.key())?.seal_in_place(self.nonce()?, path, text)?;
        Some(())
    }

    pub(super) fn open(&self, path: &[u8], stored: Vec<u8>) -> Option<AttributeValue> {
        let mut buffer = PlaintextBuffer::from(stored);
        let (type_id, sealed) = buffer.split_first_chunk_mut::<TYPE>()?;
        let type_id = *type_id;
        let length = GcmKey::new(self.key())?.open_in_place(self.nonce()?, path, sealed)?.len();
        buffer.truncate(TYPE + length);
        deserialize(type_id, buffer, TYPE)
    }

    pub(super) fn key(&self) -> &[u8] {
        self.0.split_at(32).0
    }

    pub(super) fn nonce(&self) -> Option<[u8; NONCE]> {
        self.0.split_at(32).1.first_chunk().copied()
    }
}
