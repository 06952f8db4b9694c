//! Numbers in serde's data model, which has no decimals: a string in a newtype whose name marks it as a number for the
//! codec.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use super::{Number, buffered};

/// A name that no Rust type can have.
pub(crate) const NEWTYPE_NAME: &str = "$dynaseal::Number";

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(NEWTYPE_NAME, &self.to_string())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NEWTYPE_NAME, NumberVisitor)
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number of up to 38 digits, as a string")
    }

    /// Integers of other formats are exact. Floating-point numbers are not.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Number, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(self)
        } else {
            deserializer.deserialize_str(self)
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Other("another string"), &self))
    }

    /// Only for values that dynaseal itself reads, where the original number of a floating-point number is known.
    fn visit_f64<E: Error>(self, fraction: f64) -> Result<Number, E> {
        let number = buffered::digits(fraction).and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| E::invalid_value(Unexpected::Other("a binary fraction"), &self))
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<Number, E> {
        Ok(integer.into())
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<Number, E> {
        Ok(integer.into())
    }

    fn visit_u128<E: Error>(self, integer: u128) -> Result<Number, E> {
        integer.try_into().map_err(|_| E::invalid_value(Unexpected::Other("a larger integer"), &self))
    }

    fn visit_i128<E: Error>(self, integer: i128) -> Result<Number, E> {
        integer.try_into().map_err(|_| E::invalid_value(Unexpected::Other("a larger integer"), &self))
    }
}
