//! The digital signature of an item, whose key pair is made for it.

#[cfg(not(any(feature = "aws-lc", feature = "ecdsa")))]
mod absent;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
mod p384;

#[cfg(not(any(feature = "aws-lc", feature = "ecdsa")))]
pub(super) use absent::{Signer, verify};
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub(super) use p384::{Signer, verify};

/// The length of a signature in DER. Exactly one of the two numbers in it begins with a set bit: half of all are like that.
pub(super) const SIGNATURE: usize = 103;
