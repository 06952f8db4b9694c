//! Content keys wrapped by RSA.

use rsa::{Oaep, Pkcs1v15Encrypt};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::crypto::aes_key::AesKey;
use crate::crypto::rsa_key::RsaKey;
use crate::crypto::{algorithm_name, pem};
use crate::error::{Error, Result};
use crate::format::ddbec::provider::MaterialsFuture;
use crate::materials::wrapping_key::WrappingKey;

/// The encryption scheme with which an [`RsaWrappingKey`] wraps content keys (RFC 8017, section 7). Encrypting fails with
/// `Materials` if the key is too short for 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RsaWrapAlgorithm {
    /// OAEP with SHA-1.
    OaepSha1,
    /// OAEP with SHA-224. The Python client cannot read it.
    OaepSha224,
    /// OAEP with SHA-256. The usual choice.
    OaepSha256,
    /// OAEP with SHA-384. The key needs at least 1040 bits.
    OaepSha384,
    /// OAEP with SHA-512. The key needs at least 1296 bits.
    OaepSha512,
    /// PKCS#1 v1.5, for existing tables. Also accepts items that record only `RSA`, or no algorithm, as old versions of the
    /// Java client wrote them. Malformed padding decrypts to a random key, and the item then fails verification.
    Pkcs1V15,
}

impl RsaWrapAlgorithm {
    /// Returns the transformation of [Java's Cryptography Architecture][jca], which is recorded in items.
    ///
    /// [jca]: https://docs.oracle.com/en/java/javase/21/docs/specs/security/standard-names.html
    pub fn name(self) -> &'static str {
        match self {
            Self::OaepSha1 => "RSA/ECB/OAEPWithSHA-1AndMGF1Padding",
            Self::OaepSha224 => "RSA/ECB/OAEPWithSHA-224AndMGF1Padding",
            Self::OaepSha256 => "RSA/ECB/OAEPWithSHA-256AndMGF1Padding",
            Self::OaepSha384 => "RSA/ECB/OAEPWithSHA-384AndMGF1Padding",
            Self::OaepSha512 => "RSA/ECB/OAEPWithSHA-512AndMGF1Padding",
            Self::Pkcs1V15 => "RSA/ECB/PKCS1Padding",
        }
    }
}

/// An RSA key that wraps content keys; with the public key alone, items can be written but not read. Feature `rsa`.
///
/// The private key is zeroized on drop and never printed. Unwrapping takes about a millisecond, on the calling thread.
///
/// Private keys are in PKCS#8 (RFC 5958), public keys in SubjectPublicKeyInfo (RFC 5280), both as DER or PEM (RFC 7468).
///
/// <div class="warning">
///
/// The `rsa` crate hardened its private-key operations against timing attacks in 0.10, but
/// [RUSTSEC-2023-0071](https://rustsec.org/advisories/RUSTSEC-2023-0071) does not list them as safe yet. Do not use private
/// keys where an attacker can submit many chosen items and precisely measure how long each takes, least of all with
/// [`Pkcs1V15`](RsaWrapAlgorithm::Pkcs1V15).
///
/// </div>
#[derive(Clone, Debug)]
pub struct RsaWrappingKey {
    algorithm: RsaWrapAlgorithm,
    accept_mgf1_of_same_hash: bool,
    key: RsaKey,
}

impl RsaWrappingKey {
    /// Loads an unencrypted private key in PKCS#8. It wraps and unwraps.
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key has fewer than 1024 or more than 8192 bits.
    pub fn from_pkcs8_der(algorithm: RsaWrapAlgorithm, bytes: &[u8]) -> Result<Self> {
        Ok(Self::new(algorithm, RsaKey::from_pkcs8_der(bytes)?))
    }

    /// Loads an unencrypted private key in PKCS#8 as PEM: `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// As [`from_pkcs8_der`](Self::from_pkcs8_der).
    pub fn from_pkcs8_pem(algorithm: RsaWrapAlgorithm, text: &str) -> Result<Self> {
        Self::from_pkcs8_der(algorithm, &pem::private_key(text)?)
    }

    /// Loads a public key in SubjectPublicKeyInfo. It wraps and cannot unwrap.
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key has fewer than 1024 or more than 8192 bits.
    pub fn from_public_key_der(algorithm: RsaWrapAlgorithm, bytes: &[u8]) -> Result<Self> {
        Ok(Self::new(algorithm, RsaKey::from_public_key_der(bytes)?))
    }

    /// Loads a public key in SubjectPublicKeyInfo as PEM: `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// As [`from_public_key_der`](Self::from_public_key_der).
    pub fn from_public_key_pem(algorithm: RsaWrapAlgorithm, text: &str) -> Result<Self> {
        Self::from_public_key_der(algorithm, &pem::public_key(text)?)
    }

