//! Equality of items: sets have no order, and `1.50` equals `15E-1`.

use dynaseal::{AttributeValue, Item};
use serde_json::{Value, json};

use crate::dynamodb_json::value_to_json;

/// Returns a readable form that is equal for equal items.
pub fn item(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, attribute)| (name.clone(), value(attribute))).collect())
}

/// Returns a form that is equal for equal values.
pub fn value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::N(text) => json!({ "N": number(text) }),
        AttributeValue::Ns(members) => json!({ "NS": sorted(members.iter().map(|member| number(member)).collect()) }),
        AttributeValue::Ss(members) => json!({ "SS": sorted(members.clone()) }),
        AttributeValue::Bs(members) => {
            let mut members: Vec<&[u8]> = members.iter().map(AsRef::as_ref).collect();
            members.sort_unstable();
            json!({ "BS": members })
        }
        AttributeValue::L(members) => json!({ "L": members.iter().map(self::value).collect::<Vec<_>>() }),
        AttributeValue::M(entries) => json!({ "M": item(entries) }),
        _ => value_to_json(value),
    }
}

/// Returns a number as `[-]<digits without zeros at either end>E<exponent>`, exactly. Text that is not a number is
/// returned unchanged.
pub fn number(text: &str) -> String {
    parse(text).unwrap_or_else(|| format!("not a number: {text}"))
}

fn parse(text: &str) -> Option<String> {
    let (coefficient, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let unsigned = coefficient.strip_prefix(['-', '+']).unwrap_or(coefficient);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if exponent_digits.is_empty() || !exponent_digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some("0".to_owned());
    }
    let trailing_zeros = digits.len() - digits.trim_end_matches('0').len();
    let exponent =
        exponent.parse::<i64>().ok()? + i64::try_from(trailing_zeros).ok()? - i64::try_from(fraction.len()).ok()?;
    let sign = if coefficient.starts_with('-') { "-" } else { "" };
    Some(format!("{sign}{significant}E{exponent}"))
}

fn sorted(mut members: Vec<String>) -> Vec<String> {
    members.sort_unstable();
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_one_form() {
        for (one, other) in [
            ("1.50", "1.5"),
            ("100", "1E+2"),
            ("100", "1e2"),
            (".5", "0.5"),
            ("5.", "+5"),
            ("00012", "12"),
            ("123E-1", "12.3"),
            ("0.00", "-0"),
            ("0E5", "0"),
            ("0E1000000000000000000000000", "0"),
            ("-0.10", "-1E-1"),
        ] {
            assert_eq!(number(one), number(other), "{one} {other}");
        }
    }

    #[test]
    fn different_numbers_have_different_forms() {
        for (one, other) in [
            ("1", "10"),
            ("1", "-1"),
            ("0.1", "0.01"),
            ("12345678901234567890123456789", "12345678901234567890123456790"),
        ] {
            assert_ne!(number(one), number(other));
        }
    }

    #[test]
    fn invalid_numbers_are_rejected() {
        for text in ["", "-", ".", "abc", "1_000", " 7", "NaN", "1E", "1.2.3"] {
            assert!(number(text).starts_with("not a number"), "{text}");
        }
    }
}
