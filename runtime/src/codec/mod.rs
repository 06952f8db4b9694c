//! Modules for fields that other clients store in a form of their own, and for secrets: `#[item(with = ..)]`.
//!
//! # Types
//!
//! What a field of each type is stored as, and what it can be. The form never depends on a feature of `dynaseal`: it is the one
//! that serde gives without it, with the text of a value as an example. Types of `uuid`, `ulid`, `chrono` and `time` are keys,
//! times of writes and times to live with the feature of that name. Every type of the table can be compared by `eq` and
//! `ne`, as far as its action lets the server see it.
//!
#![doc = include_str!("types.md")]
//!
//! * A `ttl` that is no number is stored as a number of whole seconds, rounded up.
//! * A number as part of a template has ranges if it has a width, which is for unsigned integers: `{hired:04}`.
//! * Texts as the end of a template have ranges if they sort as their values do. `DateTime<Utc>` does not, since its text has a
//!   fraction only where there is one, before a `Z`; `NaiveDateTime` does. Times that are equal in different time zones are
//!   stored in different forms, so of `chrono` only those in UTC are keys; those of `time` are stored in UTC as keys.
//! * Years in keys have four digits. A key in another spelling than the one in the table, such as a `Uuid` in upper case, is not
//!   read, since it would be written back as another item.
//! * What `time` stores where it is no key depends on that crate's own features: a list of numbers, or with
//!   `serde-human-readable` the text in the table, with the time zone that it has.
//! * `u128` and `i128` have up to 38 significant digits, unless they are encrypted.
//! * A field that is no key and no part of one is encoded by serde, so its crate's own feature for serde has to be on: `serde` of
//!   `uuid` and `time`, and `rc` of serde itself for `Arc<str>`.
//! * A type in a collection, in a struct, or behind a type parameter is stored as serde says.

// A field becomes an attribute value in one of six ways: a key through `KeyAttribute`, `bytes` as a binary, `set` as a set, `number` as a number,
// `with` through the functions of a module, everything else through serde. A value that serde calls null is an absent attribute, and an
// absent attribute is read as null, so that what can be absent is for the field's type to say.

mod absent;
mod bytes;
mod deserializer;
mod discriminator;
pub mod exact;
pub mod java;
mod key;
mod kind;
mod number;
#[cfg(feature = "secrecy")]
pub mod secrecy;
mod serializer;
mod set;
mod ttl;
mod value;
mod value_error;
mod version;
mod with;

/// What the derive macro's output calls.
pub(crate) mod derived {
    pub use super::absent::{AbsentValue, can_be_absent};
    pub use super::bytes::{BytesField, Optional, Required};
    pub use super::discriminator::{put_discriminator, take_discriminator};
    pub use super::key::{IndexField, PartField, put_key, take_key};
    pub use super::kind::FieldType;
    pub use super::number::NumberField;
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
        note = "write `default = path::to::function` in `#[item(..)]`, for a function that makes the value, or implement `Default` for the type"
    )]
    pub trait DefaultValue {
        /// The default.
        fn default_value() -> Self;
    }

    #[diagnostic::do_not_recommend]
    impl<T: Default> DefaultValue for T {
        fn default_value() -> Self {
            Self::default()
        }
    }

    /// True if the item has no such attribute.
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

/// What was stored is not shown: it may be a decrypted value.
fn unexpected<T>(name: &str) -> Error {
    let expected = std::any::type_name::<T>();
    Error::new(ErrorKind::Schema, format!("the stored value does not decode as `{expected}`")).with_attribute(name)
}

/// What the value is, is not shown.
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
