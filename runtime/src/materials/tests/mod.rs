//! What the providers have to agree with: keys and items that other implementations made.

#[cfg(any(feature = "rsa", feature = "aws-lc", feature = "ecdsa"))]
pub(super) mod keys;
mod vectors;
