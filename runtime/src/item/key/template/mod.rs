//! Keys composed of several values: `TENANT#{tenant}#USER#{user}`.

use std::borrow::Cow;
use std::num::NonZero;

use super::{KeyAttribute, KeyNewtype, KeyType, wrong_type};
use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

/// A template as the derive parsed it. A literal separates any two values, and no value appears twice.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    pieces: &'static [Piece],
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that is the same in every key and not empty.
    Literal(&'static str),
    /// The position of a value.
    Value,
    /// The position of a number with leading zeros up to this width.
    Padded(usize),
}

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

impl Template {
    /// Creates a template from these pieces.
    pub const fn new(pieces: &'static [Piece]) -> Self {
        Self { pieces }
    }

    /// Returns the key of these values, from which they can be recovered.
    ///
    /// # Errors
    /// The error of a value; and `Codec` for a value that contains the text that separates it from the next one,
    /// because the values could not be recovered.
    pub fn encode<const N: usize>(&self, values: [Result<String>; N]) -> Result<AttributeValue> {
        self.join(values.into_iter().collect::<Result<Vec<String>>>()?)
    }

    /// Returns the key of a bound of a range. The bound can be empty text, which is where the template's keys begin.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub fn encode_bound(&self, value: Result<String>) -> Result<AttributeValue> {
        match value? {
            text if text.is_empty() && !self.lead().is_empty() => Ok(AttributeValue::S(self.lead().to_owned())),
            text => self.join(vec![text]),
        }
    }

    /// Returns the key of all values, or the common prefix of the keys that begin with these values.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    pub(crate) fn point(&self, values: Vec<String>) -> Result<Point> {
        let count = self.pieces.iter().filter(|piece| !matches!(piece, Piece::Literal(_))).count();
        if values.len() >= count {
            self.join(values).map(Point::Key)
        } else {
            self.beginning(&values).map(Point::Leading)
        }
    }

    /// Returns the common prefix of the keys whose first values are these and whose next value, if there is one, begins
    /// with `next`.
    ///
    /// # Errors
    /// `Codec` for a value that contains the text that separates it from the next one.
    pub(crate) fn beginning_with(&self, values: &[String], next: &str) -> Result<AttributeValue> {
        Ok(AttributeValue::S(self.beginning(values)? + next))
    }

    /// Returns the text that every key begins with.
    pub(crate) fn lead(&self) -> &'static str {
        match self.pieces {
            [Piece::Literal(lead), ..] => lead,
            _ => "",
        }
    }

    /// Returns whether the template has only one key.
    pub(crate) fn is_constant(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Literal(_)))
    }

    /// Returns whether a stored key has the form of the template.
    pub(crate) fn fits(&self, stored: Option<&AttributeValue>) -> bool {
        matches!(stored, Some(AttributeValue::S(text)) if self.split(text, |_| {}).is_some())
    }

    /// Returns the text up to the first value that is not given.
    fn beginning(&self, values: &[String]) -> Result<String> {
        let mut text = String::new();
        let mut values = values.iter();
        let mut pieces = self.pieces;
        while let [piece, after @ ..] = pieces {
            pieces = after;
            if let Piece::Literal(literal) = piece {
                text.push_str(literal);
                continue;
            }
            let Some(value) = values.next() else { break };
            if let (Piece::Value, [Piece::Literal(separator), _, ..]) = (piece, after)
                && (value.to_owned() + separator).find(separator) != Some(value.len())
            {
                return Err(ambiguous(Some(separator)));
            }
            text.push_str(value);
        }
        Ok(text)
    }

    /// Returns the texts of the values of a stored key.
    ///
    /// # Errors
    /// `Schema` if the key does not fit the template.
    pub fn decode<'a, const N: usize>(&self, stored: Option<&'a AttributeValue>) -> Result<[&'a str; N]> {
        let Some(AttributeValue::S(text)) = stored else { return Err(foreign()) };
        let mut values = Vec::with_capacity(N);
        self.split(text, |value| values.push(value)).ok_or_else(foreign)?;
        values.try_into().map_err(|_| foreign())
    }

    fn join(&self, values: Vec<String>) -> Result<AttributeValue> {
        let text = self.beginning(&values)?;
        let mut parts = values.iter();
        let mut are_same = true;
        let split = self.split(&text, |part| are_same &= parts.next().is_some_and(|value| value == part));
        match split {
            Some(()) if are_same => Ok(AttributeValue::S(text)),
            _ => Err(ambiguous(None)),
        }
    }

    /// Passes the values of a key to `each`. A value ends at the first occurrence of its separator, and a padded number
    /// after its digits.
    fn split<'a>(&self, text: &'a str, mut each: impl FnMut(&'a str)) -> Option<()> {
        let mut rest = text;
        let mut pieces = self.pieces;
        loop {
            let value;
            (value, rest, pieces) = match pieces {
                [] => return rest.is_empty().then_some(()),
                [Piece::Literal(literal), after @ ..] => {
                    rest = rest.strip_prefix(literal)?;
                    pieces = after;
                    continue;
                }
                [Piece::Padded(width), after @ ..] => {
                    let (digits, rest) = rest.split_at_checked(*width)?;
                    (Some(digits).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?, rest, after)
                }
                [Piece::Value] => (rest, "", [].as_slice()),
                [Piece::Value, Piece::Literal(end)] => (rest.strip_suffix(end)?, "", [].as_slice()),
                [Piece::Value, Piece::Literal(separator), after @ ..] => {
                    let (value, rest) = rest.split_once(separator)?;
                    (value, rest, after)
                }
                [Piece::Value, ..] => return None,
            };
            if value.is_empty() {
                return None;
            }
            each(value);
        }
    }
}

