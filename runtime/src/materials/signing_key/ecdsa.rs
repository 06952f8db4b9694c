//! ECDSA signatures.

use std::fmt;

use crate::crypto::ecdsa::{EcdsaPrivateKey, EcdsaPublicKey};
use crate::crypto::pem;
use crate::crypto::signature_algorithm::EcdsaAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::provider::MaterialsFuture;
use crate::format::ddbec::signing_key::SigningKey;

use super::verify_only;

/// An elliptic-curve key that signs items with ECDSA, or a public key that only verifies them.
///
/// The Java client reads such items; the Python client does not support ECDSA. The private key is never printed. Feature
/// `aws-lc`, or feature `ecdsa` for an implementation in pure Rust.
///
/// Private keys are in PKCS#8 (RFC 5958), public keys in SubjectPublicKeyInfo (RFC 5280), both as DER or PEM (RFC 7468).
pub struct EcdsaSigningKey {
    algorithm: EcdsaAlgorithm,
    private_key: Option<EcdsaPrivateKey>,
    public_key: EcdsaPublicKey,
}

impl EcdsaSigningKey {
    /// Loads an unencrypted private key in PKCS#8.
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key is on another curve than the algorithm's.
    pub fn from_pkcs8_der(algorithm: EcdsaAlgorithm, bytes: &[u8]) -> Result<Self> {
        let unusable = || unusable("PKCS#8 private key", algorithm);
        let private_key = EcdsaPrivateKey::from_pkcs8_der(algorithm.curve(), bytes).ok_or_else(unusable)?;
        let public_key = private_key.public_key(algorithm.curve()).ok_or_else(unusable)?;
        Ok(Self { algorithm, private_key: Some(private_key), public_key })
    }

    /// Loads an unencrypted private key in PKCS#8 as PEM: `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// As [`from_pkcs8_der`](Self::from_pkcs8_der).
    pub fn from_pkcs8_pem(algorithm: EcdsaAlgorithm, text: &str) -> Result<Self> {
        Self::from_pkcs8_der(algorithm, &pem::private_key(text)?)
    }

    /// Loads a public key in SubjectPublicKeyInfo. It verifies items and cannot sign them.
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key is on another curve than the algorithm's.
    pub fn from_public_key_der(algorithm: EcdsaAlgorithm, bytes: &[u8]) -> Result<Self> {
        let public_key = EcdsaPublicKey::from_public_key_der(algorithm.curve(), bytes)
            .ok_or_else(|| unusable("SubjectPublicKeyInfo", algorithm))?;
        Ok(Self { algorithm, private_key: None, public_key })
    }

    /// Loads a public key in SubjectPublicKeyInfo as PEM: `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// As [`from_public_key_der`](Self::from_public_key_der).
    pub fn from_public_key_pem(algorithm: EcdsaAlgorithm, text: &str) -> Result<Self> {
        Self::from_public_key_der(algorithm, &pem::public_key(text)?)
    }

    fn signature(&self, string_to_sign: &[u8]) -> Result<Vec<u8>> {
        let private_key = self.private_key.as_ref().ok_or_else(verify_only)?;
        private_key
            .sign(&self.algorithm.hash(string_to_sign))
            .ok_or_else(|| Error::new(ErrorKind::Materials, "the elliptic-curve key cannot sign; is it damaged?"))
    }
}

impl SigningKey for EcdsaSigningKey {
    fn algorithm(&self) -> &str {
        self.algorithm.name()
    }

    #[inline]
    fn sign<'a>(&'a self, string_to_sign: &'a [u8]) -> MaterialsFuture<'a, Vec<u8>> {
        Box::pin(async move { self.signature(string_to_sign) })
    }

    #[inline]
    fn verify<'a>(&'a self, string_to_sign: &'a [u8], signature: &'a [u8]) -> MaterialsFuture<'a, bool> {
        Box::pin(async move { Ok(self.public_key.verify(&self.algorithm.hash(string_to_sign), signature)) })
    }
}

impl fmt::Debug for EcdsaSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EcdsaSigningKey")
            .field("algorithm", &self.algorithm)
            .field("can_sign", &self.private_key.is_some())
            .finish_non_exhaustive()
    }
}

fn unusable(expected: &str, algorithm: EcdsaAlgorithm) -> Error {
    Error::new(ErrorKind::Materials, format!("the bytes are not the {expected} on the curve of {algorithm:?}"))
}
