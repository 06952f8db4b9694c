//! The root key of beacon keys.

use std::fmt;

use zeroize::Zeroizing;

use crate::crypto::random;
use crate::error::{Error, Result};

/// The 32-byte key from which the key of each beacon is derived. It is zeroized on drop and never printed.
pub struct BeaconRoot(Zeroizing<[u8; 32]>);

impl BeaconRoot {
    /// Creates the root from 32 bytes.
    ///
    /// # Errors
    /// `Materials` for another number of bytes.
    #[inline]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bytes = bytes.try_into().map_err(|_| Error::materials("a beacon root has 32 bytes"))?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// Generates a random root with the operating system's generator. Keep its [bytes](Self::as_bytes): without them,
    /// no item is found.
    ///
    /// # Errors
    /// `Materials` if the operating system's generator fails.
    #[inline]
    pub fn generate() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        random::fill_key(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// Returns the bytes, which are secret.
    #[inline]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for BeaconRoot {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BeaconRoot")
    }
}
