//! Ranges of sort keys, within the keys of a template.

use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;
use crate::item::key::names as key;
use crate::item::key::template::Point;

use super::SortCondition;
use super::text::{after, after_all_with, before, last_with};
use crate::condition::tree::Comparator;

/// A bound of a range.
#[derive(Clone, Debug)]
pub(crate) enum Bound {
    Open,
    Included(Point),
    Excluded(Point),
}

/// Returns the sort keys from `low` to `high` that begin with `lead`.
///
/// An upper bound that leaves values open includes everything that begins with it, and an exclusive lower bound
/// excludes everything that does.
///
/// # Errors
/// `Usage` if there is no such key.
pub(crate) fn range(lead: &str, low: Bound, high: Bound) -> Result<SortCondition> {
    if lead.is_empty() { open_range(low, high) } else { range_within(lead, low, high) }
}

/// DynamoDB accepts one condition. Only `BETWEEN` has two bounds, both inclusive, so exclusive bounds are replaced by
/// the nearest keys.
fn range_within(lead: &str, low: Bound, high: Bound) -> Result<SortCondition> {
    let text = |text: Option<String>| text.map(AttributeValue::S).ok_or_else(nothing);
    let low = match low {
        Bound::Open => AttributeValue::S(lead.to_owned()),
        Bound::Included(point) => least(point),
        Bound::Excluded(Point::Key(AttributeValue::S(key))) => text(after(&key))?,
        Bound::Excluded(Point::Leading(beginning)) => text(after_all_with(&beginning))?,
        Bound::Excluded(Point::Key(other)) => other,
    };
    let high = match high {
        Bound::Open => AttributeValue::S(last_with(lead)),
        Bound::Included(point) => greatest(point),
        Bound::Excluded(point) => match least(point) {
            AttributeValue::S(key) => text(before(&key))?,
            other => other,
        },
    };
    between(low, high)
}

fn open_range(low: Bound, high: Bound) -> Result<SortCondition> {
    use Comparator::{Greater, GreaterOrEqual, Less, LessOrEqual};

    match (low, high) {
        (Bound::Included(low), Bound::Included(high)) => between(least(low), greatest(high)),
        (Bound::Included(point), _) => Ok(SortCondition::Compares(GreaterOrEqual, least(point))),
        (Bound::Excluded(Point::Key(key)), _) => Ok(SortCondition::Compares(Greater, key)),
        (Bound::Excluded(Point::Leading(text)), _) => {
            let first = after_all_with(&text).ok_or_else(nothing)?;
            Ok(SortCondition::Compares(GreaterOrEqual, AttributeValue::S(first)))
        }
        (Bound::Open, Bound::Included(point)) => Ok(SortCondition::Compares(LessOrEqual, greatest(point))),
        (Bound::Open, Bound::Excluded(point)) => Ok(SortCondition::Compares(Less, least(point))),
        (Bound::Open, Bound::Open) => Err(nothing()),
    }
}

fn between(low: AttributeValue, high: AttributeValue) -> Result<SortCondition> {
    if key::compare(&low, &high).is_some_and(|order| order.is_gt()) {
        return Err(nothing());
    }
    Ok(SortCondition::Between(low, high))
}

/// Returns the least key with these values.
fn least(point: Point) -> AttributeValue {
    match point {
        Point::Key(key) => key,
        Point::Leading(text) => AttributeValue::S(text),
    }
}

/// Returns the greatest key with these values.
fn greatest(point: Point) -> AttributeValue {
    match point {
        Point::Key(key) => key,
        Point::Leading(text) => AttributeValue::S(last_with(&text)),
    }
}

fn nothing() -> Error {
    Error::new(ErrorKind::Usage, "no sort key is in this range: its lower bound is above the upper one")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Point {
        Point::Key(AttributeValue::S(text.to_owned()))
    }

    fn holds(condition: &SortCondition, text: &str) -> bool {
        condition.holds_for(&AttributeValue::S(text.to_owned()))
    }

    #[test]
    fn a_range_stays_within_its_template() {
        let day = |day: &str| Point::Leading(format!("A#{day}#"));
        let keys = ["A", "A#", "A#1#x", "A#2", "A#2#", "A#2#x", "A#2#y", "A#3#x", "A#\u{10ffff}", "A$", "B#2#x"];
        let cases = [
            (
                range("A#", Bound::Included(day("2")), Bound::Open),
                vec!["A#2#", "A#2#x", "A#2#y", "A#3#x", "A#\u{10ffff}"],
            ),
            (range("A#", Bound::Excluded(day("2")), Bound::Open), vec!["A#3#x", "A#\u{10ffff}"]),
            (range("A#", Bound::Open, Bound::Included(day("2"))), vec!["A#", "A#1#x", "A#2", "A#2#", "A#2#x", "A#2#y"]),
            (range("A#", Bound::Open, Bound::Excluded(day("2"))), vec!["A#", "A#1#x", "A#2"]),
            (
                range("A#", Bound::Included(day("1")), Bound::Included(key("A#2#x"))),
                vec!["A#1#x", "A#2", "A#2#", "A#2#x"],
            ),
            (range("A#", Bound::Excluded(key("A#2#x")), Bound::Open), vec!["A#2#y", "A#3#x", "A#\u{10ffff}"]),
            (range("A#", Bound::Open, Bound::Excluded(key("A#2#x"))), vec!["A#", "A#1#x", "A#2", "A#2#"]),
            (range("", Bound::Excluded(day("2")), Bound::Open), vec!["A#3#x", "A#\u{10ffff}", "A$", "B#2#x"]),
            (range("", Bound::Open, Bound::Excluded(day("2"))), vec!["A", "A#", "A#1#x", "A#2"]),
        ];
        for (number, (condition, expected)) in cases.into_iter().enumerate() {
            let condition = condition.unwrap();
            let found: Vec<&str> = keys.into_iter().filter(|text| holds(&condition, text)).collect();
            assert_eq!(found, expected, "case {number}");
        }
    }

    #[test]
    fn an_empty_range_is_rejected() {
        for (low, high) in [
            (Bound::Included(key("A#2")), Bound::Included(key("A#1"))),
            (Bound::Open, Bound::Excluded(key("A#"))),
            (Bound::Included(key("B")), Bound::Open),
        ] {
            assert_eq!(range("A#", low, high).unwrap_err().kind(), ErrorKind::Usage);
        }
    }
}
