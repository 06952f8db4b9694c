//! The stored form of the values of a key attribute.

use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::item::key::template::{Point, Template};

/// How the values of one key attribute are stored, and with which template.
pub struct Stored<V> {
    encode: Encode<V>,
    template: Option<Template>,
}

enum Encode<V> {
    /// Encodes a whole value: as a key, and as a bound of a range, which can be empty text.
    Value { key: fn(&V) -> Result<AttributeValue>, bound: fn(&V) -> Result<AttributeValue> },
    /// Encodes several values, possibly only the first ones.
    Parts(fn(&V, &Template) -> Result<Point>),
}

impl<V> Stored<V> {
    pub(crate) const fn new(encode: fn(&V) -> Result<AttributeValue>) -> Self {
        Self { encode: Encode::Value { key: encode, bound: encode }, template: None }
    }

    pub(super) const fn of_template(
        key: fn(&V) -> Result<AttributeValue>,
        bound: fn(&V) -> Result<AttributeValue>,
        template: Template,
    ) -> Self {
        Self { encode: Encode::Value { key, bound }, template: Some(template) }
    }

    /// Encodes several values, possibly only the first ones.
    pub(super) const fn of_values(encode: fn(&V, &Template) -> Result<Point>, template: Template) -> Self {
        Self { encode: Encode::Parts(encode), template: Some(template) }
    }

    /// Returns the template of the key, if it has one.
    pub(crate) fn template(&self) -> Option<Template> {
        self.template
    }

    /// Returns the stored form of a key.
    pub(crate) fn key(&self, value: &V) -> Result<AttributeValue> {
        match self.point(value)? {
            Point::Key(key) => Ok(key),
            Point::Leading(_) => {
                Err(Error::new(ErrorKind::Usage, "these are only the first values of the key; a key needs all of them"))
            }
        }
    }

    /// Returns the part of the key space that a value selects: one key, or all keys with these first values.
    pub(crate) fn point(&self, value: &V) -> Result<Point> {
        match (&self.encode, &self.template) {
            (Encode::Value { key, .. }, _) => key(value).map(Point::Key),
            (Encode::Parts(encode), Some(template)) => encode(value, template),
            (Encode::Parts(_), None) => Err(Error::new(ErrorKind::Usage, "the key has no template")),
        }
    }

    /// Returns the same for a bound of a range.
    pub(crate) fn bound(&self, value: &V) -> Result<Point> {
        match &self.encode {
            Encode::Value { bound, .. } => bound(value).map(Point::Key),
            Encode::Parts(_) => self.point(value),
        }
    }

    /// Returns the common prefix of the keys whose first values are these, and whose next value begins with `next`.
    pub(super) fn beginning(&self, values: &[String], next: &str) -> Result<AttributeValue> {
        match &self.template {
            Some(template) => template.beginning_with(values, next),
            None => Ok(AttributeValue::S(next.to_owned())),
        }
    }
}

impl<V> Clone for Stored<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Stored<V> {}

impl<V> Clone for Encode<V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Encode<V> {}

impl<V> fmt::Debug for Stored<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored").field("template", &self.template).finish_non_exhaustive()
    }
}
