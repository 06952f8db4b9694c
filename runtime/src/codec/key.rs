//! Key fields, which [`KeyAttribute`](crate::KeyAttribute) encodes.

use super::missing;
use super::value::SerdeField;
use crate::error::Result;
use crate::item::key::template::TemplateValue;
use crate::item::key::{KeyAttribute, KeyType};
use crate::item::{AttributeValue, Item};

/// Puts an encoded key attribute into the item.
///
/// # Errors
/// The error of the encoding, naming the attribute.
pub fn put_key(item: &mut Item, name: &'static str, encoded: Result<AttributeValue>) -> Result<()> {
    let value = encoded.map_err(|error| error.with_attribute(name))?;
    item.insert(name.to_owned(), value);
    Ok(())
}

/// Takes a key attribute out of the item.
///
/// # Errors
/// `Schema` if it is missing, or the error of the decoding. Both name the attribute.
pub fn take_key<T>(item: &mut Item, name: &'static str, decode: impl FnOnce(AttributeValue) -> Result<T>) -> Result<T> {
    let value = item.remove(name).ok_or_else(|| missing(name))?;
    decode(value).map_err(|error| error.with_attribute(name))
}

/// The type of a field that is a key of an index: a key type, or an `Option` of one. An item whose key is `None` is not
/// in the index.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key",
    label = "not a key type",
    note = "DynamoDB keys are strings, numbers or binaries, and those of a table are never absent; an item whose index key is `None` is not in the index",
    note = "for a newtype or a fieldless enum of yours, write `#[derive(dynaseal::KeyAttribute)]`; for another type of yours with `Display` and `FromStr`, `dynaseal::key_attribute!(TypeName as String);`",
    note = "wrap a type that is not yours in a newtype; types of `uuid`, `chrono`, `time` and `ulid` are keys with the feature of that name"
)]
pub trait IndexField: Sized {
    /// The type of the value with which the index is queried.
    type Value: KeyAttribute;

    /// The DynamoDB type of the key.
    const TYPE: KeyType = <Self::Value as KeyAttribute>::TYPE;

    /// Returns the stored form of a value with which the index is queried.
    ///
    /// # Errors
    /// `Codec` for an invalid key value.
    fn encode(value: &Self::Value) -> Result<AttributeValue> {
        value.encode()
    }

    /// Returns the value; `None` if the key is `None`.
    fn value(&self) -> Option<&Self::Value>;

    /// Puts the value into the item, unless it is `None`.
    ///
    /// # Errors
    /// The error of the encoding, naming the attribute.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the value out of the item.
    ///
    /// # Errors
    /// `Schema` if it is missing and the type is not an `Option`, or the error of the decoding. Both name the
    /// attribute.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

/// The type of a field that is part of a template: a type that can be a key or only a part of a template, or an
/// `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key's template",
    label = "not a type whose values are one text each",
    note = "the parts of a template are strings, integers, booleans, identifiers and dates",
    note = "for a newtype or a fieldless enum of yours, write `#[derive(dynaseal::KeyAttribute)]`; for another type of yours with `Display` and `FromStr`, `dynaseal::key_attribute!(TypeName as String);`",
    note = "wrap a type that is not yours in a newtype"
)]
pub trait PartField: Sized {
    /// The type of the value in the template.
    type Value: TemplateValue;

    /// Returns the value; `None` if the field is `None`.
    fn value(&self) -> Option<&Self::Value>;

    /// Puts the value into the item as a separate attribute, unless it is `None`.
    ///
    /// # Errors
    /// The error of the encoding, naming the attribute.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the separate attribute out of the item.
    ///
    /// # Errors
    /// `Schema` if it is missing and the type is not an `Option`, or the error of the decoding. Both name the
    /// attribute.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

macro_rules! parts_that_are_keys {
    ($(<$parameter:ident> $part:ty => $value:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$parameter: KeyAttribute> PartField for $part {
            type Value = $value;

            fn value(&self) -> Option<&$value> {
                IndexField::value(self)
            }

            fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
                IndexField::put(self, item, name)
            }

            fn take(item: &mut Item, name: &'static str) -> Result<Self> {
                IndexField::take(item, name)
            }
        }
    )*};
}

parts_that_are_keys! {
    <T> T => T;
    <T> Option<T> => T;
}

macro_rules! parts_that_are_text_there_alone {
    ($($part:ty => $value:ty, |$own:ident| $optional:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl PartField for $part {
            type Value = $value;

            fn value(&self) -> Option<&$value> {
                let $own = self;
                $optional
            }

            fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
                <Self as SerdeField>::put(self, item, name)
            }

            fn take(item: &mut Item, name: &'static str) -> Result<Self> {
                <Self as SerdeField>::take(item, name)
            }
        }
    )*};
}

parts_that_are_text_there_alone! {
    bool => bool, |value| Some(value);
    Option<bool> => bool, |value| value.as_ref();
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
