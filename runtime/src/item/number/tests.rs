use std::collections::HashSet;
use std::str::FromStr as _;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::Sign;
use proptest::prelude::*;

use crate::error::ErrorKind;
use crate::item::AttributeValue;
use crate::item::key::KeyAttribute as _;

use super::Number;

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// Returns the number as parsed by an independent crate, within DynamoDB's limits.
fn oracle(text: &str) -> Option<BigDecimal> {
    let decimal = BigDecimal::from_str(text).ok()?.normalized();
    let (coefficient, scale) = decimal.as_bigint_and_exponent();
    if coefficient.sign() == Sign::NoSign {
        return Some(decimal);
    }
    let digits = coefficient.magnitude().to_string().len() as i64;
    let first = digits - 1 - scale;
    (digits <= 38 && (-130..=125).contains(&first)).then_some(decimal)
}

/// Numbers as text, about half of which are too long or out of range.
fn decimal() -> impl Strategy<Value = String> {
    let mantissa = prop_oneof![
        "-?[0-9]{1,45}",
        "-?[0-9]{0,25}\\.[0-9]{1,25}",
        "-?0\\.0{0,140}[1-9][0-9]{0,5}",
        "-?[1-9]0{0,130}",
    ];
    let exponent = prop_oneof![Just(None), (-140..140_i32).prop_map(Some), (-5..5_i32).prop_map(Some)];
    (mantissa, exponent).prop_map(|(mantissa, exponent)| match exponent {
        Some(exponent) => format!("{mantissa}E{exponent}"),
        None => mantissa,
    })
}

/// Numbers that DynamoDB supports, some of which are equal.
fn legal() -> impl Strategy<Value = String> {
    prop_oneof![decimal(), "-?[0-3]{1,2}(\\.[0-1]{1,2})?", "-?[0-3]E-?1?[0-9]"]
        .prop_filter("out of DynamoDB's limits", |text| oracle(text).is_some())
}

proptest! {
    #[test]
    fn exactly_the_numbers_of_dynamodb_are_accepted(text in decimal()) {
        match (text.parse::<Number>(), oracle(&text)) {
            (Ok(number), Some(expected)) => {
                let printed = number.to_string();
                prop_assert_eq!(&BigDecimal::from_str(&printed).unwrap(), &expected);
                prop_assert_eq!(printed, expected.to_plain_string());
            }
            (Err(error), None) => {
                prop_assert_eq!(error.kind(), ErrorKind::Codec);
            }
            (found, expected) => prop_assert!(false, "{:?} where {:?} is expected", found, expected),
        }
    }

    #[test]
    fn numbers_are_ordered_and_equal_by_value(left in legal(), right in legal()) {
        let expected = oracle(&left).unwrap().cmp(&oracle(&right).unwrap());
        prop_assert_eq!(number(&left).cmp(&number(&right)), expected);
        let same = HashSet::from([number(&left), number(&right)]).len() == 1;
        prop_assert_eq!(same, expected.is_eq());
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".*") {
        let _ = text.parse::<Number>();
    }

    #[test]
    fn integers_round_trip(signed in any::<i64>(), unsigned in any::<u64>(), wide in any::<i128>()) {
        prop_assert_eq!(i64::try_from(Number::from(signed)).unwrap(), signed);
        prop_assert_eq!(u64::try_from(Number::from(unsigned)).unwrap(), unsigned);
        prop_assert_eq!(Number::from(signed).to_string(), signed.to_string());
        if let Ok(number) = Number::try_from(wide) {
            prop_assert_eq!(i128::try_from(number).unwrap(), wide);
        }
    }

    #[test]
    fn floats_round_trip(float in any::<f64>()) {
        match Number::try_from(float) {
            Ok(number) => prop_assert_eq!(f64::from(number), float),
            Err(_) => prop_assert!(!float.is_finite() || float.abs() < 1e-130 || float.abs() >= 1e126),
        }
    }

    #[test]
    fn serde_keeps_every_digit(text in legal()) {
        let number = number(&text);
        let json = serde_json::to_string(&number).unwrap();
        prop_assert_eq!(&json, &format!("\"{number}\""));
        prop_assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), number);
    }

    #[test]
    #[cfg(feature = "bigdecimal")]
    fn bigdecimal_holds_every_number(text in legal()) {
        let decimal = BigDecimal::from(number(&text));
        prop_assert_eq!(&decimal, &oracle(&text).unwrap());
        prop_assert_eq!(Number::try_from(&decimal).unwrap(), number(&text));
    }

    #[test]
    #[cfg(feature = "rust_decimal")]
    fn rust_decimal_round_trips(mantissa in any::<i64>(), scale in 0..28_u32, text in legal()) {
        let decimal = rust_decimal::Decimal::new(mantissa, scale);
        prop_assert_eq!(Number::from(decimal).to_string(), decimal.normalize().to_string());
        prop_assert_eq!(rust_decimal::Decimal::try_from(Number::from(decimal)).unwrap(), decimal);
        // A number that it cannot hold exactly is rejected, never rounded.
        if let Ok(decimal) = rust_decimal::Decimal::try_from(number(&text)) {
            prop_assert_eq!(Number::from(decimal), number(&text));
        }
    }
}

