//! Fields that serde encodes.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::item::Item;

use super::with::{put_with, take_with};

/// A type that serde can encode and decode.
///
/// `Inner` only names in the compiler's message the type that probably lacks serde's traits: `Address` in
/// `Vec<Option<Address>>`.
#[diagnostic::on_unimplemented(
    message = "`{Inner}` cannot be stored",
    label = "not `Serialize` and `Deserialize`",
    note = "serde encodes the value of a field: add `#[derive(serde::Serialize, serde::Deserialize)]` to `{Inner}`; of a type of another crate, turn on the feature `serde` of that crate",
    note = "for a field that is not to be stored, write `#[item(skip)]` above it"
)]
pub trait SerdeField<Inner: ?Sized = Self>: Sized {
    /// Puts the value into the item, unless it is null.
    ///
    /// # Errors
    /// `Codec` for a value that DynamoDB cannot represent. serde's message is dropped, because it can contain the
    /// value.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the value out of the item.
    ///
    /// # Errors
    /// `Schema` if the attribute is missing and the type does not accept null, or if the stored value does not fit the
    /// type. serde's message is dropped, because it can contain the value.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned, Inner: ?Sized> SerdeField<Inner> for T {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        put_with(self, item, name, |value, serializer| value.serialize(serializer))
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        take_with(item, name, |deserializer| T::deserialize(deserializer))
    }
}
