//! Spellings of numbers, and the limits of their digits, range and length.

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
    for long in [format!("-{}E-167", "1".repeat(38)), "-1E-130".to_owned(), "1.5E125".to_owned(), "1E+200".to_owned()] {
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
    for whole in ["", "0", "00", "1", "10", "01", "9", "-", "+1", "1 ", "a", &digits[..36], &digits[..38], &digits] {
        for fraction in ["", ".", ".0", ".5", ".50", ".05", ".a", "..5", ".5.5", "E1", &format!(".{}", &digits[..36])] {
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
