//! The formats of stored items.
//!
//! A [provider](crate::materials) is sufficient for an [`ItemEncryptor`](crate::ItemEncryptor) or a repository. The
//! types here are for settings of a format, and for reading several formats.

pub(crate) mod branch_key;
pub(crate) mod context;
pub(crate) mod dbesdk;
pub(crate) mod ddbec;
pub(crate) mod dispatch;
pub(crate) mod encryptor;
pub(crate) mod identity;
mod outdated;
#[cfg(test)]
pub(crate) mod vectors;

pub use dbesdk::Dbesdk;
pub use dbesdk::description::{ItemDescription, RecipientDescription};
pub use ddbec::Ddbec;
pub use dispatch::{Format, FormatKind};
