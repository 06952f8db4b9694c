//! The shared harness of the tests: items as JSON, random items, setups, and the real Java and Python clients.

pub mod account;
pub mod accounts;
pub mod answers;
pub mod canonical;
pub mod clock;
pub mod dbesdk;
pub mod delegate;
pub mod description;
pub mod dynamodb_json;
pub mod entity_store;
pub mod fixtures;
pub mod format;
pub mod gate;
pub mod given_up;
#[cfg(all(feature = "kms", feature = "aws-lc"))]
pub mod kms;
pub mod liar;
pub mod lie;
pub mod log;
pub mod memory;
#[cfg(feature = "kms")]
pub mod meta_store;
pub mod network;
pub mod ours;
pub mod own_process;
#[cfg(feature = "peers")]
pub mod peers;
pub mod person;
pub mod random_items;
pub mod samples;
pub mod seed;
pub mod setup;
pub mod setups;
#[cfg(feature = "pkcs11")]
pub mod softhsm;
pub mod store;
#[cfg(feature = "kms")]
pub mod tenants;
pub mod values;

/// The examples in the documentation of the macros; see `build.rs`.
#[cfg(doctest)]
#[doc = include_str!(concat!(env!("OUT_DIR"), "/macros.md"))]
pub struct DocumentationOfTheMacros;
