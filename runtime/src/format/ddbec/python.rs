//! Numbers as the Python client signs them.

use std::borrow::Cow;

use crate::item::number::decimal::NumberError;
use crate::item::number::text as number;

/// The precision of Python's default decimal context.
const DIGITS: usize = 28;

/// Returns the number as the Python client writes it: rounded to 28 digits, half to even; a negative zero keeps its sign.
pub(super) fn normalize(text: &str) -> Result<Cow<'_, str>, NumberError> {
    let rounded = number::round(text, DIGITS)?;
    match rounded == "0" && text.starts_with('-') {
        true => Ok(Cow::Borrowed("-0")),
        false => Ok(Cow::Owned(rounded)),
    }
}

/// Returns whether the Python client signs another text than the normalized one, for the number as DynamoDB returns it.
///
/// It would also do so for a negative zero. But `0` is signed, and DynamoDB returns `0`, which both clients verify.
pub(super) fn differs(text: &str) -> bool {
    number::has_more_digits(text, DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_rounds_to_28_digits_half_to_even() {
        let nines = "9".repeat(38);
        let ten_to_38 = format!("1{}", "0".repeat(38));
        for (text, expected) in [
            ("12345678901234567890123456789", "12345678901234567890123456790"),
            ("10000000000000000000000000005", "10000000000000000000000000000"),
            ("10000000000000000000000000015", "10000000000000000000000000020"),
            ("100000000000000000000000000051", "100000000000000000000000000100"),
            (nines.as_str(), ten_to_38.as_str()),
            ("-0.0", "-0"),
            ("1.50", "1.5"),
        ] {
            assert_eq!(normalize(text).as_deref(), Ok(expected), "{text}");
        }
    }
}