    /// Also unwraps content keys whose OAEP mask generation uses the same hash function as OAEP itself.
    ///
    /// The Java client with its default JCE provider, the Python client and this crate always use SHA-1 for mask generation,
    /// and items do not record it. A Java process that prefers the BouncyCastle provider uses the hash function of OAEP.
    #[must_use]
    pub fn accept_mgf1_of_same_hash(mut self) -> Self {
        self.accept_mgf1_of_same_hash = true;
        self
    }

    fn new(algorithm: RsaWrapAlgorithm, key: RsaKey) -> Self {
        Self { algorithm, accept_mgf1_of_same_hash: false, key }
    }

    fn encrypt(&self, plaintext: &[u8]) -> Option<Vec<u8>> {
        match self.algorithm {
            RsaWrapAlgorithm::OaepSha1 => self.key.encrypt(Oaep::<Sha1, Sha1>::new_with_mgf_hash(), plaintext),
            RsaWrapAlgorithm::OaepSha224 => self.key.encrypt(Oaep::<Sha224, Sha1>::new_with_mgf_hash(), plaintext),
            RsaWrapAlgorithm::OaepSha256 => self.key.encrypt(Oaep::<Sha256, Sha1>::new_with_mgf_hash(), plaintext),
            RsaWrapAlgorithm::OaepSha384 => self.key.encrypt(Oaep::<Sha384, Sha1>::new_with_mgf_hash(), plaintext),
            RsaWrapAlgorithm::OaepSha512 => self.key.encrypt(Oaep::<Sha512, Sha1>::new_with_mgf_hash(), plaintext),
            RsaWrapAlgorithm::Pkcs1V15 => self.key.encrypt(Pkcs1v15Encrypt, plaintext),
        }
    }

    fn decrypt(&self, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self.algorithm {
            RsaWrapAlgorithm::OaepSha1 => self.key.decrypt(Oaep::<Sha1, Sha1>::new_with_mgf_hash(), wrapped),
            RsaWrapAlgorithm::OaepSha224 => self.key.decrypt(Oaep::<Sha224, Sha1>::new_with_mgf_hash(), wrapped),
            RsaWrapAlgorithm::OaepSha256 => self.key.decrypt(Oaep::<Sha256, Sha1>::new_with_mgf_hash(), wrapped),
            RsaWrapAlgorithm::OaepSha384 => self.key.decrypt(Oaep::<Sha384, Sha1>::new_with_mgf_hash(), wrapped),
            RsaWrapAlgorithm::OaepSha512 => self.key.decrypt(Oaep::<Sha512, Sha1>::new_with_mgf_hash(), wrapped),
            RsaWrapAlgorithm::Pkcs1V15 => self.key.decrypt(Pkcs1v15Encrypt, wrapped),
        }
    }

    /// Tries again with the other mask generation. Returns `None` for SHA-1, where both are the same, and for PKCS#1.
    fn decrypt_mgf1_of_same_hash(&self, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match self.algorithm {
            RsaWrapAlgorithm::OaepSha224 => self.key.decrypt(Oaep::<Sha224>::new(), wrapped),
            RsaWrapAlgorithm::OaepSha256 => self.key.decrypt(Oaep::<Sha256>::new(), wrapped),
            RsaWrapAlgorithm::OaepSha384 => self.key.decrypt(Oaep::<Sha384>::new(), wrapped),
            RsaWrapAlgorithm::OaepSha512 => self.key.decrypt(Oaep::<Sha512>::new(), wrapped),
            RsaWrapAlgorithm::OaepSha1 | RsaWrapAlgorithm::Pkcs1V15 => None,
        }
    }

    fn unwrapped(&self, wrapped: &[u8]) -> Option<AesKey> {
        let mut content_key = self.decrypt(wrapped);
        if content_key.is_none() && self.accept_mgf1_of_same_hash {
            content_key = self.decrypt_mgf1_of_same_hash(wrapped);
        }
        content_key.and_then(|bytes| AesKey::from_bytes(&bytes).ok())
    }
}

impl WrappingKey for RsaWrappingKey {
    fn algorithm(&self) -> &str {
        self.algorithm.name()
    }

    /// In the Java client, an item that records no algorithm uses PKCS#1 v1.5.
    fn accepts(&self, algorithm: Option<&str>) -> bool {
        match algorithm {
            Some(name) => algorithm_name::same(name, self.algorithm.name()),
            None => self.algorithm == RsaWrapAlgorithm::Pkcs1V15,
        }
    }

    fn can_unwrap(&self) -> bool {
        self.key.is_private()
    }

    fn rejects_implicitly(&self) -> bool {
        self.algorithm == RsaWrapAlgorithm::Pkcs1V15
    }

    #[inline]
    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        Box::pin(async move {
            self.encrypt(content_key.as_bytes())
                .ok_or_else(|| Error::materials("the RSA key is too short to wrap a content key with this algorithm"))
        })
    }

    #[inline]
    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        Box::pin(async move { Ok(self.unwrapped(wrapped)) })
    }
}
