//! Keys composed of several values: `TENANT#{tenant}#USER#{user}`.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

mod value;

pub use value::{PaddedValue, TemplateValue, check_is_text};

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
