//! Client-side encryption for Amazon DynamoDB, compatible with AWS's DynamoDB Encryption Client for Java and Python, and with
//! the AWS Database Encryption SDK for DynamoDB.
//!
//! Derive [`EncryptedItem`](macro@EncryptedItem) for a struct and store it with a [`Repository`]: values are encrypted
//! and the item is signed before it leaves the process, and verified and decrypted when it is read. Keys come from a
//! [provider](materials) or, for items of the Database Encryption SDK, from a [keyring](keyrings). For items that are not sent
//! by a repository, use the [`ItemEncryptor`].
//!
//! | task | see |
//! |---|---|
//! | model an entity | [`EncryptedItem`](macro@EncryptedItem) |
//! | read and write entities | [`Repository`] |
//! | keep several entities in one table | [`entities!`] |
//! | use a custom type as a key | [`KeyAttribute`](derive@KeyAttribute), [`key_attribute!`] |
//! | see the stored form and the roles of each type | [`codec`] |
//! | share a table with a Java mapper | [`codec::java`] |
//! | choose the source of keys | [`materials`], [`keyrings`] |
//! | give each tenant a key | `keyrings::HierarchicalKeyring` and `keyrings::KeyStore`, with the feature `kms` |
//! | search encrypted attributes | [`beacon`], and the guide's page `searching` |
//! | read and write plain attribute maps | [`EncryptedTable`], [`AttributeActions`] |
//! | read items of streams, Lambda events and exports | [`Repository::decrypt`], [`IntoItem`] |
//! | encrypt items that are not sent by a repository | [`ItemEncryptor`], [`AttributeActions`], [`ItemContext`] |
//! | rotate keys, change actions, encrypt a table | [`migration`], [`SchemaVersion`] |
//! | detect changes of the protection in review | [`assert_actions!`] |
//! | choose the length of a beacon | [`plan`] |
//! | handle failures | [`Error`], [`ErrorKind`] |
//! | try it without an account | `embedded`, with the feature of that name |
//! | weaken a promise deliberately | [`danger`] |
//! | learn it step by step, down to the stored bytes | `guide`, in the documentation with all features |

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
