//! Client-side encryption for Amazon DynamoDB.

mod action;
mod codec;
mod context;
mod crypto;
mod entity;
mod error;
mod item;
mod key;

#[doc(hidden)]
pub mod __private;

pub use action::{AttributeAction, AttributeActions};
pub use context::EncryptionContext;
pub use entity::{EncryptedItem, ItemKey, KeyDefinition, KeySchema, UnknownAttributes};
pub use error::{Error, ErrorKind, Result};
pub use item::{AttributeValue, Item};
pub use key::{KeyAttribute, KeyType};

#[doc(inline)]
pub use dynaseal_macros::EncryptedItem;
