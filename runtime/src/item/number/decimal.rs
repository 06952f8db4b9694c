//! The digits and the exponent of a number, and the limits that DynamoDB has for them.

use std::iter::repeat_n;
use std::ops::RangeInclusive;

use crate::crypto::wipe::wipe;
use crate::error::{Error, ErrorKind};

/// The maximum number of significant digits in DynamoDB.
pub(super) const MAX_DIGITS: usize = 38;

/// The longest spelling that is read. DynamoDB returns at most 171 bytes; a longer spelling only costs time.
const LONGEST_SPELLING: usize = 256;

/// The range of the exponent of the first significant digit in DynamoDB.
const EXPONENTS: RangeInclusive<i64> = -130..=125;

/// Without an exponent, a number has at most as many digits before or after the point as an item has bytes.
const MAX_PLACES: i64 = 400 * 1024;

/// The bytes of a number besides its digits: the sign, and a zero and the point before a fraction.
pub(super) const SIGN_AND_POINT: usize = 3;

/// `digits` times ten to the power of `exponent`; zero has no digits. Neither end of the digits is a zero.
pub(crate) struct Decimal {
    pub(crate) negative: bool,
    pub(crate) digits: Vec<u8>,
    pub(crate) exponent: i64,
}

impl Decimal {
    /// Parses a number that DynamoDB supports.
    pub(crate) fn parse(text: &str) -> Result<Self, NumberError> {
        if text.len() > LONGEST_SPELLING {
            return Err(NumberError::TooLong);
        }
        let decimal = Self::parse_any(text)?;
        if decimal.digits.len() > MAX_DIGITS {
            return Err(NumberError::TooManyDigits);
        }
        decimal.check_first_digit(EXPONENTS)?;
        Ok(decimal)
    }

    /// Parses any number that is not longer than an item.
    pub(crate) fn parse_any(text: &str) -> Result<Self, NumberError> {
        // A longer text could compensate for a saturated exponent.
        if text.len() > MAX_PLACES as usize {
            return Err(NumberError::TooLong);
        }
        let (negative, unsigned) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let mut parts = unsigned.splitn(2, |byte| matches!(byte, b'e' | b'E'));
        let mantissa = parts.next().unwrap_or_default();
        let exponent = parts.next().map_or(Ok(0), parse_exponent)?;

        let mut halves = mantissa.splitn(2, |byte| *byte == b'.');
        let whole = halves.next().unwrap_or_default();
        let fraction = halves.next().unwrap_or_default();
        if whole.len() + fraction.len() == 0 || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return Err(NumberError::NotANumber);
        }
        // Growing step by step would leave copies behind.
        let mut digits = Vec::with_capacity(whole.len() + fraction.len());
        digits.extend(whole.iter().chain(fraction).skip_while(|digit| **digit == b'0'));
        let mut decimal = Self { negative, digits, exponent: exponent - fraction.len() as i64 };
        decimal.strip_trailing_zeros();
        decimal.check_first_digit(-MAX_PLACES..=MAX_PLACES)?;
        Ok(decimal)
    }

    pub(super) fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        }
    }

    /// Returns the place of the first digit, and the digits. In this order, the larger pair is the number farther from
    /// zero.
    pub(super) fn magnitude(&self) -> (i64, &[u8]) {
        (self.exponent + self.digits.len() as i64, &self.digits)
    }

    fn strip_trailing_zeros(&mut self) {
        while self.digits.pop_if(|digit| *digit == b'0').is_some() {
            self.exponent += 1;
        }
    }

    fn check_first_digit(&self, exponents: RangeInclusive<i64>) -> Result<(), NumberError> {
        let first = self.exponent + self.digits.len() as i64 - 1;
        match self.digits.is_empty() || exponents.contains(&first) {
            true => Ok(()),
            false => Err(NumberError::OutOfRange),
        }
    }

    pub(super) fn rounded(mut self, precision: usize) -> Self {
        if self.digits.len() <= precision {
            return self;
        }
        let dropped = self.digits.split_off(precision);
        self.exponent += dropped.len() as i64;
        let odd = self.digits.last().is_some_and(|digit| digit % 2 == 1);
        let up = match dropped.as_slice() {
            [b'5', rest @ ..] => odd || !rest.is_empty(),
            [first, ..] => *first > b'5',
            [] => false,
        };
        if up {
            self.add_one_unit();
        }
        self.strip_trailing_zeros();
        self
    }

    /// Adds one to the last digit, with carry.
    fn add_one_unit(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit == b'9' {
                *digit = b'0';
            } else {
                *digit += 1;
                return;
            }
        }
        self.digits.insert(0, b'1');
    }

    pub(super) fn to_plain(&self) -> String {
        if self.digits.is_empty() {
            return "0".to_owned();
        }
        let zeros = usize::try_from(self.exponent.unsigned_abs()).unwrap_or_default();
        let mut plain = String::with_capacity(SIGN_AND_POINT + self.digits.len() + zeros);
        if self.negative {
            plain.push('-');
        }
        let digits = self.digits.iter().copied().map(char::from);
        if self.exponent >= 0 {
            plain.extend(digits.chain(repeat_n('0', zeros)));
        } else if zeros >= self.digits.len() {
            plain.push_str("0.");
            plain.extend(repeat_n('0', zeros - self.digits.len()).chain(digits));
        } else {
            let whole = self.digits.len() - zeros;
            plain.extend(digits.clone().take(whole));
            plain.push('.');
            plain.extend(digits.skip(whole));
        }
        plain
    }
}

/// The digits may be a secret.
impl Drop for Decimal {
    fn drop(&mut self) {
        wipe(&mut self.digits);
    }
}

/// Exponents far outside of DynamoDB's range are still numbers, so they saturate at values so large that no text of
/// [`LONGEST_SPELLING`] has enough digits to compensate.
pub(super) fn parse_exponent(text: &[u8]) -> Result<i64, NumberError> {
    const FAR: i64 = 1_000_000;

    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NumberError::NotANumber);
    }
    let magnitude = digits.iter().fold(0, |sum: i64, digit| (sum * 10 + i64::from(digit - b'0')).min(FAR));
    Ok(if negative { -magnitude } else { magnitude })
}

/// Why a text is not a number in DynamoDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberError {
    NotANumber,
    TooManyDigits,
    OutOfRange,
    /// The spelling is too long, whatever the number.
    TooLong,
}

impl From<NumberError> for Error {
    fn from(error: NumberError) -> Self {
        let message = match error {
            NumberError::NotANumber => {
                "a number is not one that DynamoDB has: digits, a point and an exponent are allowed, NaN and Infinity are not"
            }
            NumberError::TooManyDigits => {
                "a number has more than the 38 significant digits that DynamoDB keeps; store it as a string"
            }
            NumberError::OutOfRange => {
                "a number is outside of DynamoDB's range of 1E-130 to 9.99E+125; store it as a string"
            }
            NumberError::TooLong => {
                "a number is spelled with more than 256 characters; write it without superfluous zeros"
            }
        };
        Self::new(ErrorKind::Codec, message)
    }
}
