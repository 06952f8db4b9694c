//! Thin wrappers over the cryptography crates. Nothing here knows of DynamoDB.

pub(crate) mod digest;
