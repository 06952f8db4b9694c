//! Thin wrappers over the cryptography crates. Nothing here knows of DynamoDB.

pub(crate) mod aes_key;
pub(crate) mod cbc;
pub(crate) mod digest;
pub(crate) mod hmac;
pub(crate) mod key_wrap;
pub(crate) mod random;
