//! Fields that serde encodes.

use std::marker::PhantomData;
use std::ops::Deref;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::map_keys::Guarded;
use super::{missing, unexpected, unrepresentable};
use crate::error::Result;
use crate::item::{AttributeValue, Item};

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
        let value = serde_dynamo::to_attribute_value(Guarded(self)).map_err(|_| unrepresentable::<T>(name))?;
        if !matches!(value, AttributeValue::Null(true)) {
            item.insert(name.to_owned(), value);
        }
        Ok(())
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        let stored = item.remove(name);
        let is_missing = stored.is_none();
        let value = stored.unwrap_or(AttributeValue::Null(true));
        // serde_dynamo panics at a value of a type that this version of the SDK does not know.
        let decoded = if is_known(&value) { serde_dynamo::from_attribute_value(value).ok() } else { None };
        decoded.ok_or_else(|| if is_missing { missing(name) } else { unexpected::<T>(name) })
    }
}

/// True if the value and all that is nested in it are of the ten types.
fn is_known(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::L(list) => list.iter().all(is_known),
        AttributeValue::M(map) => map.values().all(is_known),
        AttributeValue::S(_)
        | AttributeValue::N(_)
        | AttributeValue::B(_)
        | AttributeValue::Ss(_)
        | AttributeValue::Ns(_)
        | AttributeValue::Bs(_)
        | AttributeValue::Bool(_)
        | AttributeValue::Null(_) => true,
        _ => false,
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
