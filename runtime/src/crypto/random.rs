//! Random numbers: keys and shared keys' initialization vectors from the operating system, others from the thread's generator.

#[cfg(feature = "rsa")]
use rand::SeedableRng as _;
#[cfg(feature = "rsa")]
use rand::rngs::StdRng;
use rand::rngs::SysRng;
use rand::{Rng, TryRng};

use crate::error::{Error, ErrorKind, Result};

/// Fills `bytes` for use as a key.
pub(crate) fn fill_key(bytes: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(bytes).map_err(|error| {
        Error::new(ErrorKind::Materials, "the operating system's random number generator failed").with_source(error)
    })
}

/// Fills `bytes` for use as initialization vectors of one item.
///
/// `is_fresh` means that the content key belongs to this item alone. The thread's generator is then sufficient, at one hundredth
/// of the cost of a system call: a process that forks shares its state, so two items can get the same initialization vectors,
/// but never under the same key. Under a key of several items, equal vectors would reveal which values begin alike.
pub(crate) fn fill_initialization_vectors(bytes: &mut [u8], is_fresh: bool) -> Result<()> {
    if !is_fresh {
        return fill_key(bytes);
    }
    rand::rng().fill_bytes(bytes);
    Ok(())
}

/// Returns a generator for one operation, which the operating system seeds: forked processes do not draw the same numbers.
#[cfg(feature = "rsa")]
pub(crate) fn generator() -> Option<StdRng> {
    StdRng::try_from_rng(&mut SysRng).ok()
}
