//! Fields that serde encodes.

use std::marker::PhantomData;
use std::ops::Deref;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::item::Item;

use super::with::{put_with, take_with};

/// A type that serde can encode and decode.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored",
    label = "not `Serialize` and `Deserialize`",
    note = "serde encodes the value of a field: add `#[derive(serde::Serialize, serde::Deserialize)]` to its type",
    note = "for a field that is not to be stored, write `#[item(skip)]` above it"
)]
pub trait SerdeField: Sized {
    /// Puts the value into the item, unless it is null.
    ///
    /// # Errors
    /// `Codec` for a value that DynamoDB has no form for. serde's own text is dropped: it can contain the value.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the value out of the item.
    ///
    /// # Errors
    /// `Schema` if the attribute is missing and the type has no null, or if the stored value is not one of the type.
    /// serde's own text is dropped: it can contain the value.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> SerdeField for T {
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        put_with(self, item, name, |value, serializer| value.serialize(serializer))
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        take_with(item, name, |deserializer| T::deserialize(deserializer))
    }
}

/// A field's type, to be asked for its kind: `FieldType::<T>::NEW.kind()`.
///
/// An inherent method comes before one of what the receiver dereferences to, so the compiler answers for the real type,
/// whatever alias it is written as. Behind a type parameter it cannot see.
pub struct FieldType<T>(PhantomData<T>);

/// The kind of `Vec<u8>`.
pub struct RawBytes;

/// The kind of every other type.
pub struct AnyType;

/// A kind of type that serde encodes as its author meant.
#[diagnostic::on_unimplemented(
    message = "a `Vec<u8>` needs `#[item(bytes)]`",
    label = "would be stored as a list of numbers, one per byte",
    note = "serde cannot tell bytes from numbers; write `#[item(bytes)]` above the field to store a binary",
    note = "if a list of numbers is meant, wrap the `Vec<u8>` in a type of your own"
)]
pub trait EncodableKind: Sized {
    /// Compiles for every kind but raw bytes.
    fn check(self) {}
}

#[diagnostic::do_not_recommend]
impl EncodableKind for AnyType {}

impl<T> FieldType<T> {
    /// The type.
    pub const NEW: Self = Self(PhantomData);
}

impl FieldType<Vec<u8>> {
    /// The kind of the type.
    pub fn kind(&self) -> RawBytes {
        RawBytes
    }
}

impl AnyType {
    /// The kind of the type.
    pub fn kind(&self) -> Self {
        Self
    }
}

impl<T> Deref for FieldType<T> {
    type Target = AnyType;

    fn deref(&self) -> &AnyType {
        &AnyType
    }
}
