//! Fields with `#[item(bytes)]`.

use aws_sdk_dynamodb::primitives::Blob;

use crate::error::Result;
use crate::item::{AttributeValue, Item};

use super::{missing, optional, unexpected};

/// A type that can be stored as a binary (`B`).
///
/// `ItemConversion` only distinguishes the two implementations.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as bytes",
    label = "`#[item(bytes)]` is not for this type",
    note = "`bytes` is for types that are `AsRef<[u8]>` and `TryFrom<Vec<u8>>`, such as `Vec<u8>` and `[u8; 32]`, and their `Option`s"
)]
pub trait BytesField<ItemConversion>: Sized {
    /// Puts the value into the item as a binary.
    ///
    /// # Errors
    /// Never fails: it is fallible like [`SerdeField::put`](super::value::SerdeField::put), so that generated code can
    /// call both alike.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the value out of the item.
    ///
    /// # Errors
    /// `Schema` if the attribute is missing, not a binary, or not of the type's length.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

/// The value is bytes.
pub struct Required;

/// The value is bytes or `None`.
pub struct Optional;

#[diagnostic::do_not_recommend]
impl<T: AsRef<[u8]> + TryFrom<Vec<u8>>> BytesField<Required> for T {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        item.insert(name.to_owned(), AttributeValue::B(Blob::new(self.as_ref())));
        Ok(())
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        match item.remove(name) {
            Some(AttributeValue::B(blob)) => blob.into_inner().try_into().map_err(|_| unexpected::<T>(name)),
            Some(_) => Err(unexpected::<T>(name)),
            None => Err(missing(name)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<[u8]> + TryFrom<Vec<u8>>> BytesField<Optional> for Option<T> {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| value.put(item, name))
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        optional::take(item, name, T::take)
    }
}
