//! Fields with `#[item(bytes)]`.

use aws_sdk_dynamodb::primitives::Blob;

use super::{missing, unexpected};
use crate::error::Result;
use crate::item::{AttributeValue, Item};

/// A type that can be stored as a binary (`B`).
///
/// `Shape` only keeps the two implementations apart.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored with `bytes`",
    label = "not bytes",
    note = "`bytes` is for types that are `AsRef<[u8]>` and `TryFrom<Vec<u8>>`, such as `Vec<u8>` and `[u8; 32]`, and for their `Option`s"
)]
pub trait BytesField<Shape>: Sized {
    /// The bytes, or `None` for an absent attribute.
    fn bytes(&self) -> Option<&[u8]>;

    /// The value back from its bytes or, if they do not fit it, from nothing.
    fn from_bytes(bytes: Option<Vec<u8>>) -> Option<Self>;
}

/// The value is bytes.
pub struct Required;

/// The value is bytes or `None`.
pub struct Optional;

#[diagnostic::do_not_recommend]
impl<T: AsRef<[u8]> + TryFrom<Vec<u8>>> BytesField<Required> for T {
    fn bytes(&self) -> Option<&[u8]> {
        Some(self.as_ref())
    }

    fn from_bytes(bytes: Option<Vec<u8>>) -> Option<Self> {
        bytes?.try_into().ok()
    }
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<[u8]> + TryFrom<Vec<u8>>> BytesField<Optional> for Option<T> {
    fn bytes(&self) -> Option<&[u8]> {
        self.as_ref().map(AsRef::as_ref)
    }

    fn from_bytes(bytes: Option<Vec<u8>>) -> Option<Self> {
        match bytes {
            Some(bytes) => bytes.try_into().ok().map(Some),
            None => Some(None),
        }
    }
}

/// Puts the value into the item as a binary.
pub fn encode_bytes<T: BytesField<Shape>, Shape>(item: &mut Item, name: &'static str, value: &T) {
    if let Some(bytes) = value.bytes() {
        item.insert(name.to_owned(), AttributeValue::B(Blob::new(bytes)));
    }
}

/// Takes the value out of the item.
///
/// # Errors
/// `Schema` if the attribute is missing, not a binary, or not of the type's length.
pub fn decode_bytes<T: BytesField<Shape>, Shape>(item: &mut Item, name: &'static str) -> Result<T> {
    match item.remove(name) {
        Some(AttributeValue::B(blob)) => T::from_bytes(Some(blob.into_inner())).ok_or_else(|| unexpected::<T>(name)),
        None => T::from_bytes(None).ok_or_else(|| missing(name)),
        Some(AttributeValue::Null(_)) => T::from_bytes(None).ok_or_else(|| unexpected::<T>(name)),
        Some(_) => Err(unexpected::<T>(name)),
    }
}
