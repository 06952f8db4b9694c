//! Values as DynamoDB compares them, independently of their spelling.

use std::borrow::Cow;

use super::number::text as number;

use super::{AttributeValue, Item};

/// Returns whether DynamoDB considers the values equal: numbers in any spelling, and sets in any order.
pub(crate) fn same(one: &AttributeValue, other: &AttributeValue) -> bool {
    match (one, other) {
        (AttributeValue::N(one), AttributeValue::N(other)) => same_number(one, other),
        (AttributeValue::Ns(one), AttributeValue::Ns(other)) => {
            let normalized = |text: &String| number::normalize(text).map_or_else(|_| text.clone(), Cow::into_owned);
            one.len() == other.len() && sorted(one.iter().map(normalized)) == sorted(other.iter().map(normalized))
        }
        (AttributeValue::Ss(one), AttributeValue::Ss(other)) => {
            one.len() == other.len() && sorted(one.iter()) == sorted(other.iter())
        }
        (AttributeValue::Bs(one), AttributeValue::Bs(other)) => {
            one.len() == other.len() && sorted(one.iter().map(AsRef::as_ref)) == sorted(other.iter().map(AsRef::as_ref))
        }
        (AttributeValue::L(one), AttributeValue::L(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (AttributeValue::M(one), AttributeValue::M(other)) => same_items(one, other),
        _ => one == other,
    }
}

/// Returns whether an equal value can have another form.
pub(crate) fn has_spellings(value: &AttributeValue) -> bool {
    !matches!(value, AttributeValue::S(_) | AttributeValue::B(_) | AttributeValue::Bool(_) | AttributeValue::Null(_))
}

/// Compares two attributes, either of which can be absent.
pub(crate) fn same_if_present(one: Option<&AttributeValue>, other: Option<&AttributeValue>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other || same(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// Normalizes every number as DynamoDB does. Text that is not a number stays unchanged.
pub(crate) fn normalize_numbers(value: &mut AttributeValue) {
    match value {
        AttributeValue::N(text) => normalize_number(text),
        AttributeValue::Ns(members) => members.iter_mut().for_each(normalize_number),
        AttributeValue::L(elements) => elements.iter_mut().for_each(normalize_numbers),
        AttributeValue::M(entries) => entries.values_mut().for_each(normalize_numbers),
        _ => {}
    }
}

fn normalize_number(text: &mut String) {
    if let Ok(Cow::Owned(normalized)) = number::normalize(text) {
        *text = normalized;
    }
}

fn same_number(one: &str, other: &str) -> bool {
    one == other || number::compare(one, other).is_some_and(std::cmp::Ordering::is_eq)
}

fn same_items(one: &Item, other: &Item) -> bool {
    one.len() == other.len() && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
}

fn sorted<T: Ord>(members: impl Iterator<Item = T>) -> Vec<T> {
    let mut members: Vec<T> = members.collect();
    members.sort_unstable();
    members
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> AttributeValue {
        AttributeValue::N(text.to_owned())
    }

    fn numbers(texts: &[&str]) -> AttributeValue {
        AttributeValue::Ns(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    fn texts(texts: &[&str]) -> AttributeValue {
        AttributeValue::Ss(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    fn nested(value: AttributeValue) -> AttributeValue {
        AttributeValue::M(Item::from([("list".to_owned(), AttributeValue::L(vec![value]))]))
    }

    #[test]
    fn notation_and_order_do_not_affect_equality() {
        for (one, other) in [
            (number("1.5"), number("1.50")),
            (number("100"), number("1E+2")),
            (number("0"), number("-0.0")),
            (numbers(&["1", "2.0"]), numbers(&["2", "1.0"])),
            (texts(&["a", "b"]), texts(&["b", "a"])),
        ] {
            assert!(same(&one, &other), "{one:?} {other:?}");
            assert!(same(&nested(one), &nested(other)));
        }
    }

    #[test]
    fn values_types_and_lengths_affect_equality() {
        for (one, other) in [
            (number("1.5"), number("1.51")),
            (number("NaN"), number("0")),
            (number("1"), AttributeValue::S("1".to_owned())),
            (texts(&["a"]), texts(&["a", "b"])),
            (texts(&["a", "a"]), texts(&["a", "b"])),
            (numbers(&["1"]), texts(&["1"])),
            (AttributeValue::L(vec![number("1"), number("2")]), AttributeValue::L(vec![number("2"), number("1")])),
            (AttributeValue::L(vec![]), AttributeValue::M(Item::new())),
            (AttributeValue::Null(true), AttributeValue::Bool(true)),
        ] {
            assert!(!same(&one, &other), "{one:?} {other:?}");
            assert!(!same(&nested(one), &nested(other)));
        }
    }

    #[test]
    fn numbers_are_normalized_at_any_depth() {
        let mut value = nested(AttributeValue::L(vec![number("1.50"), numbers(&["1E+2"]), number("7"), number("NaN")]));
        normalize_numbers(&mut value);
        assert_eq!(
            value,
            nested(AttributeValue::L(vec![number("1.5"), numbers(&["100"]), number("7"), number("NaN")]))
        );
    }
}
