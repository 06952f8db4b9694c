//! The formats of stored items.

pub(crate) mod context;
pub(crate) mod ddbec;
pub(crate) mod encryptor;
