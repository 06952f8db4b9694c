//! AES-CBC without C: for builds with the feature `aws-lc` off.

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use cbc::{Decryptor, Encryptor};

use crate::crypto::aes_key::AesKey;

use super::Iv;

pub(crate) struct CbcEncryptingKey(Cipher);

pub(crate) struct CbcDecryptingKey(Cipher);

enum Cipher {
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl CbcEncryptingKey {
    pub(crate) fn new(key: &AesKey) -> Option<Self> {
        cipher(key).map(Self)
    }

    /// Encrypts padded blocks.
    pub(crate) fn encrypt(&self, iv: Iv, blocks: &mut [u8]) -> Option<()> {
        let length = blocks.len();
        match &self.0 {
            Cipher::Aes128(aes) => {
                Encryptor::inner_iv_init(aes, &iv.into()).encrypt_padded::<NoPadding>(blocks, length)
            }
            Cipher::Aes192(aes) => {
                Encryptor::inner_iv_init(aes, &iv.into()).encrypt_padded::<NoPadding>(blocks, length)
            }
            Cipher::Aes256(aes) => {
                Encryptor::inner_iv_init(aes, &iv.into()).encrypt_padded::<NoPadding>(blocks, length)
            }
        }
        .ok()?;
        Some(())
    }
}

impl CbcDecryptingKey {
    pub(crate) fn new(key: &AesKey) -> Option<Self> {
        cipher(key).map(Self)
    }

    /// Decrypts in place and returns the part before the padding.
    pub(crate) fn decrypt<'a>(&self, iv: Iv, blocks: &'a mut [u8]) -> Option<&'a [u8]> {
        match &self.0 {
            Cipher::Aes128(aes) => Decryptor::inner_iv_init(aes, &iv.into()).decrypt_padded::<Pkcs7>(blocks),
            Cipher::Aes192(aes) => Decryptor::inner_iv_init(aes, &iv.into()).decrypt_padded::<Pkcs7>(blocks),
            Cipher::Aes256(aes) => Decryptor::inner_iv_init(aes, &iv.into()).decrypt_padded::<Pkcs7>(blocks),
        }
        .ok()
    }
}

fn cipher(key: &AesKey) -> Option<Cipher> {
    Some(match key.bits() {
        128 => Cipher::Aes128(Aes128::new_from_slice(key.as_bytes()).ok()?),
        192 => Cipher::Aes192(Aes192::new_from_slice(key.as_bytes()).ok()?),
        _ => Cipher::Aes256(Aes256::new_from_slice(key.as_bytes()).ok()?),
    })
}
