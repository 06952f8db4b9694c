//! Key fields, which [`KeyAttribute`](crate::KeyAttribute) encodes.

use super::missing;
use crate::error::Result;
use crate::item::key::{KeyAttribute, KeyType};
use crate::item::{AttributeValue, Item};

/// Puts an encoded key attribute into the item.
///
/// # Errors
/// That of the encoding, naming the attribute.
pub fn put_key(item: &mut Item, name: &'static str, encoded: Result<AttributeValue>) -> Result<()> {
    let value = encoded.map_err(|error| error.with_attribute(name))?;
    item.insert(name.to_owned(), value);
    Ok(())
}

/// Takes a key attribute out of the item.
///
/// # Errors
/// `Schema` if it is missing; else that of the decoding. Both name the attribute.
pub fn take_key<T>(item: &mut Item, name: &'static str, decode: impl FnOnce(AttributeValue) -> Result<T>) -> Result<T> {
    let value = item.remove(name).ok_or_else(|| missing(name))?;
    decode(value).map_err(|error| error.with_attribute(name))
}

/// The type of a field that is a key of an index: that of a key, or an `Option` of one. An item whose key is `None` is not
/// in the index.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key of an index",
    label = "not a key type, nor an `Option` of one",
    note = "the keys of an index are strings, numbers or binaries",
    note = "for a type of your own with `Display` and `FromStr`, write `dynaseal::key_attribute!({Self} as String);`; wrap one that is not"
)]
pub trait IndexField: Sized {
    /// What the index is asked for.
    type Value: KeyAttribute;

    /// The DynamoDB type of the key.
    const TYPE: KeyType = <Self::Value as KeyAttribute>::TYPE;

    /// The stored form of what the index is asked for.
    ///
    /// # Errors
    /// `Codec` for a value that cannot be a key.
    fn encode(value: &Self::Value) -> Result<AttributeValue> {
        value.encode()
    }

    /// The value, unless it is `None`.
    fn value(&self) -> Option<&Self::Value>;

    /// Puts the value into the item, unless it is `None`.
    ///
    /// # Errors
    /// That of the encoding, naming the attribute.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the value out of the item.
    ///
    /// # Errors
    /// `Schema` if it is missing and the type is no `Option`; else that of the decoding. Both name the attribute.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> IndexField for T {
    type Value = T;

    fn value(&self) -> Option<&T> {
        Some(self)
    }

    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        put_key(item, name, KeyAttribute::encode(self))
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        take_key(item, name, T::decode)
    }
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> IndexField for Option<T> {
    type Value = T;

    fn value(&self) -> Option<&T> {
        self.as_ref()
    }

    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        self.as_ref().map_or(Ok(()), |value| IndexField::put(value, item, name))
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        if item.contains_key(name) { <T as IndexField>::take(item, name).map(Some) } else { Ok(None) }
    }
}
