//! Booleans as numbers, which is the default of Java's mapper: 1 is true, 0 is false.
//!
//! For `bool` and `Option<bool>`. A native boolean is also read, as by the mapper.

use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;

use super::Nullable;

/// Writes 1 or 0.
///
/// # Errors
/// The errors of the serializer.
pub fn serialize<T: Nullable<bool>, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match value.value() {
        Some(value) => serializer.serialize_u8((*value).into()),
        None => serializer.serialize_none(),
    }
}

/// Reads 1 or 0, or a boolean.
///
/// # Errors
/// Fails for anything else.
pub fn deserialize<'de, T: Nullable<bool>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let value = deserializer.deserialize_any(BoolVisitor)?;
    T::of(value).ok_or_else(|| D::Error::custom("it is not a boolean"))
}

struct BoolVisitor;

impl Visitor<'_> for BoolVisitor {
    type Value = Option<bool>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number 0 or 1, or a boolean")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        match value {
            0 => Ok(Some(false)),
            1 => Ok(Some(true)),
            _ => Err(E::invalid_value(Unexpected::Other("another number"), &self)),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        self.visit_u64(u64::try_from(value).unwrap_or(u64::MAX))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}
