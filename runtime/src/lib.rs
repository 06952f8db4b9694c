//! Client-side encryption for Amazon DynamoDB.

mod action;
mod context;
mod crypto;
mod encryptor;
mod entity;
mod error;
mod format;
mod item;
mod key;
pub mod materials;
#[cfg(test)]
#[cfg(any(feature = "rsa", feature = "aws-lc", feature = "ecdsa"))]
mod test_keys;
#[cfg(test)]
mod vector_tests;

#[doc(hidden)]
pub mod __private;

pub use action::{AttributeAction, AttributeActions};
pub use context::EncryptionContext;
pub use encryptor::ItemEncryptor;
pub use entity::{EncryptedItem, ItemKey, KeyDefinition, KeySchema, UnknownAttributes};
pub use error::{Error, ErrorKind, Result};
pub use item::{AttributeValue, Item};
pub use key::{KeyAttribute, KeyType};

#[doc(inline)]
pub use dynaseal_macros::EncryptedItem;
