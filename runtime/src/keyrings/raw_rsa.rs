//! An RSA key in this process.

use rsa::{Oaep, Pkcs1v15Encrypt};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::crypto::pem;
use crate::crypto::rsa_key::RsaKey;
use crate::error::{Error, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;

use super::KeyName;
use super::rsa_padding::RsaPadding;

/// A keyring with an RSA key: AWS's raw RSA keyring. With the public key alone, items can be written but not read.
/// Feature `rsa`.
///
/// Namespace and name are stored in every item in plaintext, and determine which items the key is for. The padding is
/// not stored: it has to be the one with which the items were written. Private keys are in PKCS#8 (RFC 5958), public
/// keys in SubjectPublicKeyInfo (RFC 5280), both as DER or PEM (RFC 7468).
///
/// <div class="warning">
///
/// Anyone who has the public key can create items that verify. Such items are confidential, but do not prove who wrote
/// them.
///
/// The `rsa` crate hardened its private-key operations against timing attacks in 0.10, but
/// [RUSTSEC-2023-0071](https://rustsec.org/advisories/RUSTSEC-2023-0071) does not list them as safe yet. Do not use
/// private keys where an attacker can submit many chosen items and precisely measure how long each takes, least of all
/// with [`Pkcs1V15`](RsaPadding::Pkcs1V15).
///
/// </div>
#[derive(Clone, Debug)]
pub struct RawRsaKeyring {
    name: KeyName,
    padding: RsaPadding,
    key: RsaKey,
}

impl RawRsaKeyring {
    /// Loads an unencrypted private key in PKCS#8. It writes and reads.
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key has fewer than 1024 or more than 8192 bits; `Usage` if the namespace
    /// begins with `aws-kms`, or one of the names is longer than 65,515 bytes.
    #[inline]
    pub fn from_pkcs8_der(
        namespace: impl Into<String>,
        name: impl Into<String>,
        padding: RsaPadding,
        bytes: &[u8],
    ) -> Result<Self> {
        Ok(Self { name: KeyName::new(namespace, name)?, padding, key: RsaKey::from_pkcs8_der(bytes)? })
    }

    /// Loads an unencrypted private key in PKCS#8 as PEM: `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// As [`from_pkcs8_der`](Self::from_pkcs8_der).
    #[inline]
    pub fn from_pkcs8_pem(
        namespace: impl Into<String>,
        name: impl Into<String>,
        padding: RsaPadding,
        text: &str,
    ) -> Result<Self> {
        Self::from_pkcs8_der(namespace, name, padding, &pem::private_key(text)?)
    }

    /// Loads a public key in SubjectPublicKeyInfo. It writes and cannot read.
    ///
    /// # Errors
    /// As [`from_pkcs8_der`](Self::from_pkcs8_der).
    #[inline]
    pub fn from_public_key_der(
        namespace: impl Into<String>,
        name: impl Into<String>,
        padding: RsaPadding,
        bytes: &[u8],
    ) -> Result<Self> {
        Ok(Self { name: KeyName::new(namespace, name)?, padding, key: RsaKey::from_public_key_der(bytes)? })
    }

    /// Loads a public key in SubjectPublicKeyInfo as PEM: `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// As [`from_pkcs8_der`](Self::from_pkcs8_der).
    #[inline]
    pub fn from_public_key_pem(
        namespace: impl Into<String>,
        name: impl Into<String>,
        padding: RsaPadding,
        text: &str,
    ) -> Result<Self> {
        Self::from_public_key_der(namespace, name, padding, &pem::public_key(text)?)
    }

    #[inline]
    fn encrypt(&self, key: &[u8]) -> Option<Vec<u8>> {
        match self.padding {
            RsaPadding::Pkcs1V15 => self.key.encrypt(Pkcs1v15Encrypt, key),
            RsaPadding::OaepSha1 => self.key.encrypt(Oaep::<Sha1>::new(), key),
            RsaPadding::OaepSha256 => self.key.encrypt(Oaep::<Sha256>::new(), key),
            RsaPadding::OaepSha384 => self.key.encrypt(Oaep::<Sha384>::new(), key),
            RsaPadding::OaepSha512 => self.key.encrypt(Oaep::<Sha512>::new(), key),
        }
    }

    /// With PKCS#1 v1.5, malformed padding decrypts to a random key, with which verification fails.
    #[inline]
    fn decrypt(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self.padding {
            RsaPadding::Pkcs1V15 => self.key.decrypt(Pkcs1v15Encrypt, ciphertext),
            RsaPadding::OaepSha1 => self.key.decrypt(Oaep::<Sha1>::new(), ciphertext),
            RsaPadding::OaepSha256 => self.key.decrypt(Oaep::<Sha256>::new(), ciphertext),
            RsaPadding::OaepSha384 => self.key.decrypt(Oaep::<Sha384>::new(), ciphertext),
            RsaPadding::OaepSha512 => self.key.decrypt(Oaep::<Sha512>::new(), ciphertext),
        }
    }
}

impl Keyring for RawRsaKeyring {
    #[inline]
    fn wrap<'a>(
        &'a self,
        _: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move {
            let key = IntermediateKey::generate()?;
            let ciphertext = self
                .encrypt(key.as_bytes())
                .ok_or_else(|| Error::materials("the RSA key is too short to wrap a key with this padding"))?;
            Ok(vec![(key, EncryptedDataKey::new(&self.name.namespace, self.name.name.as_bytes(), ciphertext))])
        })
    }

    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        self.name.candidates(recipients, |info| info == self.name.name.as_bytes())
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        _: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(async move {
            if !self.key.is_private() {
                return Err(Error::materials(
                    "the RSA key is a public key, which cannot unwrap keys; load the private key",
                ));
            }
            let key = self.decrypt(&recipient.ciphertext).ok_or_else(IntermediateKey::rejected)?;
            IntermediateKey::from_bytes(&key)
        })
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        vec![self.name.shown()]
    }
}
