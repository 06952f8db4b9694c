//! Keys of cursors.

use std::fmt;

use zeroize::Zeroizing;

use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
use crate::crypto::{gcm, random};
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;

/// The key with which the text of cursors is encrypted and authenticated. It is zeroized on drop and never printed.
///
/// Use it for no other purpose, and use the same key on every server of an API.
#[derive(Clone)]
pub struct CursorKey(HmacKey);

impl CursorKey {
    /// Creates a key from 32 bytes.
    ///
    #[doc = example!(employees)]
    /// use dynaseal::repository::query::CursorKey;
    ///
    /// let secret = [7; 32]; // in earnest, out of a secret store
    /// let key = CursorKey::from_bytes(&secret)?;
    /// assert!(CursorKey::from_bytes(b"too short").is_err());
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Materials` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() != size_of::<gcm::Key>() {
            return Err(Error::new(
                ErrorKind::Materials,
                format!("a cursor key has 32 bytes, this one has {}", bytes.len()),
            ));
        }
        HmacKey::from_bytes(HmacAlgorithm::HmacSha256, bytes).map(Self)
    }

    /// Generates a random key of 256 bits with the operating system's random number generator. If it is lost, its
    /// cursors are unusable.
    ///
    #[doc = example!(employees)]
    /// use dynaseal::repository::query::CursorKey;
    ///
    /// let key = CursorKey::generate()?;
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Materials` if the operating system's random number generator fails.
    pub fn generate() -> Result<Self> {
        HmacKey::generate().map(Self)
    }

    /// Derives the key of one cursor. With a separate key for each, any number of cursors can be created with the same
    /// `CursorKey`.
    pub(super) fn derive(&self, salt: &[u8]) -> Option<Zeroizing<gcm::Key>> {
        let derived = Zeroizing::new(self.0.sign(&[b"dynaseal cursor".as_slice(), salt].concat()));
        derived.as_slice().try_into().ok().map(Zeroizing::new)
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CursorKey").finish_non_exhaustive()
    }
}

/// Returns sixteen bytes that no other cursor has.
pub(super) type Salt = [u8; 16];

/// Uses the operating system's generator: a forked process would repeat the output of its own generator, and with it
/// the key and nonce of a cursor. Returns `None` if the generator fails.
pub(super) fn fresh<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    random::fill_key(&mut bytes).ok()?;
    Some(bytes)
}
