//! Client-side encryption for Amazon DynamoDB, compatible with AWS's DynamoDB Encryption Client for Java and Python.
//!
//! Derive [`EncryptedItem`](macro@EncryptedItem) for a struct, and a [`Repository`] moves it into DynamoDB and back: values
//! are encrypted and the item is signed before it leaves the process, verified and decrypted when it returns. Keys come from
//! a [provider](materials). For items that travel another way there is the [`ItemEncryptor`].
//!
//! | you want to | look at |
//! |---|---|
//! | model an entity | [`EncryptedItem`](macro@EncryptedItem) |
//! | read and write entities | [`Repository`] |
//! | keep several entities in one table | [`entities!`] |
//! | share a table with a Java mapper | [`codec::java`] |
//! | choose where keys come from | [`materials`] |
//! | read and write plain attribute maps | [`EncryptedTable`], [`AttributeActions`] |
//! | read items of streams, Lambda events and exports | [`Repository::decrypt`], [`IntoItem`] |
//! | encrypt items that travel another way | [`ItemEncryptor`], [`AttributeActions`], [`EncryptionContext`] |
//! | rotate keys, change actions, encrypt a table | [`migration`], [`SchemaVersion`] |
//! | notice in review that a protection changed | [`assert_actions!`] |
//! | handle failures | [`Error`], [`ErrorKind`] |
//! | try it without an account | `embedded`, with the feature of that name |
//! | weaken a promise knowingly | [`danger`] |
//! | learn it step by step, down to the bytes that are stored | `guide`, in the documentation of all features |

#![forbid(unsafe_code)]

mod action;
mod audit;
pub mod codec;
pub mod condition;
mod context;
mod crypto;
pub mod danger;
#[cfg(feature = "embedded")]
pub mod embedded;
mod encrypted_table;
mod encryptor;
mod entity;
mod error;
mod example;
mod expiry;
mod format;
mod group;
#[cfg(any(doc, doctest))]
#[cfg(all(feature = "embedded", feature = "kms", feature = "testing"))]
pub mod guide;
pub mod index;
mod into_item;
mod item;
mod key;
pub mod materials;
pub mod migration;
mod new_table;
mod number;
mod permission;
mod pinned;
mod plaintext;
mod private_file;
pub mod repository;
mod schema_version;
mod sdk_error;
mod table;
#[cfg(test)]
#[cfg(any(feature = "rsa", feature = "aws-lc", feature = "ecdsa"))]
mod test_keys;
#[cfg(feature = "testing")]
pub mod testing;
mod timestamp;
mod transit;
mod utf16;
#[cfg(test)]
mod vector_tests;

#[doc(hidden)]
pub mod __private;

pub use action::{AttributeAction, AttributeActions};
pub use condition::{Condition, Update};
pub use context::EncryptionContext;
pub use encrypted_table::EncryptedTable;
pub use encryptor::ItemEncryptor;
pub use entity::{
    Discriminator, EncryptedItem, ExpectedVersion, IndexDefinition, IndexProjection, IndexScope, ItemKey,
    KeyDefinition, KeySchema, UnknownAttributes,
};
pub use error::{Error, ErrorKind, Result};
pub use expiry::Expiry;
pub use group::EntityGroup;
pub use index::Index;
pub use into_item::{IntoAttributeValue, IntoItem};
pub use item::{AttributeValue, Item, item_size};
pub use key::{KeyAttribute, KeyType};
pub use number::Number;
pub use repository::{Repository, Revision, Transaction, Versioned, transact_get};
pub use schema_version::SchemaVersion;
pub use timestamp::Timestamp;

#[doc(inline)]
pub use dynaseal_macros::EncryptedItem;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
