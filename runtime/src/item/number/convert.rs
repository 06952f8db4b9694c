//! Conversions between `Number` and other number types.

use super::Number;
use crate::error::{Error, ErrorKind, Result};

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Number {
            fn from(integer: $integer) -> Self {
                #[allow(unused_comparisons, reason = "half of the types have no negative values")]
                Self::of_integer(integer < 0, integer.abs_diff(0) as u128)
            }
        }
    )*};
}

from_integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

macro_rules! try_from_wide_integers {
    ($($integer:ty)*) => {$(
        /// Converts an integer of up to 38 significant digits.
        impl TryFrom<$integer> for Number {
            type Error = Error;

            /// # Errors
            /// `Codec` for more than 38 significant digits.
            fn try_from(integer: $integer) -> Result<Self> {
                integer.to_string().parse()
            }
        }
    )*};
}

try_from_wide_integers!(u128 i128);

macro_rules! try_into_integers {
    ($($integer:ty)*) => {$(
        /// Converts a number that is an integer of this type.
        impl TryFrom<Number> for $integer {
            type Error = Error;

            /// # Errors
            /// `Codec` for a number with a fraction, or out of the integer's range.
            fn try_from(number: Number) -> Result<Self> {
                number.to_string().parse().map_err(|_| {
                    Error::new(ErrorKind::Codec, concat!("the number is not one of `", stringify!($integer), "`"))
                })
            }
        }
    )*};
}

try_into_integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// Converts to the number that Rust prints: the shortest one that is read back as the same `f64`. `0.1` becomes exactly
/// 0.1.
impl TryFrom<f64> for Number {
    type Error = Error;

    /// # Errors
    /// `Codec` for NaN, infinities, and numbers out of DynamoDB's range.
    fn try_from(float: f64) -> Result<Self> {
        // With an exponent: without one, the text could have more than three hundred digits.
        format!("{float:e}").parse()
    }
}

/// As for `f64`.
impl TryFrom<f32> for Number {
    type Error = Error;

    /// # Errors
    /// As for `f64`.
    fn try_from(float: f32) -> Result<Self> {
        format!("{float:e}").parse()
    }
}

/// Converts to the nearest `f64`.
impl From<Number> for f64 {
    fn from(number: Number) -> Self {
        // Every decimal number has a nearest `f64`.
        number.to_scientific().parse().unwrap_or(Self::NAN)
    }
}

#[cfg(feature = "rust_decimal")]
impl From<rust_decimal::Decimal> for Number {
    fn from(decimal: rust_decimal::Decimal) -> Self {
        // At most 29 digits, of which 28 can follow the decimal point.
        let exponent = -i16::try_from(decimal.scale()).unwrap_or_default();
        let coefficient = decimal.mantissa().unsigned_abs();
        Self { negative: decimal.is_sign_negative(), coefficient, exponent }.normalized()
    }
}

/// Converts a number that `rust_decimal` can hold exactly: up to 28 digits, at most 28 of them after the decimal point.
#[cfg(feature = "rust_decimal")]
impl TryFrom<Number> for rust_decimal::Decimal {
    type Error = Error;

    /// # Errors
    /// `Codec` for more digits than the type holds.
    fn try_from(number: Number) -> Result<Self> {
        Self::from_str_exact(&number.to_string())
            .map_err(|_| Error::new(ErrorKind::Codec, "the number has more digits than `rust_decimal` holds"))
    }
}

#[cfg(feature = "bigdecimal")]
impl TryFrom<&bigdecimal::BigDecimal> for Number {
    type Error = Error;

    /// # Errors
    /// `Codec` for a number that DynamoDB does not support: more than 38 significant digits, or a magnitude out of its
    /// range.
    fn try_from(decimal: &bigdecimal::BigDecimal) -> Result<Self> {
        decimal.to_scientific_notation().parse()
    }
}

#[cfg(feature = "bigdecimal")]
impl From<Number> for bigdecimal::BigDecimal {
    fn from(number: Number) -> Self {
        let coefficient = bigdecimal::num_bigint::BigInt::from(number.coefficient);
        let signed = if number.negative { -coefficient } else { coefficient };
        Self::new(signed, -i64::from(number.exponent))
    }
}

impl Number {
    /// An integer of at most 38 digits.
    fn of_integer(negative: bool, magnitude: u128) -> Self {
        Self { negative, coefficient: magnitude, exponent: 0 }.normalized()
    }

    /// Returns the same number in normalized form.
    fn normalized(mut self) -> Self {
        if self.coefficient == 0 {
            return Self::ZERO;
        }
        while self.coefficient.is_multiple_of(10) {
            self.coefficient /= 10;
            self.exponent = self.exponent.saturating_add(1);
        }
        self
    }
}
