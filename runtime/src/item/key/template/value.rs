//! The values in a template.

use std::num::NonZero;

use crate::error::{Error, ErrorKind, Result};
use crate::item::key::{KeyAttribute, KeyNewtype, KeyType, wrong_type};
use crate::item::{AttributeValue, Item};

use super::{mismatch, missing};

/// A type whose values can be part of a template: a key type that is stored as text or as a number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key's template",
    label = "not a type whose values are one text each",
    note = "the parts of a template are strings, integers, booleans, identifiers and dates, and are never absent",
    note = "for a newtype or a fieldless enum of yours, write `#[derive(dynaseal::KeyAttribute)]`; for another type of yours with `Display` and `FromStr`, `dynaseal::key_attribute!(TypeName as String);`",
    note = "wrap a type that is not yours in a newtype"
)]
pub trait TemplateValue: Sized {
    /// The type in which the value is stored as a key by itself.
    const TYPE: KeyType;

    /// Returns the text of the value in the key.
    ///
    /// # Errors
    /// `Codec` for an invalid key value, such as an empty string.
    fn format(&self) -> Result<String>;

    /// Returns the text of a bound of a range, which can be empty.
    ///
    /// # Errors
    /// As [`format`](Self::format).
    fn format_bound(&self) -> Result<String> {
        self.format()
    }

    /// Parses the value from its text.
    ///
    /// # Errors
    /// `Schema` if the text does not represent a value.
    fn parse(text: &str) -> Result<Self>;

    /// Puts the value into the item as a separate attribute.
    ///
    /// # Errors
    /// The error of the encoding, naming the attribute.
    fn put(&self, item: &mut Item, name: &'static str) -> Result<()>;

    /// Takes the separate attribute out of the item.
    ///
    /// # Errors
    /// `Schema` if it is missing, or the error of the decoding. Both name the attribute.
    fn take(item: &mut Item, name: &'static str) -> Result<Self>;
}

/// A type whose values can have a width in a template, padded with zeros, so that they sort as numbers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot have a width in a key's template",
    label = "is not an unsigned integer",
    note = "a width pads a number with zeros, so that keys sort numerically; a sign or other text would not",
    note = "remove the width, as in `{{field}}`, or use an unsigned integer such as `u32`"
)]
pub trait PaddedValue: TemplateValue {
    /// Returns the number with leading zeros.
    ///
    /// # Errors
    /// `Codec` if the number has more digits than the width.
    fn format_padded(&self, width: usize) -> Result<String>;

    /// Parses the number from its text.
    ///
    /// # Errors
    /// `Schema` if the text is not a number of this width.
    fn parse_padded(text: &str, width: usize) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> TemplateValue for T {
    const TYPE: KeyType = <T as KeyAttribute>::TYPE;

    fn format(&self) -> Result<String> {
        self.encode().and_then(text_of)
    }

    fn format_bound(&self) -> Result<String> {
        self.__encode_bound().and_then(text_of)
    }

    fn parse(text: &str) -> Result<Self> {
        match <T as KeyAttribute>::TYPE {
            KeyType::String => T::decode(AttributeValue::S(text.to_owned())),
            KeyType::Number => T::decode(AttributeValue::N(text.to_owned())),
            KeyType::Binary => Err(mismatch()),
        }
    }

    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        let value = self.encode().map_err(|error| error.with_attribute(name))?;
        item.insert(name.to_owned(), value);
        Ok(())
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        let value = item.remove(name).ok_or_else(|| missing(name))?;
        T::decode(value).map_err(|error| error.with_attribute(name))
    }
}

#[diagnostic::do_not_recommend]
impl TemplateValue for bool {
    const TYPE: KeyType = KeyType::String;

    fn format(&self) -> Result<String> {
        Ok(self.to_string())
    }

    fn parse(text: &str) -> Result<Self> {
        text.parse().map_err(|_| mismatch())
    }

    fn put(&self, item: &mut Item, name: &'static str) -> Result<()> {
        item.insert(name.to_owned(), AttributeValue::Bool(*self));
        Ok(())
    }

    fn take(item: &mut Item, name: &'static str) -> Result<Self> {
        match item.remove(name).ok_or_else(|| missing(name))? {
            AttributeValue::Bool(value) => Ok(value),
            _ => Err(wrong_type("a boolean (BOOL)").with_attribute(name)),
        }
    }
}

fn text_of(value: AttributeValue) -> Result<String> {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => Ok(text),
        _ => Err(Error::new(ErrorKind::Codec, "bytes cannot be part of a key's template")),
    }
}

/// Fails to compile for a type that is stored as a binary. The compiler's message points to the field's type.
///
/// # Panics
/// At compile time, if the type is stored as a binary.
#[track_caller]
pub const fn check_is_text(stored_as: KeyType) {
    assert!(
        !matches!(stored_as, KeyType::Binary),
        "bytes cannot be part of a key's template: a template is text; make the field a string, or a separate key \
         attribute"
    );
}

macro_rules! padded_values {
    ($($unsigned:ty)*) => {$(
        #[diagnostic::do_not_recommend]
        impl PaddedValue for $unsigned {
            fn format_padded(&self, width: usize) -> Result<String> {
                let text = format!("{self:0width$}");
                if text.len() > width {
                    return Err(Error::new(
                        ErrorKind::Codec,
                        format!("the number has more than the {width} digits that the key's template gives it"),
                    ));
                }
                Ok(text)
            }

            fn parse_padded(text: &str, width: usize) -> Result<Self> {
                let is_padded = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
                text.parse().ok().filter(|_| is_padded).ok_or_else(mismatch)
            }
        }
    )*};
}

padded_values!(u8 u16 u32 u64 u128 usize);
padded_values!(NonZero<u8> NonZero<u16> NonZero<u32> NonZero<u64> NonZero<u128> NonZero<usize>);

#[diagnostic::do_not_recommend]
impl<T: KeyNewtype<Inner: PaddedValue>> PaddedValue for T {
    fn format_padded(&self, width: usize) -> Result<String> {
        self.inner().format_padded(width)
    }

    fn parse_padded(text: &str, width: usize) -> Result<Self> {
        T::Inner::parse_padded(text, width).map(T::from_inner)
    }
}
