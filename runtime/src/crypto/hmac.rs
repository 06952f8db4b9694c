//! HMAC-SHA-2, keyed once and used for many items.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::crypto::{algorithm_name, random};
use crate::error::{Error, ErrorKind, Result};

/// The hash function of an [`HmacKey`] (HMAC: RFC 2104; SHA-2: FIPS 180-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HmacAlgorithm {
    /// HMAC-SHA-224, a 28-byte tag.
    HmacSha224,
    /// HMAC-SHA-256, a 32-byte tag. The usual choice.
    HmacSha256,
    /// HMAC-SHA-384, a 48-byte tag.
    HmacSha384,
    /// HMAC-SHA-512, a 64-byte tag.
    HmacSha512,
}

impl HmacAlgorithm {
    /// Returns the name in [Java's Cryptography Architecture][jca], which is recorded in items.
    ///
    /// [jca]: https://docs.oracle.com/en/java/javase/21/docs/specs/security/standard-names.html
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha224 => "HmacSHA224",
            Self::HmacSha256 => "HmacSHA256",
            Self::HmacSha384 => "HmacSHA384",
            Self::HmacSha512 => "HmacSHA512",
        }
    }

    /// Returns the algorithm of this name, in any spelling.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::HmacSha224, Self::HmacSha256, Self::HmacSha384, Self::HmacSha512]
            .into_iter()
            .find(|algorithm| algorithm_name::same(algorithm.name(), name))
    }
}

/// A symmetric key that signs and verifies items. It is zeroized on drop and never printed.
#[derive(Clone)]
pub struct HmacKey(Keyed);

/// The hash state after absorbing the key, so that the key is processed once and not for every item. Shared, because
/// every item gets its own materials and copies of a key are best avoided. Each kind has its own allocation: a common
/// one of the largest size could copy parts of other keys from the stack.
#[derive(Clone)]
enum Keyed {
    Sha224(Arc<Hmac<Sha224>>),
    Sha256(Arc<Hmac<Sha256>>),
    Sha384(Arc<Hmac<Sha384>>),
    Sha512(Arc<Hmac<Sha512>>),
}

impl HmacKey {
    /// Creates a key from these bytes. The usual length is that of the tag: 32 bytes for HMAC-SHA-256.
    ///
    /// Shorter keys are accepted, because existing tables were signed with them.
    ///
    /// # Errors
    /// `Materials` if `bytes` is empty.
    pub fn from_bytes(algorithm: HmacAlgorithm, bytes: &[u8]) -> Result<Self> {
        if bytes.is_empty() {
            return Err(Error::new(ErrorKind::Materials, "a signing key cannot be empty"));
        }
        keyed(algorithm, bytes)
            .map(Self)
            .map_err(|_| Error::new(ErrorKind::Materials, "the signing key has an unusable length"))
    }

    /// Generates a random key of 256 bits for HMAC-SHA-256 with the operating system's random number generator.
    ///
    /// # Errors
    /// `Materials` if the operating system's random number generator fails.
    pub fn generate() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        random::fill_key(bytes.as_mut_slice())?;
        Self::from_bytes(HmacAlgorithm::HmacSha256, bytes.as_slice())
    }

    /// Returns the algorithm that the key is bound to.
    pub fn algorithm(&self) -> HmacAlgorithm {
        match self.0 {
            Keyed::Sha224(_) => HmacAlgorithm::HmacSha224,
            Keyed::Sha256(_) => HmacAlgorithm::HmacSha256,
            Keyed::Sha384(_) => HmacAlgorithm::HmacSha384,
            Keyed::Sha512(_) => HmacAlgorithm::HmacSha512,
        }
    }

    /// Returns the tag of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0 {
            Keyed::Sha224(mac) => tag(&**mac, message),
            Keyed::Sha256(mac) => tag(&**mac, message),
            Keyed::Sha384(mac) => tag(&**mac, message),
            Keyed::Sha512(mac) => tag(&**mac, message),
        }
    }

    /// The first eight bytes of the tag of the parts, one after the other.
    pub(crate) fn first_eight(&self, parts: &[&[u8]]) -> [u8; 8] {
        match &self.0 {
            Keyed::Sha224(mac) => first_eight(&**mac, parts),
            Keyed::Sha256(mac) => first_eight(&**mac, parts),
            Keyed::Sha384(mac) => first_eight(&**mac, parts),
            Keyed::Sha512(mac) => first_eight(&**mac, parts),
        }
    }

    /// Returns the tag of a message that `write` passes on in parts.
    pub(crate) fn sign_parts(&self, write: impl Write) -> Result<Vec<u8>> {
        match &self.0 {
            Keyed::Sha224(mac) => tag_of_parts(&**mac, write),
            Keyed::Sha256(mac) => tag_of_parts(&**mac, write),
            Keyed::Sha384(mac) => tag_of_parts(&**mac, write),
            Keyed::Sha512(mac) => tag_of_parts(&**mac, write),
        }
    }

    /// Returns whether `tag` is the untruncated tag of a message that `write` passes on in parts, compared in constant time.
    pub(crate) fn verify_parts(&self, write: impl Write, tag: &[u8]) -> Result<bool> {
        match &self.0 {
            Keyed::Sha224(mac) => matches(&**mac, write, tag),
            Keyed::Sha256(mac) => matches(&**mac, write, tag),
            Keyed::Sha384(mac) => matches(&**mac, write, tag),
            Keyed::Sha512(mac) => matches(&**mac, write, tag),
        }
    }
}

/// Passes on the parts of a message.
pub(crate) trait Write: FnOnce(&mut dyn FnMut(&[u8])) -> Result<()> {}

impl<W: FnOnce(&mut dyn FnMut(&[u8])) -> Result<()>> Write for W {}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HmacKey").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

fn keyed(algorithm: HmacAlgorithm, bytes: &[u8]) -> Result<Keyed, hmac::digest::InvalidLength> {
    Ok(match algorithm {
        HmacAlgorithm::HmacSha224 => Keyed::Sha224(Arc::new(Hmac::new_from_slice(bytes)?)),
        HmacAlgorithm::HmacSha256 => Keyed::Sha256(Arc::new(Hmac::new_from_slice(bytes)?)),
        HmacAlgorithm::HmacSha384 => Keyed::Sha384(Arc::new(Hmac::new_from_slice(bytes)?)),
        HmacAlgorithm::HmacSha512 => Keyed::Sha512(Arc::new(Hmac::new_from_slice(bytes)?)),
    })
}

fn tag<M: Mac + Clone>(mac: &M, message: &[u8]) -> Vec<u8> {
    mac.clone().chain_update(message).finalize().into_bytes().to_vec()
}

fn first_eight<M: Mac + Clone>(mac: &M, parts: &[&[u8]]) -> [u8; 8] {
    let mut mac = mac.clone();
    parts.iter().for_each(|part| mac.update(part));
    let tag = mac.finalize().into_bytes();
    // Every tag is longer.
    tag.first_chunk().copied().unwrap_or_default()
}

fn tag_of_parts<M: Mac + Clone>(mac: &M, write: impl Write) -> Result<Vec<u8>> {
    let mut mac = mac.clone();
    write(&mut |part| mac.update(part))?;
    Ok(mac.finalize().into_bytes().to_vec())
}

fn matches<M: Mac + Clone>(mac: &M, write: impl Write, tag: &[u8]) -> Result<bool> {
    let mut mac = mac.clone();
    write(&mut |part| mac.update(part))?;
    Ok(mac.verify_slice(tag).is_ok())
}
