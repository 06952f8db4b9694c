//! Random numbers: keys from the operating system, initialization vectors from the thread's generator.

use rand::rngs::SysRng;
use rand::{Rng, TryRng};

use crate::error::{Error, ErrorKind, Result};

/// Fills `bytes` for use as a key.
pub(crate) fn fill_key(bytes: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(bytes).map_err(|error| {
        Error::new(ErrorKind::Materials, "the operating system's random number generator failed").with_source(error)
    })
}

/// Fills `bytes` for use as initialization vectors.
///
/// The thread's generator costs one hundredth of a system call. A process that forks shares its state, so two items
/// could get the same initialization vectors, but never under the same content key if the provider generates that key
/// for each item with the operating system's generator.
pub(crate) fn fill_initialization_vectors(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}
