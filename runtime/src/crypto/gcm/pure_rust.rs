//! AES-256-GCM without C: for builds with the feature `aws-lc` off.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key as AeadKey};

use super::{Key, Nonce};

/// The ciphertext and its tag.
pub(crate) fn seal(key: &Key, nonce: Nonce, associated: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    cipher(key).encrypt(&nonce.into(), Payload { msg: plaintext, aad: associated }).ok()
}

/// The plaintext, if neither the ciphertext nor the associated data were changed.
pub(crate) fn open(key: &Key, nonce: Nonce, associated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    cipher(key).decrypt(&nonce.into(), Payload { msg: sealed, aad: associated }).ok()
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(&AeadKey::<Aes256Gcm>::from(*key))
}
