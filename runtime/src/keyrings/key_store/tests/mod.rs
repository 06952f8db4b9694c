//! Tests of the key store that need no store.

mod records;
mod replay;
pub(crate) mod service;
mod transcript;
