//! Numbers as text, in the normalized form that is signed.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::iter::repeat_n;
use std::ops::RangeInclusive;

use crate::crypto::wipe::wipe;
use crate::error::{Error, ErrorKind};

/// The maximum number of significant digits in DynamoDB.
const MAX_DIGITS: usize = 38;

/// The longest spelling that is read. DynamoDB returns at most 171 bytes; a longer spelling only costs time.
const LONGEST_SPELLING: usize = 256;

/// The range of the exponent of the first significant digit in DynamoDB.
const EXPONENTS: RangeInclusive<i64> = -130..=125;

/// Without an exponent, a number has at most as many digits before or after the point as an item has bytes.
const MAX_PLACES: i64 = 400 * 1024;

/// The bytes of a number besides its digits: the sign, and a zero and the point before a fraction.
const SIGN_AND_POINT: usize = 3;

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

/// Checks that DynamoDB supports this number.
pub(crate) fn check(text: &str) -> Result<(), NumberError> {
    if is_normal(text) { Ok(()) } else { Decimal::parse(text).map(drop) }
}

/// Checks that an encrypted value, which DynamoDB does not see, can contain this number. The Java mapper encrypts
/// numbers of any length.
pub(crate) fn check_encrypted(text: &str) -> Result<(), NumberError> {
    if is_normal(text) { Ok(()) } else { Decimal::parse_any(text).map(drop) }
}

/// Returns the number as the Java client writes it: no exponent, no sign on zero, no superfluous zeros. Accepts numbers
/// that only encrypted values can contain.
pub(crate) fn normalize(text: &str) -> Result<Cow<'_, str>, NumberError> {
    normalize_parsed(text, Decimal::parse_any)
}

/// Normalizes a number that DynamoDB supports.
pub(crate) fn normalize_checked(text: &str) -> Result<Cow<'_, str>, NumberError> {
    normalize_parsed(text, Decimal::parse)
}

fn normalize_parsed(
    text: &str,
    parse: impl FnOnce(&str) -> Result<Decimal, NumberError>,
) -> Result<Cow<'_, str>, NumberError> {
    if is_normal(text) {
        return Ok(Cow::Borrowed(text));
    }
    let plain = parse(text)?.to_plain();
    if plain == text {
        wipe(&mut plain.into_bytes());
        return Ok(Cow::Borrowed(text));
    }
    Ok(Cow::Owned(plain))
}

/// Returns the maximum length of the output of [`normalize`], in bytes.
pub(crate) fn longest(text: &str) -> usize {
    match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let zeros = parse_exponent(exponent.as_bytes()).unwrap_or_default().unsigned_abs();
            SIGN_AND_POINT + mantissa.len() + usize::try_from(zeros).unwrap_or_default()
        }
        None if is_normal(text) => text.len(),
        None => text.len() + 1, // the zero before a point
    }
}

/// Returns the number rounded to this many significant digits, half to even, in the form of [`normalize`].
pub(crate) fn round(text: &str, digits: usize) -> Result<String, NumberError> {
    Ok(Decimal::parse(text)?.rounded(digits).to_plain())
}

/// Compares two numbers; `None` if one of them is not a number.
pub(crate) fn compare(one: &str, other: &str) -> Option<Ordering> {
    if is_normal(one)
        && is_normal(other)
        && let (Ok(one), Ok(other)) = (one.parse::<i64>(), other.parse::<i64>())
    {
        return Some(one.cmp(&other));
    }
    let (one, other) = (Decimal::parse_any(one).ok()?, Decimal::parse_any(other).ok()?);
    Some(one.sign().cmp(&other.sign()).then_with(|| match one.sign() {
        0 => Ordering::Equal,
        -1 => other.magnitude().cmp(&one.magnitude()),
        _ => one.magnitude().cmp(&other.magnitude()),
    }))
}

/// Returns whether a number that DynamoDB supports has more significant digits than this.
pub(crate) fn has_more_digits(text: &str, digits: usize) -> bool {
    text.len() > digits && Decimal::parse(text).is_ok_and(|decimal| decimal.digits.len() > digits)
}

