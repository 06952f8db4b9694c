//! Client-side encryption for Amazon DynamoDB.

mod action;
#[cfg(feature = "kms")]
mod audit;
mod codec;
mod context;
mod crypto;
pub mod danger;
#[cfg(feature = "embedded")]
pub mod embedded;
mod encryptor;
mod entity;
mod error;
mod format;
mod item;
mod key;
pub mod materials;
mod sdk_error;
#[cfg(feature = "testing")]
pub mod testing;
mod transit;
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
