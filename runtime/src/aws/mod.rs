//! Helpers for the AWS SDK that are independent of a table or key.

pub(crate) mod audit;
#[cfg(feature = "kms")]
pub(crate) mod kms;
pub(crate) mod new_table;
pub(crate) mod permission;
pub(crate) mod rejection;
pub(crate) mod sdk_error;
pub(crate) mod transit;
