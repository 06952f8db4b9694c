//! Encodings for fields that other clients store in their own form, and for secrets: `#[item(with = ..)]`.
//!
//! # Types
//!
//! The stored form of each field type, with an example, and its possible roles. The form never depends on a feature of
//! `dynaseal`: it is that of the type's serde implementation. With the feature of the same name, types of `uuid`,
//! `ulid`, `chrono` and `time` can be keys, timestamps of writes and times to live. Every type in the table can be
//! compared with `eq` and `ne`, if its attribute action makes it visible to the server. `Option<Decimal>` stands for
//! `#[item(number)]`.
//!
#![doc = include_str!("types.md")]
//!
//! * Equality is that of the stored forms. Where equal values can have several forms, such as `1.5` and `1.50`, or one moment in
//!   two time zones, `eq` and `is_in` find only the given form, and `ne` finds the others. `#[item(number)]` stores decimals in
//!   one form; convert times to UTC before they are stored and compared. A `HashSet` without `set` is a list in an arbitrary
//!   order, so it equals a stored one only by chance.
//! * A `ttl` that is not a number is stored as a number of whole seconds, rounded up.
//! * A number as part of a template supports ranges if it has a width, which requires an unsigned integer: `{hired:04}`.
//! * Text at the end of a template supports ranges if it sorts as the values do. `NaiveDateTime` does; `DateTime<Utc>` does
//!   not, because its text has a fraction only where needed, before a `Z`. Equal times in different time zones are stored in
//!   different forms, so only the UTC types of `chrono` are keys; keys of `time`'s types are stored in UTC.
//! * Years in keys have four digits. A key in another spelling than the one in the table, such as a `Uuid` in upper case, is
//!   rejected, because it would be written back as another item.
//! * The form of `time`'s types outside of keys depends on that crate's own features: a list of numbers or, with
//!   `serde-human-readable`, the text in the table with the value's time zone.
//! * `u128` and `i128` have up to 38 significant digits, unless they are encrypted.
//! * A field that is neither a key nor a part of one is encoded by serde. The features of `dynaseal` enable the serde
//!   implementations of their crates; `Arc<str>` needs the feature `rc` of serde itself.
//! * A type in a collection, in a struct, or behind a type parameter is stored in its serde encoding.

// A field becomes an attribute value in one of six ways: a key through `KeyAttribute`, `bytes` as a binary, `set` as a set,
// `number` as a number, `with` through the functions of a module, and everything else through serde. Null in serde is an
// absent attribute, and an absent attribute is read as null, so the field's type determines whether it can be absent.

mod absent;
mod alias;
mod bytes;
mod deserializer;
mod discriminator;
pub mod exact;
pub mod java;
mod key;
mod kind;
mod number;
mod optional;
mod presence;
#[cfg(feature = "secrecy")]
pub mod secrecy;
mod serializer;
mod set;
mod ttl;
mod value;
mod value_error;
mod version;
mod with;

/// Items used by the output of the derive macro.
pub(crate) mod derived {
    pub use super::absent::{AbsentValue, can_be_absent};
    pub use super::alias::rename_aliases;
    pub use super::bytes::{BytesField, Optional, Required};
    pub use super::discriminator::{put_discriminator, take_discriminator};
    pub use super::key::{IndexField, PartField, put_key, take_key};
    pub use super::kind::FieldType;
    pub use super::number::NumberField;
    pub use super::presence::{AlwaysThere, InEveryItem, SometimesAbsent};
    pub use super::set::SetField;
    pub use super::ttl::{TimeToLive, time_to_live, time_to_live_of_a_key};
    pub use super::value::SerdeField;
    pub use super::version::VersionNumber;
    pub use super::with::{put_with, take_with};

    /// A type with a default, for a field that is not stored, or whose attribute is absent.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no default value",
        label = "not `Default`",
        note = "a field that is not stored, or whose attribute is absent, gets `Default::default()`",
        note = "write `default = path::to::function` in `#[item(..)]`, for a function that returns the value, or \
                implement `Default` for the type"
    )]
    pub trait DefaultValue {
        /// Returns the default.
        fn default_value() -> Self;
    }

    #[diagnostic::do_not_recommend]
    impl<T: Default> DefaultValue for T {
        fn default_value() -> Self {
            Self::default()
        }
    }

    /// Returns whether the item lacks this attribute.
    pub fn is_absent(item: &crate::Item, name: &str) -> bool {
        !item.contains_key(name)
    }
}

use crate::error::{Error, ErrorKind};
use crate::item::limits;
use value_error::ValueError;

fn missing(name: &str) -> Error {
    Error::new(ErrorKind::Schema, "the attribute is missing").with_attribute(name)
}

/// The stored value is not shown, because it may be a decrypted value.
fn unexpected<T>(name: &str) -> Error {
    let expected = std::any::type_name::<T>();
    Error::new(ErrorKind::Schema, format!("the stored value does not decode as `{expected}`")).with_attribute(name)
}

/// The value is not shown.
fn unrepresentable<T>(name: &str, error: ValueError) -> Error {
    let error = match error.number() {
        Some(error) => limits::ValueError::Number(error).into(),
        None => Error::new(
            ErrorKind::Codec,
            format!(
                "this value of `{}` cannot be represented in DynamoDB; the keys of a map can only be text, integers, \
                 booleans, characters, and variants without content",
                std::any::type_name::<T>()
            ),
        ),
    };
    error.with_attribute(name)
}
