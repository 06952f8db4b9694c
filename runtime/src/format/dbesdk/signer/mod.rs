//! The digital signature of an item, whose key pair is generated for it.

// Also compiled for tests, because every build that runs tests has elliptic curves.
#[cfg(any(test, not(any(feature = "aws-lc", feature = "ecdsa"))))]
#[cfg_attr(any(feature = "aws-lc", feature = "ecdsa"), allow(dead_code, reason = "only tests use it"))]
mod absent;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
mod p384;

#[cfg(not(any(feature = "aws-lc", feature = "ecdsa")))]
pub(super) use absent::{Signer, verify};
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub(super) use p384::{Signer, verify};

/// The required length of a signature in DER, in which exactly one of the two integers begins with a set bit, as in
/// half of all signatures.
pub(super) const SIGNATURE: usize = 103;
