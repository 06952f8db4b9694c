//! Client-side encryption for Amazon DynamoDB, compatible with the AWS Database Encryption SDK for DynamoDB, and with its
//! predecessor, the DynamoDB Encryption Client for Java and Python.
//!
//! Derive [`EncryptedItem`](macro@EncryptedItem) for a struct and store it with a [`Repository`]: values are encrypted
//! and the item is signed before it leaves the process, and verified and decrypted when it is read. Keys come from a
//! [keyring](keyrings) or, for items of the older DynamoDB Encryption Client, from a [provider](materials). For items that are
//! not sent by a repository, use the [`ItemEncryptor`].
//!
//! | in a hurry | see |
//! |---|---|
//! | model an entity | [`EncryptedItem`](macro@EncryptedItem) |
//! | read and write entities | [`Repository`] |
//! | keep several entities in one table | [`entities!`] |
//! | use a custom type as a key | [`KeyAttribute`](derive@KeyAttribute), [`key_attribute!`] |
//! | know where a type works: as attribute, key, index key, filter operand | [`codec`] |
//! | handle a failure | [`Error`], and each [`ErrorKind`] |
#![cfg_attr(
    all(feature = "embedded", feature = "kms", feature = "testing"),
    doc = "| know what an error means, and what to do | [`guide::errors`] |\n\
           | know what a message of the compiler means | [`guide::compile_errors`] |"
)]
//! | try it without an account | `embedded`, with the feature of that name |
//!
//! | keys | see |
//! |---|---|
//! | choose the source of keys | [`keyrings`], or [`materials`] for the older format |
//! | give each tenant a key | `keyrings::HierarchicalKeyring` and `keyrings::KeyStore`, with the feature `kms` |
//! | rotate keys, change actions, encrypt a table | [`migration`], [`SchemaVersion`] |
//!
//! | search | see |
//! |---|---|
//! | search encrypted attributes | [`beacon`] |
//! | choose the length of a beacon | [`plan`] |
//!
//! | other ways to read and write | see |
//! |---|---|
//! | share a table with a Java mapper | [`codec::java`] |
//! | read and write plain attribute maps | [`EncryptedTable`], [`AttributeActions`] |
//! | read items of streams, Lambda events and exports | [`Repository::decrypt`], [`IntoItem`] |
//! | encrypt items that are not sent by a repository | [`ItemEncryptor`], [`AttributeActions`], [`ItemContext`] |
//!
//! | review | see |
//! |---|---|
//! | detect changes of the protection | [`assert_actions!`] |
//! | find every use that weakens a promise | [`danger`] |
//!
#![cfg_attr(
    all(feature = "embedded", feature = "kms", feature = "testing"),
    doc = "The [`guide`] explains it step by step, from the [quick start](guide::quick_start) to the \
           [stored bytes](guide::wire_format): [tenants](guide::tenants), [searching](guide::searching), \
           [modelling](guide::modelling), [testing](guide::testing) and [production](guide::production)."
)]
#![cfg_attr(
    not(all(feature = "embedded", feature = "kms", feature = "testing")),
    doc = "The guide explains it step by step, down to the stored bytes. It is in the documentation with all features."
)]
#![forbid(unsafe_code)]

mod aws;
mod cache;
pub mod codec;
pub mod condition;
mod crypto;
pub mod danger;
#[cfg(feature = "embedded")]
pub mod embedded;
mod encrypted_table;
mod error;
mod example;
pub mod format;
#[cfg(any(doc, doctest))]
#[cfg(all(feature = "embedded", feature = "kms", feature = "testing"))]
pub mod guide;
mod item;
pub mod keyrings;
pub mod materials;
pub mod migration;
pub mod plan;
mod private_file;
mod provision;
pub mod repository;
mod request;
mod schema;
mod table;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(test)]
mod tests;

#[doc(hidden)]
pub mod __private;

pub use condition::{Condition, Update};
pub use encrypted_table::EncryptedTable;
pub use error::{Error, ErrorKind, Result};
pub use format::context::ItemContext;
pub use format::encryptor::ItemEncryptor;
pub use item::into_item::{IntoAttributeValue, IntoItem};
pub use item::key::{KeyAttribute, KeyType};
pub use item::number::Number;
pub use item::{AttributeValue, Item, item_size};
pub use repository::transaction::{Transaction, transact_get};
pub use repository::{Repository, Revision, Versioned};
pub use schema::action::{AttributeAction, AttributeActions};
pub use schema::beacon;
pub use schema::ddbec_entity::DdbecEntity;
pub use schema::entity::{
    Discriminator, EncryptedItem, ExpectedVersion, IndexDefinition, IndexProjection, IndexScope, IntoItemKey, ItemKey,
    KeyDefinition, KeySchema, UnknownAttributes,
};
pub use schema::expiry::Expiry;
pub use schema::group::EntityGroup;
pub use schema::index::{self, Index};
pub use schema::tenant::{NoTenant, Tenancy, WithTenant};
pub use schema::timestamp::Timestamp;
pub use table::schema_version::SchemaVersion;

#[doc(inline)]
pub use dynaseal_macros::{EncryptedItem, KeyAttribute};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
