//! AES-GCM by AWS-LC.

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce as AeadNonce, UnboundKey};

use super::{Key, Nonce, TAG};

/// A key with its precomputed key schedule.
pub(crate) struct GcmKey(LessSafeKey);

impl GcmKey {
    /// Creates a key; `None` unless it has 16, 24 or 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        let algorithm = match key.len() {
            16 => &AES_128_GCM,
            24 => &AES_192_GCM,
            _ => &AES_256_GCM,
        };
        UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new).map(Self)
    }

    /// Encrypts in place and returns the tag.
    pub(crate) fn seal_in_place(&self, nonce: Nonce, associated: &[u8], text: &mut [u8]) -> Option<[u8; TAG]> {
        let nonce = AeadNonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_separate_tag(nonce, Aad::from(associated), text).ok()?.as_ref().try_into().ok()
    }

    /// Decrypts a ciphertext with its tag in place; `None` if it or the associated data were changed.
    pub(crate) fn open_in_place<'a>(
        &self,
        nonce: Nonce,
        associated: &[u8],
        sealed: &'a mut [u8],
    ) -> Option<&'a mut [u8]> {
        self.0.open_in_place(AeadNonce::assume_unique_for_key(nonce), Aad::from(associated), sealed).ok()
    }
}

/// Returns the ciphertext followed by its tag.
pub(crate) fn seal(key: &Key, nonce: Nonce, associated: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = plaintext.to_vec();
    let nonce = AeadNonce::assume_unique_for_key(nonce);
    cipher(key)?.seal_in_place_append_tag(nonce, Aad::from(associated), &mut buffer).ok()?;
    Some(buffer)
}

/// Returns the plaintext; `None` if the ciphertext or the associated data were changed.
pub(crate) fn open(key: &Key, nonce: Nonce, associated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = sealed.to_vec();
    let nonce = AeadNonce::assume_unique_for_key(nonce);
    let length = cipher(key)?.open_in_place(nonce, Aad::from(associated), &mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

fn cipher(key: &Key) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new)
}
