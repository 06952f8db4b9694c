//! Thin wrappers over the cryptography crates, independent of DynamoDB.

pub(crate) mod aes_key;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub(crate) mod agreement;
pub(crate) mod algorithm_name;
pub(crate) mod base64;
pub(crate) mod cbc;
#[cfg(any(test, feature = "aws-lc", feature = "ecdsa", feature = "kms"))]
pub(crate) mod counter_mode;
#[cfg(any(feature = "aws-lc", feature = "ecdsa", feature = "pkcs11"))]
pub(crate) mod curve;
pub(crate) mod digest;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub(crate) mod ecdsa;
pub(crate) mod gcm;
pub(crate) mod hmac;
pub(crate) mod kdf;
pub(crate) mod key_wrap;
pub(crate) mod keystream;
#[cfg(all(feature = "kms", any(feature = "aws-lc", feature = "rsa")))]
pub(crate) mod oaep;
#[cfg(any(feature = "rsa", feature = "aws-lc", feature = "ecdsa"))]
pub(crate) mod pem;
pub(crate) mod random;
#[cfg(feature = "rsa")]
pub(crate) mod rsa_key;
pub(crate) mod signature_algorithm;
pub(crate) mod wipe;