/// Returns true for nearly every number in the form of [`normalize`], which then need not be parsed. Numbers with at
/// most as many digits as DynamoDB keeps, zeros included, are within its range.
fn is_normal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text).as_bytes();
    if unsigned.len() > MAX_DIGITS {
        return false;
    }
    let mut halves = unsigned.splitn(2, |byte| *byte == b'.');
    let whole = halves.next().unwrap_or_default();
    let fraction = halves.next();
    let is_whole = match whole {
        [b'0'] => fraction.is_some() || text.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_whole
        && fraction.is_none_or(|digits| {
            digits.last().is_some_and(|last| *last != b'0') && digits.iter().all(u8::is_ascii_digit)
        })
}

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

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => -1,
        }
    }

    /// Returns the place of the first digit, and the digits. In this order, the larger pair is the number farther from
    /// zero.
    fn magnitude(&self) -> (i64, &[u8]) {
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

    fn rounded(mut self, precision: usize) -> Self {
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

    fn to_plain(&self) -> String {
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
fn parse_exponent(text: &[u8]) -> Result<i64, NumberError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_normalized_without_changing_their_value() {
        let tiny = format!("0.{}1", "0".repeat(129));
        let huge = format!("1{}", "0".repeat(125));
        let exact = "1234567890123456789012345678901234567.8";
        for (text, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("0.00", "0"),
            ("0E5", "0"),
            ("0E999999999999", "0"),
            ("100", "100"),
            ("1E+2", "100"),
            ("1e2", "100"),
            ("100.00", "100"),
            ("1.50", "1.5"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("5.", "5"),
            ("+5", "5"),
            ("00012", "12"),
            ("123E-1", "12.3"),
            ("-12", "-12"),
            ("1E-130", &tiny),
            ("1E125", &huge),
            (exact, exact),
            ("-0.001", "-0.001"),
            ("999999999999999999", "999999999999999999"),
            ("1234567890123456789", "1234567890123456789"),
        ] {
            assert_eq!(normalize(text).as_deref(), Ok(expected), "{text}");
            assert!(expected.len() <= longest(text), "{text}");
        }
        for long in
            [format!("-{}E-167", "1".repeat(38)), "-1E-130".to_owned(), "1.5E125".to_owned(), "1E+200".to_owned()]
        {
            assert!(normalize(&long).unwrap().len() <= longest(&long), "{long}");
        }
    }

    #[test]
    fn numbers_that_dynamodb_rejects_are_rejected() {
        use NumberError::*;
        let digits39 = "1".repeat(39);
        for (text, expected) in [
            ("", NotANumber),
            ("-", NotANumber),
            (".", NotANumber),
            ("abc", NotANumber),
            ("NaN", NotANumber),
            ("Infinity", NotANumber),
            ("-inf", NotANumber),
            (" 7 ", NotANumber),
            ("1_000", NotANumber),
            ("0x10", NotANumber),
            ("1E", NotANumber),
            ("1E+", NotANumber),
            ("1.2.3", NotANumber),
            ("--1", NotANumber),
            ("1e2e3", NotANumber),
            ("\u{661}", NotANumber),
            (digits39.as_str(), TooManyDigits),
            ("1E126", OutOfRange),
            ("1E-131", OutOfRange),
            ("1E99999999999999999999", OutOfRange),
            // A million zeros and a saturated exponent would otherwise yield 0.1.
            (&format!("0.{}1E1000000", "0".repeat(1_000_000)), TooLong),
            (&format!("0.{}1E9999999999", "0".repeat(1_000_000)), TooLong),
            (&"0".repeat(257), TooLong),
        ] {
            assert_eq!(check(text), Err(expected), "{text}");
            assert_eq!(Decimal::parse(text).map(drop), Err(expected), "{text}");
        }
    }

    #[test]
    fn encrypted_numbers_are_limited_by_the_item_size_only() {
        let digits39 = "1".repeat(39);
        for (text, plain) in [
            (digits39.as_str(), digits39.clone()),
            ("1E+200", format!("1{}", "0".repeat(200))),
            ("-1E-131", format!("-0.{}1", "0".repeat(130))),
        ] {
            assert_eq!(check_encrypted(text), Ok(()));
            assert_eq!(normalize(text).as_deref(), Ok(plain.as_str()));
            assert!(plain.len() <= longest(text));
        }
        for text in ["1E+409601", "1E-409601", "1E+99999999999999999999"] {
            assert_eq!(check_encrypted(text), Err(NumberError::OutOfRange), "{text}");
            assert_eq!(normalize(text), Err(NumberError::OutOfRange), "{text}");
        }
        for text in ["", "NaN", "Infinity", "1E", "1.2.3"] {
            assert_eq!(check_encrypted(text), Err(NumberError::NotANumber), "{text}");
        }
    }

    #[test]
    fn the_longest_notation_is_read() {
        assert_eq!(normalize(&"0".repeat(256)).as_deref(), Ok("0"));
        let padded = format!("{}1", "0".repeat(255));
        assert_eq!((normalize(&padded).as_deref(), compare(&padded, "1")), (Ok("1"), Some(Ordering::Equal)));
    }

    /// The shortcut only accepts text that the parser leaves unchanged.
    #[test]
    fn normalized_numbers_are_recognized() {
        let digits = "1234567890".repeat(4);
        for whole in ["", "0", "00", "1", "10", "01", "9", "-", "+1", "1 ", "a", &digits[..36], &digits[..38], &digits]
        {
            for fraction in
                ["", ".", ".0", ".5", ".50", ".05", ".a", "..5", ".5.5", "E1", &format!(".{}", &digits[..36])]
            {
                for sign in ["", "-", "+"] {
                    let text = format!("{sign}{whole}{fraction}");
                    let parsed = Decimal::parse(&text).map(|decimal| decimal.to_plain());
                    assert!(!is_normal(&text) || parsed.as_deref() == Ok(&text), "{text}");
                    assert_eq!(normalize_checked(&text).map(Cow::into_owned), parsed, "{text}");
                }
            }
        }
        assert!(["0", "-1", "0.5", "-0.05", "100", "12.5"].into_iter().all(is_normal));
    }
}
