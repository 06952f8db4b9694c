//! The formats of stored items.

pub(crate) mod ddbec;
