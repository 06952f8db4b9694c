//! Numbers, which keep every digit that the type can hold.

use std::any::type_name;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::de::value::MapDeserializer;
use serde::de::{Deserializer as _, Visitor};

use super::ValueError;
use crate::codec::serializer::JSON_NUMBER;
use crate::item::number::buffered;
use crate::item::number::text::normalize;

/// Parses an integer in any spelling.
pub(super) fn integer<T: FromStr>(text: &str) -> Result<T, ValueError> {
    match text.parse() {
        Ok(integer) => Ok(integer),
        Err(_) => normalize(text)?.parse().map_err(|_| ValueError::OTHER),
    }
}

/// Returns the nearest floating-point number. A number out of the type's range is rejected, not converted to infinity.
pub(super) fn float<T: FromStr + Into<f64> + Copy>(text: &str) -> Result<T, ValueError> {
    let float: T = text.parse().map_err(|_| ValueError::OTHER)?;
    if float.into().is_finite() { Ok(float) } else { Err(ValueError::OTHER) }
}

/// Passes a number to a visitor that did not declare what it expects. serde has integers and floating-point numbers for
/// it.
pub(super) fn visit<'de, V: Visitor<'de>>(text: String, visitor: V) -> Result<V::Value, ValueError> {
    if let Ok(integer) = text.parse() {
        return visitor.visit_i64(integer);
    }
    if let Ok(integer) = text.parse() {
        return visitor.visit_u64(integer);
    }
    let Ok(float) = float::<f64>(&text) else {
        // Out of the range of floating-point numbers.
        return visitor.visit_string(text);
    };
    if buffered::is_exact(float, &text) {
        buffered::remember_exact(float);
        return visitor.visit_f64(float);
    }
    match Exactness::of::<V::Value>() {
        Exactness::Text => visitor.visit_string(text),
        Exactness::JsonNumber => {
            let number = std::iter::once((JSON_NUMBER, text));
            MapDeserializer::<_, ValueError>::new(number).deserialize_any(visitor)
        }
        Exactness::BinaryFraction => visitor.visit_f64(buffered::remember_rounded(float, text)),
    }
}

/// The form in which a type accepts digits that a floating-point number cannot represent. serde cannot query a type, so
/// the types with such a form are recognized by name. For all other types the number is rounded.
enum Exactness {
    Text,
    JsonNumber,
    BinaryFraction,
}

impl Exactness {
    fn of<T>() -> Self {
        match type_name::<T>() {
            "rust_decimal::decimal::Decimal" | "bigdecimal::BigDecimal" => Self::Text,
            "serde_json::value::Value" | "serde_json::number::Number" if *JSON_IS_EXACT => Self::JsonNumber,
            _ => Self::BinaryFraction,
        }
    }
}

/// Whether any crate in the build enables `arbitrary_precision` of serde_json.
static JSON_IS_EXACT: LazyLock<bool> = LazyLock::new(|| serde_json::from_str::<serde_json::Number>("1e400").is_ok());
