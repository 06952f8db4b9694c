//! Keys of every kind.

use std::borrow::Cow;
use std::net::IpAddr;
use std::num::NonZero;
use std::sync::Arc;

use dynaseal::{EncryptedItem, KeyAttribute};

/// A newtype.
#[derive(Clone, Debug, PartialEq, Eq, KeyAttribute)]
pub struct EmployeeId(pub String);

/// A newtype of a number, which has a width in templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, KeyAttribute)]
pub struct Year(pub u32);

/// A fieldless enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, KeyAttribute)]
#[item(rename_all = "kebab-case")]
pub enum Department {
    /// Stored as `legal`.
    Legal,
    /// Stored as `human-resources`.
    HumanResources,
    /// Stored as `R&D`.
    #[item(rename = "R&D")]
    Research,
}

/// Several keys built from optional parts, and a constant one.
#[derive(Clone, Debug, PartialEq, Eq, EncryptedItem)]
#[item(partition_key(name = "PK", template = "TENANT#{tenant}#EMPLOYEE#{employee}"))]
#[item(sort_key(name = "SK", template = "YEAR#{hired:04}"))]
#[item(index(
    name = "by-department",
    partition(name = "IK", template = "DEPARTMENT#{department}#{active}"),
    sort(name = "IS", template = "LEVEL#{level:02}")
))]
#[item(index(name = "all", partition(name = "AK", template = "ALL"), sort = hired, projection = keys_only))]
#[item(index(name = "by-level", partition(name = "LK", template = "{level}"), sort(name = "LS", template = "{desk}")))]
#[item(index(
    name = "inverted",
    partition(name = "SK", template = "YEAR#{hired:04}"),
    sort(name = "PK", template = "TENANT#{tenant}#EMPLOYEE#{employee}")
))]
pub struct Employee {
    /// Part of the partition key.
    #[sign_only]
    pub tenant: Cow<'static, str>,
    /// The other part.
    #[sign_only]
    pub employee: EmployeeId,
    /// The sort key.
    #[sign_only]
    pub hired: Year,
    /// Part of an index key.
    #[sign_only]
    pub department: Option<Department>,
    /// Text in a template, and a boolean in another one.
    #[sign_only]
    pub active: Option<bool>,
    /// Part of two index keys.
    #[sign_only]
    pub level: Option<u8>,
    /// Another part.
    #[sign_only]
    pub desk: Option<Arc<str>>,
    /// Encrypted.
    pub salary: u64,
}

/// Types of the standard library.
#[derive(Clone, Debug, PartialEq, Eq, EncryptedItem)]
#[item(index(name = "by-letter", partition = letter, sort = digest))]
pub struct Session {
    /// An address.
    #[partition_key]
    pub address: IpAddr,
    /// A number that is not zero.
    #[sort_key]
    pub number: NonZero<u128>,
    /// A character.
    #[sign_only]
    pub letter: Option<char>,
    /// Bytes.
    #[sign_only]
    pub digest: [u8; 32],
}
