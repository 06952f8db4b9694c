//! Between the fields of an entity and the attributes of an item.
//!
//! A field becomes an attribute value in one of three ways: a key through [`KeyAttribute`](crate::KeyAttribute), `bytes`
//! as a binary, everything else through serde. A value that serde calls null is an absent attribute, and an absent
//! attribute is read as null, so that what can be absent is for the field's type to say.

mod bytes;
mod key;
mod map_keys;
mod value;
mod version;

pub use bytes::{BytesField, Optional, Required};
pub use key::{put_key, take_key};
pub use value::{AnyType, EncodableKind, FieldType, RawBytes, SerdeField};
pub use version::VersionNumber;

use crate::error::{Error, ErrorKind};
use crate::item::Item;

/// True if the item has no such attribute.
pub fn is_absent(item: &Item, name: &str) -> bool {
    !item.contains_key(name)
}

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
    Error::new(ErrorKind::Codec, format!("this value of `{found}` cannot be represented in DynamoDB"))
        .with_attribute(name)
}
