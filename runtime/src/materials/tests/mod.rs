//! Keys and items of other implementations, which the providers have to agree with.

#[cfg(any(feature = "rsa", feature = "aws-lc", feature = "ecdsa"))]
pub(super) mod keys;
mod vectors;
