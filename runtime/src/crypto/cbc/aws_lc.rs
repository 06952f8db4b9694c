//! AES-CBC by AWS-LC.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptionContext, EncryptingKey, EncryptionContext, PaddedBlockDecryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;

use crate::crypto::aes_key::AesKey;

use super::Iv;

pub(crate) struct CbcEncryptingKey(EncryptingKey);

pub(crate) struct CbcDecryptingKey(PaddedBlockDecryptingKey);

impl CbcEncryptingKey {
    pub(crate) fn new(key: &AesKey) -> Option<Self> {
        EncryptingKey::cbc(unbound(key)?).ok().map(Self)
    }

    /// Encrypts padded blocks.
    pub(crate) fn encrypt(&self, iv: Iv, blocks: &mut [u8]) -> Option<()> {
        self.0.less_safe_encrypt(blocks, EncryptionContext::Iv128(FixedLength::from(iv))).ok()?;
        Some(())
    }
}

impl CbcDecryptingKey {
    pub(crate) fn new(key: &AesKey) -> Option<Self> {
        PaddedBlockDecryptingKey::cbc_pkcs7(unbound(key)?).ok().map(Self)
    }

    /// Decrypts in place and returns the part before the padding.
    pub(crate) fn decrypt<'a>(&self, iv: Iv, blocks: &'a mut [u8]) -> Option<&'a [u8]> {
        self.0.decrypt(blocks, DecryptionContext::Iv128(FixedLength::from(iv))).ok().map(|plaintext| &*plaintext)
    }
}

fn unbound(key: &AesKey) -> Option<UnboundCipherKey> {
    let algorithm = match key.bits() {
        128 => &AES_128,
        192 => &AES_192,
        _ => &AES_256,
    };
    UnboundCipherKey::new(algorithm, key.as_bytes()).ok()
}