#[test]
fn zero_has_no_sign_and_no_exponent() {
    for text in ["0", "-0", "0.00", "-0E5", "0E-999"] {
        assert_eq!(number(text), Number::ZERO, "{text}");
    }
    assert_eq!(Number::try_from(-0.0).unwrap(), Number::ZERO);
    assert_eq!(Number::from(0), Number::default());
}

#[test]
fn the_widest_integers_have_38_digits() {
    let largest = 10_u128.pow(38) - 1;
    assert_eq!(Number::try_from(largest).unwrap().to_string(), "9".repeat(38));
    assert_eq!(Number::try_from(10_u128.pow(38)).unwrap().to_string(), format!("1{}", "0".repeat(38)));
    assert_eq!(Number::try_from(u128::MAX).unwrap_err().kind(), ErrorKind::Codec);
    assert!(u8::try_from(Number::from(256)).is_err());
    assert!(i64::try_from(number("1.5")).is_err());
    assert!(u64::try_from(Number::from(-1)).is_err());
}

#[test]
fn numbers_can_be_keys() {
    assert_eq!(number("1.50").encode().unwrap(), AttributeValue::N("1.5".to_owned()));
    assert_eq!(Number::decode(AttributeValue::N("15E-1".to_owned())).unwrap(), number("1.5"));
    for stored in [AttributeValue::S("1.5".to_owned()), AttributeValue::N("SECRET".to_owned())] {
        let error = Number::decode(stored).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Schema);
        assert!(!error.to_string().contains("SECRET"));
    }
}

#[test]
fn binary_fractions_are_rejected_and_integers_are_not() {
    assert_eq!(serde_json::from_str::<Number>("42").unwrap(), Number::from(42));
    assert_eq!(serde_json::from_str::<Number>("-42").unwrap(), Number::from(-42));
    assert!(serde_json::from_str::<Number>("0.1").is_err());
    assert!(serde_json::from_str::<Number>("\"NaN\"").is_err());
}

#[test]
fn numbers_support_padding() {
    assert_eq!(format!("{:>8}|{:+}|{:08.1}", number("-1.5"), number("2"), number("-1.5")), "    -1.5|+2|-00001.5");
}

#[test]
#[cfg(feature = "rust_decimal")]
fn trailing_zeros_of_a_decimal_are_kept() {
    for text in ["100", "2500000", "10.00", "-120", "0.00"] {
        let decimal: rust_decimal::Decimal = text.parse().unwrap();
        assert_eq!(Number::from(decimal), text.parse().unwrap(), "{text}");
    }
}
