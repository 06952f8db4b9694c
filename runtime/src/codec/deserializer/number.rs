//! Numbers, of which no digit is lost where the type can hold it.

use std::any::type_name;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::de::value::MapDeserializer;
use serde::de::{Deserializer as _, Visitor};

use super::ValueError;
use crate::codec::serializer::JSON_NUMBER;
use crate::item::number::buffered;
use crate::item::number::text::normalize;

/// An integer, however it is spelled.
pub(super) fn integer<T: FromStr>(text: &str) -> Result<T, ValueError> {
    match text.parse() {
        Ok(integer) => Ok(integer),
        Err(_) => normalize(text)?.parse().map_err(|_| ValueError::OTHER),
    }
}

/// The nearest binary fraction. What is out of the type's range is refused, not made infinite.
pub(super) fn float<T: FromStr + Into<f64> + Copy>(text: &str) -> Result<T, ValueError> {
    let float: T = text.parse().map_err(|_| ValueError::OTHER)?;
    if float.into().is_finite() { Ok(float) } else { Err(ValueError::OTHER) }
}

/// Gives a number to a visitor that did not say what it expects. serde has integers and binary fractions for it.
pub(super) fn visit<'de, V: Visitor<'de>>(text: String, visitor: V) -> Result<V::Value, ValueError> {
    if let Ok(integer) = text.parse() {
        return visitor.visit_i64(integer);
    }
    if let Ok(integer) = text.parse() {
        return visitor.visit_u64(integer);
    }
    let Ok(float) = float::<f64>(&text) else {
        // Out of the range of binary fractions.
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

/// In what form a type takes digits that a binary fraction does not have. serde cannot ask a type, so the types that have such
/// a form are known by name. What would not be recognized is rounded, as every other type rounds.
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

/// Whether some crate of the build turns on serde_json's `arbitrary_precision`.
static JSON_IS_EXACT: LazyLock<bool> = LazyLock::new(|| serde_json::from_str::<serde_json::Number>("1e400").is_ok());