/// The selected part of a template's key space.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Point {
    /// One key.
    Key(AttributeValue),
    /// The keys that begin with this text.
    Leading(String),
}

/// Returns one value of the key that is stored under this name.
///
/// # Errors
/// `Schema` if the key does not fit the template. It names the attribute.
pub fn template_value<T, const N: usize>(
    item: &Item,
    name: &'static str,
    template: &Template,
    parse: impl FnOnce([&str; N]) -> Result<T>,
) -> Result<T> {
    template.decode(item.get(name)).and_then(parse).map_err(|error| error.with_attribute(name))
}

/// Takes the attributes that were composed from other values out of the item, and checks that these values yield them
/// again.
///
/// # Errors
/// `Schema` if they yield something else, naming the attribute.
pub fn take_made(item: &mut Item, made: &Item, names: &[&'static str]) -> Result<()> {
    for name in names {
        if item.remove(*name).as_ref() != made.get(*name) {
            let what = "the stored key is not the one that the item's other attributes make";
            return Err(Error::new(ErrorKind::Schema, what).with_attribute(*name));
        }
    }
    Ok(())
}

fn missing(name: &'static str) -> Error {
    Error::new(ErrorKind::Schema, "the attribute is missing").with_attribute(name)
}

fn mismatch() -> Error {
    Error::new(ErrorKind::Schema, "the stored key is not of the entity's template")
}

/// Returns the error for a key that does not fit: in a table of several entities, usually the key of another one.
pub(crate) fn foreign() -> Error {
    Error::new(
        ErrorKind::Schema,
        "the stored key does not fit the template of the entity, so it is the key of another one: to leave its items out, \
         name the entities that share the table, each with `#[item(entity = \"..\")]`",
    )
}

fn ambiguous(separator: Option<&str>) -> Error {
    let message = match separator {
        Some(separator) => {
            format!("a part of the key contains `{separator}`, which separates it from the next part in the template")
                .into()
        }
        None => Cow::from("the parts of the key are ambiguous in its template"),
    };
    Error::new(ErrorKind::Codec, message)
}

#[cfg(test)]
mod tests;
