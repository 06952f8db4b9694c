//! Keys that sign items, held by this process.

#[cfg(any(feature = "rsa", feature = "aws-lc", feature = "ecdsa"))]
use crate::error::Error;

#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub(super) mod ecdsa;
#[cfg(feature = "rsa")]
pub(super) mod rsa;

/// Returns the error of signing with a public key.
#[cfg(any(feature = "rsa", feature = "aws-lc", feature = "ecdsa"))]
fn verify_only() -> Error {
    Error::materials("the signing key is a public key, which verifies items and cannot sign them; load the private key")
}

#[cfg(test)]
#[cfg(any(feature = "rsa", feature = "aws-lc", feature = "ecdsa"))]
mod tests;
