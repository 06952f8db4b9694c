//! AES keys.

use std::fmt;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use crate::crypto::key_wrap::KeyWrap;
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};

/// An AES key of 128, 192 or 256 bits. It is zeroized on drop and never printed.
#[derive(Clone)]
pub struct AesKey {
    bytes: Zeroizing<Vec<u8>>,
    /// The expanded wrapping key. Computed on first use, since most keys never wrap.
    key_wrap: OnceLock<Option<KeyWrap>>,
}

impl AesKey {
    /// Creates a key from 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// `Materials` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::from_owned(Zeroizing::new(bytes.to_vec()))
    }

    pub(crate) fn from_owned(bytes: Zeroizing<Vec<u8>>) -> Result<Self> {
        if !matches!(bytes.len(), 16 | 24 | 32) {
            return Err(Error::new(
                ErrorKind::Materials,
                format!("an AES key has 16, 24 or 32 bytes, this one has {}", bytes.len()),
            ));
        }
        Ok(Self::new(bytes))
    }

    /// Generates a random key of 256 bits with the operating system's random number generator.
    ///
    /// # Errors
    /// `Materials` if the operating system's random number generator fails.
    pub fn generate() -> Result<Self> {
        let mut bytes = Zeroizing::new(vec![0; 32]);
        random::fill_key(&mut bytes)?;
        Ok(Self::new(bytes))
    }

    /// Returns the key's length in bits.
    pub fn bits(&self) -> usize {
        self.bytes.len() * 8
    }

    /// Returns the key's bytes, for a custom [`WrappingKey`](crate::materials::WrappingKey). Zeroize every copy.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the expanded wrapping key; `None` only if the crypto crate rejects it.
    pub(crate) fn key_wrap(&self) -> Option<&KeyWrap> {
        self.key_wrap.get_or_init(|| KeyWrap::new(&self.bytes)).as_ref()
    }

    fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { bytes, key_wrap: OnceLock::new() }
    }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AesKey").field("bits", &self.bits()).finish_non_exhaustive()
    }
}
