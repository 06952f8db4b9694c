//! Exact decimal numbers, stored as numbers (`N`).
//!
//! Write `#[item(with = dynaseal::codec::exact)]` above a field, and `#[serde(with = "dynaseal::codec::exact")]` inside
//! a type that serde encodes. The types that implement [`ExactNumber`]:
//!
//! | type | holds |
//! |---|---|
//! | [`Number`] | what DynamoDB has; needs no module |
//! | `u128`, `i128` | integers; need no module |
//! | `rust_decimal::Decimal`, with the feature `rust_decimal` | 28 digits |
//! | `bigdecimal::BigDecimal`, with the feature `bigdecimal` | all |
//! | `String` | all, as text without an exponent and superfluous zeros |
//! | an `Option` of one of them | the same, or null |
//!
//! Without the module, the types of the two crates are stored as text, exactly, by their serde implementations. The
//! module also reads that text.
//!
//! Java's mapper encrypts numbers with more than DynamoDB's 38 digits, and out of its range. A `String` or `BigDecimal`
//! holds them and writes them unchanged. DynamoDB rejects them in an unencrypted attribute, so such a field has to be
//! encrypted; otherwise writing it fails with `Codec`.
//!
//! ```
//! use dynaseal::{AttributeValue, EncryptedItem, Number};
//!
//! #[derive(EncryptedItem)]
//! struct Account {
//!     #[partition_key]
//!     id: String,
//!     #[item(with = dynaseal::codec::exact)]
//!     balance: String,
//!     lines: Vec<Line>,
//! }
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Line {
//!     price: Number,
//!     #[serde(with = "dynaseal::codec::exact")]
//!     rate: String,
//! }
//!
//! let line = Line { price: "19.99".parse()?, rate: "0.050".to_owned() };
//! let account = Account { id: "a-1".to_owned(), balance: "1E+200".to_owned(), lines: vec![line] };
//! let item = account.to_item()?;
//! assert!(item["balance"].is_n());
//! let line = item["lines"].as_l().unwrap()[0].as_m().unwrap();
//! assert_eq!(line["price"], AttributeValue::N("19.99".to_owned()));
//! assert_eq!(line["rate"], AttributeValue::N("0.05".to_owned()));
//! # Ok::<(), dynaseal::Error>(())
//! ```

use std::fmt;

use serde::de::{Deserializer, Error as _, Unexpected, Visitor};
use serde::ser::{Error as _, Serializer};

use crate::item::number::text::normalize;
use crate::item::number::{NEWTYPE_NAME, Number, buffered};

/// A type of exact numbers, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to be an exact number",
    label = "not an exact number",
    note = "`exact` is for `String`, `u128`, `i128`, `dynaseal::Number`, and decimals of `rust_decimal` and `bigdecimal` with the features of these names",
    note = "implement `dynaseal::codec::exact::ExactNumber` for a type of your own"
)]
pub trait ExactNumber: Sized {
    /// Returns the number as text, with or without an exponent; `None` if there is no number.
    fn to_text(&self) -> Option<String>;

    /// Returns the number of this text, which has no exponent and no superfluous zeros; `None` if the type cannot hold
    /// it. `text` is `None` if nothing is stored.
    fn from_text(text: Option<&str>) -> Option<Self>;
}

/// Writes the number, or null.
///
/// # Errors
/// Fails for text that is not a number, for a number longer than an item, and with the errors of the serializer.
pub fn serialize<T: ExactNumber, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(text) = value.to_text() else { return serializer.serialize_none() };
    let text = normalize(&text).map_err(|_| S::Error::custom("not a decimal number"))?;
    serializer.serialize_newtype_struct(NEWTYPE_NAME, &*text)
}

/// Reads a number, a number as text, or null.
///
/// # Errors
/// Fails for anything else, and for a number that the type cannot hold exactly.
pub fn deserialize<'de, T: ExactNumber, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = deserializer.deserialize_option(TextVisitor)?;
    T::from_text(text.as_deref()).ok_or_else(|| D::Error::custom("not a number of this type"))
}

macro_rules! displayed {
    ($($number:ty)*) => {$(
        impl ExactNumber for $number {
            fn to_text(&self) -> Option<String> {
                Some(self.to_string())
            }

            fn from_text(text: Option<&str>) -> Option<Self> {
                text?.parse().ok()
            }
        }
    )*};
}

displayed!(String Number u128 i128);
#[cfg(feature = "bigdecimal")]
displayed!(bigdecimal::BigDecimal);

#[cfg(feature = "rust_decimal")]
impl ExactNumber for rust_decimal::Decimal {
    fn to_text(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn from_text(text: Option<&str>) -> Option<Self> {
        Self::from_str_exact(text?).ok()
    }
}

impl<T: ExactNumber> ExactNumber for Option<T> {
    fn to_text(&self) -> Option<String> {
        self.as_ref()?.to_text()
    }

    fn from_text(text: Option<&str>) -> Option<Self> {
        match text {
            Some(_) => T::from_text(text).map(Some),
            None => Some(None),
        }
    }
}

/// Visits the text of a number in normalized form.
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number, also as a string")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_newtype_struct(NEWTYPE_NAME, self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(self)
        } else {
            deserializer.deserialize_str(self)
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let number = normalize(text).map_err(|_| E::invalid_value(Unexpected::Other("another string"), &self))?;
        Ok(Some(number.into_owned()))
    }

    fn visit_u64<E>(self, integer: u64) -> Result<Self::Value, E> {
        Ok(Some(integer.to_string()))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Self::Value, E> {
        Ok(Some(integer.to_string()))
    }

    fn visit_u128<E>(self, integer: u128) -> Result<Self::Value, E> {
        Ok(Some(integer.to_string()))
    }

    fn visit_i128<E>(self, integer: i128) -> Result<Self::Value, E> {
        Ok(Some(integer.to_string()))
    }

    /// As for [`Number`].
    fn visit_f64<E: serde::de::Error>(self, fraction: f64) -> Result<Self::Value, E> {
        match buffered::digits(fraction) {
            Some(digits) => self.visit_str(&digits),
            None => Err(E::invalid_value(Unexpected::Other("a binary fraction"), &self)),
        }
    }
}
