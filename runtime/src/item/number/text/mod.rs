//! Numbers as text, in the normalized form that is signed.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::crypto::wipe::wipe;

use super::decimal::{Decimal, MAX_DIGITS, NumberError, SIGN_AND_POINT, parse_exponent};

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
