//! AES-GCM without C: for builds with the feature `aws-lc` off.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, AeadInOut, KeyInit, Payload};
use aes_gcm::aes::Aes192;
use aes_gcm::{Aes128Gcm, Aes256Gcm, AesGcm, Key as AeadKey};

use super::{Key, Nonce, TAG};

/// A key with its precomputed key schedule.
pub(crate) struct GcmKey(Cipher);

enum Cipher {
    Aes128(Box<Aes128Gcm>),
    Aes192(Box<AesGcm<Aes192, U12>>),
    Aes256(Box<Aes256Gcm>),
}

impl GcmKey {
    /// Creates a key; `None` unless it has 16, 24 or 32 bytes.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Some(Self(match key.len() {
            16 => Cipher::Aes128(Box::new(KeyInit::new_from_slice(key).ok()?)),
            24 => Cipher::Aes192(Box::new(KeyInit::new_from_slice(key).ok()?)),
            _ => Cipher::Aes256(Box::new(KeyInit::new_from_slice(key).ok()?)),
        }))
    }

    /// Encrypts in place and returns the tag.
    pub(crate) fn seal_in_place(&self, nonce: Nonce, associated: &[u8], text: &mut [u8]) -> Option<[u8; TAG]> {
        let nonce = nonce.into();
        let tag = match &self.0 {
            Cipher::Aes128(cipher) => cipher.encrypt_inout_detached(&nonce, associated, text.into()),
            Cipher::Aes192(cipher) => cipher.encrypt_inout_detached(&nonce, associated, text.into()),
            Cipher::Aes256(cipher) => cipher.encrypt_inout_detached(&nonce, associated, text.into()),
        };
        tag.ok().map(Into::into)
    }

    /// Decrypts a ciphertext with its tag in place; `None` if it or the associated data were changed.
    pub(crate) fn open_in_place<'a>(
        &self,
        nonce: Nonce,
        associated: &[u8],
        sealed: &'a mut [u8],
    ) -> Option<&'a mut [u8]> {
        let (text, tag) = sealed.split_last_chunk_mut::<TAG>()?;
        let (nonce, tag) = (nonce.into(), (*tag).into());
        match &self.0 {
            Cipher::Aes128(cipher) => cipher.decrypt_inout_detached(&nonce, associated, (&mut *text).into(), &tag),
            Cipher::Aes192(cipher) => cipher.decrypt_inout_detached(&nonce, associated, (&mut *text).into(), &tag),
            Cipher::Aes256(cipher) => cipher.decrypt_inout_detached(&nonce, associated, (&mut *text).into(), &tag),
        }
        .ok()?;
        Some(text)
    }
}

/// Returns the ciphertext followed by its tag.
pub(crate) fn seal(key: &Key, nonce: Nonce, associated: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    cipher(key).encrypt(&nonce.into(), Payload { msg: plaintext, aad: associated }).ok()
}

/// Returns the plaintext; `None` if the ciphertext or the associated data were changed.
pub(crate) fn open(key: &Key, nonce: Nonce, associated: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    cipher(key).decrypt(&nonce.into(), Payload { msg: sealed, aad: associated }).ok()
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(&AeadKey::<Aes256Gcm>::from(*key))
}
