//! The sources of keys, and their failures.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod encryption_context;
#[cfg(feature = "kms")]
mod hierarchical;
mod key_file;
#[cfg(feature = "kms")]
mod key_store;
mod keyrings;
#[cfg(feature = "kms")]
mod kms;
#[cfg(all(feature = "kms", feature = "aws-lc"))]
mod kms_key_pairs;
#[cfg(feature = "kms")]
mod kms_keyrings;
#[cfg(feature = "kms")]
mod meta_store;
#[cfg(feature = "kms")]
mod most_recent;
#[cfg(feature = "kms")]
mod outages;
#[cfg(all(feature = "aws-lc", feature = "pkcs11"))]
mod pkcs11;
#[cfg(feature = "kms")]
mod tenants;
