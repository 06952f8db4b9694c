//! RSA keys.

use std::fmt;

use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey};
use rsa::traits::{PaddingScheme, PublicKeyParts, SignatureScheme};
use rsa::{PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::crypto::random::generator;
use crate::error::{Error, ErrorKind, Result};

/// An RSA key pair, or the public key alone. The private key is zeroized on drop and never printed.
#[derive(Clone)]
pub(crate) enum RsaKey {
    Private(Box<PrivateKey>),
    Public(PublicKey),
}

impl RsaKey {
    pub(crate) fn from_pkcs8_der(bytes: &[u8]) -> Result<Self> {
        let key = PrivateKey::from_pkcs8_der(bytes).map_err(|_| unusable("PKCS#8 private key"))?;
        Ok(Self::Private(Box::new(key)))
    }

    pub(crate) fn from_public_key_der(bytes: &[u8]) -> Result<Self> {
        PublicKey::from_public_key_der(bytes).map(Self::Public).map_err(|_| unusable("SubjectPublicKeyInfo"))
    }

    /// Returns the signature of a hash; `None` without the private key, or if the hash does not fit the key.
    pub(crate) fn sign(&self, scheme: impl SignatureScheme, hash: &[u8]) -> Option<Vec<u8>> {
        self.private()?.sign_with_rng(&mut generator()?, scheme, hash).ok()
    }

    pub(crate) fn verify(&self, scheme: impl SignatureScheme, hash: &[u8], signature: &[u8]) -> bool {
        self.public().verify(scheme, hash, signature).is_ok()
    }

    /// Encrypts; `None` if the plaintext does not fit the key.
    pub(crate) fn encrypt(&self, padding: impl PaddingScheme, plaintext: &[u8]) -> Option<Vec<u8>> {
        self.public().encrypt(&mut generator()?, padding, plaintext).ok()
    }

    /// Decrypts; `None` without the private key, or if the ciphertext is not valid under it.
    pub(crate) fn decrypt(&self, padding: impl PaddingScheme, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.private()?.decrypt_blinded(&mut generator()?, padding, ciphertext).ok().map(Zeroizing::new)
    }

    pub(crate) fn is_private(&self) -> bool {
        self.private().is_some()
    }

    fn private(&self) -> Option<&PrivateKey> {
        match self {
            Self::Private(key) => Some(key),
            Self::Public(_) => None,
        }
    }

    fn public(&self) -> &PublicKey {
        match self {
            Self::Private(key) => key.as_public_key(),
            Self::Public(key) => key,
        }
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.is_private() { "private" } else { "public" };
        write!(f, "{half}, {} bits", self.public().n().bit_width_vartime())
    }
}

fn unusable(expected: &str) -> Error {
    Error::new(
        ErrorKind::Materials,
        format!("the bytes are not the {expected} of an RSA key with two primes and 1024 to 8192 bits"),
    )
}
