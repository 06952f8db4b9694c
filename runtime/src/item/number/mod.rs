//! Exact decimal numbers, as DynamoDB supports them.

pub(crate) mod buffered;
mod convert;
pub(crate) mod decimal;
mod order;
mod serde_form;
pub(crate) mod text;

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::item::key::{KeyAttribute, KeyType, wrong_type};
use crate::item::number::decimal::{Decimal, NumberError};
use crate::item::number::text as text_form;

pub(crate) use serde_form::NEWTYPE_NAME;

/// An exact decimal number, as [DynamoDB supports it][limits]: zero, or up to 38 significant digits with a magnitude
/// between 1E-130 and 9.99…E+125.
///
/// It is stored as a number (`N`), both as a field and nested in a value that serde encodes. A string with the number
/// is also read, which is how earlier versions stored nested numbers. Its text has no exponent and no superfluous
/// zeros: `4200.5`, `-0.001`.
///
/// ```
/// use dynaseal::Number;
///
/// let salary: Number = "4200.50".parse()?;
/// assert_eq!(salary.to_string(), "4200.5");
/// assert!(salary < Number::from(4_201));
/// assert!("1E126".parse::<Number>().is_err()); // DynamoDB's numbers end before
/// # Ok::<(), dynaseal::Error>(())
/// ```
///
/// With the feature `rust_decimal` or `bigdecimal`, it converts from and to the type of that crate.
///
/// [limits]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-data-types
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Number {
    negative: bool,
    /// At most 38 digits, without trailing zeros. Zero is not negative and has the exponent zero.
    coefficient: u128,
    /// The power of ten by which the coefficient is multiplied.
    exponent: i16,
}

impl Number {
    /// Zero.
    pub const ZERO: Self = Self { negative: false, coefficient: 0, exponent: 0 };

    /// The error for invalid text does not repeat the text.
    fn parse(text: &str) -> Result<Self, NumberError> {
        let decimal = Decimal::parse(text)?;
        let coefficient = decimal.digits.iter().fold(0, |sum: u128, digit| sum * 10 + u128::from(digit - b'0'));
        // Both fit these types: the parser has checked the limits.
        let exponent =
            if coefficient == 0 { 0 } else { i16::try_from(decimal.exponent).map_err(|_| NumberError::OutOfRange)? };
        Ok(Self { negative: decimal.negative && coefficient != 0, coefficient, exponent })
    }

    /// Returns the number as text with an exponent.
    fn to_scientific(self) -> String {
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}{}E{}", self.coefficient, self.exponent)
    }
}

impl FromStr for Number {
    type Err = Error;

    /// Parses a number with or without a fraction, and with or without an exponent: `12`, `-0.5`, `1.5E+3`.
    ///
    /// # Errors
    /// `Codec` for text that DynamoDB does not support: other characters, more than 38 significant digits, or a
    /// magnitude out of its range.
    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text).map_err(rejected)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scientific = self.to_scientific();
        let plain = text_form::normalize(&scientific).map_err(|_| fmt::Error)?;
        match plain.strip_prefix('-') {
            Some(magnitude) => f.pad_integral(false, "", magnitude),
            None => f.pad_integral(true, "", &plain),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

#[diagnostic::do_not_recommend]
impl KeyAttribute for Number {
    const TYPE: KeyType = KeyType::Number;

    fn encode(&self) -> Result<AttributeValue> {
        Ok(AttributeValue::N(self.to_string()))
    }

    fn decode(value: AttributeValue) -> Result<Self> {
        match value {
            AttributeValue::N(text) => Self::parse(&text).map_err(|_| wrong_type("a number that DynamoDB has")),
            _ => Err(wrong_type("a number (N)")),
        }
    }
}

fn rejected(error: NumberError) -> Error {
    let message = match error {
        NumberError::NotANumber => "this is not a decimal number",
        NumberError::TooLong => "the number is spelled with more than 256 characters",
        NumberError::TooManyDigits => "the number has more than the 38 significant digits that DynamoDB keeps",
        NumberError::OutOfRange => {
            "the number is out of DynamoDB's range: its magnitude is 1E-130 to 9.99…E+125, or zero"
        }
    };
    Error::new(ErrorKind::Codec, message)
}

#[cfg(test)]
mod tests;
