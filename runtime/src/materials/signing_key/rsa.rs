//! RSA signatures.

use rsa::Pkcs1v15Sign;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use crate::crypto::pem;
use crate::crypto::rsa_key::RsaKey;
use crate::crypto::signature_algorithm::RsaSignatureAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::provider::MaterialsFuture;
use crate::format::ddbec::signing_key::SigningKey;

use super::verify_only;

/// An RSA key that signs items with PKCS#1 v1.5 padding, or a public key that only verifies them. Feature `rsa`.
///
/// The private key is zeroized on drop and never printed. Signing takes about a millisecond, on the calling thread.
///
/// Private keys are in PKCS#8 (RFC 5958), public keys in SubjectPublicKeyInfo (RFC 5280), both as DER or PEM (RFC 7468).
///
/// <div class="warning">
///
/// The `rsa` crate hardened its private-key operations against timing attacks in 0.10, but
/// [RUSTSEC-2023-0071](https://rustsec.org/advisories/RUSTSEC-2023-0071) does not list them as safe yet. Do not use private
/// keys where an attacker can precisely measure many operations; [`EcdsaSigningKey`](crate::materials::EcdsaSigningKey) does
/// not have this weakness.
///
/// </div>
#[derive(Clone, Debug)]
pub struct RsaSigningKey {
    algorithm: RsaSignatureAlgorithm,
    key: RsaKey,
}

impl RsaSigningKey {
    /// Loads an unencrypted private key in PKCS#8.
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key has fewer than 1024 or more than 8192 bits.
    pub fn from_pkcs8_der(algorithm: RsaSignatureAlgorithm, bytes: &[u8]) -> Result<Self> {
        Ok(Self { algorithm, key: RsaKey::from_pkcs8_der(bytes)? })
    }

    /// Loads an unencrypted private key in PKCS#8 as PEM: `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// As [`from_pkcs8_der`](Self::from_pkcs8_der).
    pub fn from_pkcs8_pem(algorithm: RsaSignatureAlgorithm, text: &str) -> Result<Self> {
        Self::from_pkcs8_der(algorithm, &pem::private_key(text)?)
    }

    /// Loads a public key in SubjectPublicKeyInfo. It verifies items and cannot sign them.
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key has fewer than 1024 or more than 8192 bits.
    pub fn from_public_key_der(algorithm: RsaSignatureAlgorithm, bytes: &[u8]) -> Result<Self> {
        Ok(Self { algorithm, key: RsaKey::from_public_key_der(bytes)? })
    }

    /// Loads a public key in SubjectPublicKeyInfo as PEM: `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// As [`from_public_key_der`](Self::from_public_key_der).
    pub fn from_public_key_pem(algorithm: RsaSignatureAlgorithm, text: &str) -> Result<Self> {
        Self::from_public_key_der(algorithm, &pem::public_key(text)?)
    }

    fn signature(&self, string_to_sign: &[u8]) -> Result<Vec<u8>> {
        if !self.key.is_private() {
            return Err(verify_only());
        }
        let (scheme, hash) = hash(self.algorithm, string_to_sign);
        self.key
            .sign(scheme, &hash)
            .ok_or_else(|| Error::new(ErrorKind::Materials, "the RSA key cannot sign; is it damaged?"))
    }

    fn is_valid(&self, string_to_sign: &[u8], signature: &[u8]) -> bool {
        let (scheme, hash) = hash(self.algorithm, string_to_sign);
        self.key.verify(scheme, &hash, signature)
    }
}

impl SigningKey for RsaSigningKey {
    fn algorithm(&self) -> &str {
        self.algorithm.name()
    }

    #[inline]
    fn sign<'a>(&'a self, string_to_sign: &'a [u8]) -> MaterialsFuture<'a, Vec<u8>> {
        Box::pin(async move { self.signature(string_to_sign) })
    }

    #[inline]
    fn verify<'a>(&'a self, string_to_sign: &'a [u8], signature: &'a [u8]) -> MaterialsFuture<'a, bool> {
        Box::pin(async move { Ok(self.is_valid(string_to_sign, signature)) })
    }
}

fn hash(algorithm: RsaSignatureAlgorithm, message: &[u8]) -> (Pkcs1v15Sign, Vec<u8>) {
    match algorithm {
        RsaSignatureAlgorithm::Sha224 => (Pkcs1v15Sign::new::<Sha224>(), Sha224::digest(message).to_vec()),
        RsaSignatureAlgorithm::Sha256 => (Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(message).to_vec()),
        RsaSignatureAlgorithm::Sha384 => (Pkcs1v15Sign::new::<Sha384>(), Sha384::digest(message).to_vec()),
        RsaSignatureAlgorithm::Sha512 => (Pkcs1v15Sign::new::<Sha512>(), Sha512::digest(message).to_vec()),
    }
}
