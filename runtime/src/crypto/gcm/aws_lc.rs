//! AES-256-GCM by AWS-LC.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce as AeadNonce, UnboundKey};

use super::{Key, Nonce};

/// The ciphertext and its tag.
pub(crate) fn seal(key: &Key, nonce: Nonce, associated: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = plaintext.to_vec();
    let nonce = AeadNonce::assume_unique_for_key(nonce);
    cipher(key)?.seal_in_place_append_tag(nonce, Aad::from(associated), &mut buffer).ok()?;
    Some(buffer)
}

/// The plaintext, if neither the ciphertext nor the associated data were changed.
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
