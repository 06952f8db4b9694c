//! Modules for fields that other clients store in a form of their own: `#[item(with = ..)]`.

// A field becomes an attribute value in one of five ways: a key through `KeyAttribute`, `bytes` as a binary, `set` as a set,
// `with` through the functions of a module, everything else through serde. A value that serde calls null is an absent attribute, and an
// absent attribute is read as null, so that what can be absent is for the field's type to say.

mod bytes;
mod discriminator;
mod field;
pub mod java;
mod key;
mod map_keys;
mod set;
mod ttl;
mod value;
mod version;
mod with;

/// What the derive macro's output calls.
pub(crate) mod derived {
    pub use super::bytes::{BytesField, Optional, Required};
    pub use super::discriminator::{put_discriminator, take_discriminator};
    pub use super::key::{IndexField, put_key, take_key};
    pub use super::set::SetField;
    pub use super::ttl::{TimeToLive, time_to_live};
    pub use super::value::{AnyType, EncodableKind, FieldType, RawBytes, SerdeField};
    pub use super::version::VersionNumber;
    pub use super::with::{put_with, take_with};

    /// True if the item has no such attribute.
    pub fn is_absent(item: &crate::Item, name: &str) -> bool {
        !item.contains_key(name)
    }
}

use crate::error::{Error, ErrorKind};

fn missing(name: &str) -> Error {
    Error::new(ErrorKind::Schema, "the attribute is missing").with_attribute(name)
}

/// What was stored is not shown: it may be a decrypted value.
fn unexpected<T>(name: &str) -> Error {
    let expected = std::any::type_name::<T>();
    Error::new(ErrorKind::Schema, format!("the stored value does not decode as `{expected}`")).with_attribute(name)
}

fn unrepresentable<T>(name: &str) -> Error {
    let found = std::any::type_name::<T>();
    Error::new(ErrorKind::Codec, format!(
            "this value of `{found}` cannot be represented in DynamoDB; integers of 128 bits can be as `dynaseal::Number`, \
             and keys of maps as text"
        ))
        .with_attribute(name)
}
