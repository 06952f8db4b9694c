//! Evaluates conditions on an item with DynamoDB's rules.
//!
//! A server can return items that were not requested. Here they are compared with the request.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::item::key::names as key;
use crate::item::number::text as number;
use crate::item::{AttributeValue, Item};

use super::tree::{Comparator, ConditionTree, Operand};

impl ConditionTree {
    /// Returns true if the condition holds for the item, as [Amazon DynamoDB's operators and functions][rules] define it.
    ///
    /// The rules do not state the unit in which the function `size` counts a string, nor whether a nonexistent size
    /// differs from a number. If the interpretations disagree, the condition counts as true, so that a correct server
    /// is never rejected.
    ///
    /// [rules]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
    pub(crate) fn holds_for(&self, item: &Item) -> bool {
        let readings: &[Reading] = if self.has_size() { &READINGS } else { &READINGS[..1] };
        readings.iter().any(|reading| reading.holds(self, item))
    }

    fn has_size(&self) -> bool {
        match self {
            Self::Compares(operand, ..) | Self::Between(operand, ..) => matches!(operand, Operand::SizeOf(_)),
            Self::Not(condition) | Self::Unverified(condition) => condition.has_size(),
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().any(Self::has_size),
            _ => false,
        }
    }
}

/// One interpretation of the rules.
#[derive(Clone, Copy)]
struct Reading {
    length: fn(&str) -> usize,
    /// Whether a nonexistent size is `<>` a number.
    no_size_differs: bool,
}

const READINGS: [Reading; 6] = [
    Reading { length: utf16_units, no_size_differs: true },
    Reading { length: bytes, no_size_differs: true },
    Reading { length: characters, no_size_differs: true },
    Reading { length: utf16_units, no_size_differs: false },
    Reading { length: bytes, no_size_differs: false },
    Reading { length: characters, no_size_differs: false },
];

fn utf16_units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn bytes(text: &str) -> usize {
    text.len()
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

impl Reading {
    fn holds(self, condition: &ConditionTree, item: &Item) -> bool {
        match condition {
            ConditionTree::Exists(name) => item.contains_key(name),
            ConditionTree::Missing(name) => !item.contains_key(name),
            ConditionTree::Compares(Operand::Attribute(name), comparator, value) => match item.get(name) {
                Some(stored) => compares(stored, *comparator, value),
                None => *comparator == Comparator::NotEqual,
            },
            ConditionTree::Compares(Operand::SizeOf(name), comparator, value) => match self.size(item.get(name)) {
                Some(size) => compares(&size, *comparator, value),
                None => *comparator == Comparator::NotEqual && self.no_size_differs,
            },
            ConditionTree::Between(Operand::Attribute(name), low, high) => {
                item.get(name).is_some_and(|stored| is_between(stored, low, high))
            }
            ConditionTree::Between(Operand::SizeOf(name), low, high) => {
                self.size(item.get(name)).is_some_and(|size| is_between(&size, low, high))
            }
            ConditionTree::IsIn(name, values) => {
                item.get(name).is_some_and(|stored| values.iter().any(|value| equal(stored, value)))
            }
            ConditionTree::BeginsWith(name, prefix) => item.get(name).is_some_and(|stored| begins_with(stored, prefix)),
            ConditionTree::Contains(name, part) => item.get(name).is_some_and(|stored| contains(stored, part)),
            ConditionTree::Not(condition) => !self.holds(condition, item),
            ConditionTree::Unverified(condition) => self.holds(condition, item),
            ConditionTree::All(conditions) => conditions.iter().all(|condition| self.holds(condition, item)),
            ConditionTree::Any(conditions) => conditions.iter().any(|condition| self.holds(condition, item)),
        }
    }

    /// Returns the result of the function `size`. Numbers, booleans and NULL have no size.
    fn size(self, stored: Option<&AttributeValue>) -> Option<AttributeValue> {
        let size = match stored? {
            AttributeValue::S(text) => (self.length)(text),
            AttributeValue::B(blob) => blob.as_ref().len(),
            AttributeValue::Ss(members) | AttributeValue::Ns(members) => members.len(),
            AttributeValue::Bs(members) => members.len(),
            AttributeValue::L(elements) => elements.len(),
            AttributeValue::M(entries) => entries.len(),
            _ => return None,
        };
        Some(AttributeValue::N(size.to_string()))
    }
}

/// Only values of the same type are comparable; values of different types are unequal.
pub(crate) fn compares(stored: &AttributeValue, comparator: Comparator, value: &AttributeValue) -> bool {
    let is = |accepted: fn(Ordering) -> bool| key::compare(stored, value).is_some_and(accepted);
    match comparator {
        Comparator::Equal => equal(stored, value),
        Comparator::NotEqual => !equal(stored, value),
        Comparator::Less => is(Ordering::is_lt),
        Comparator::LessOrEqual => is(Ordering::is_le),
        Comparator::Greater => is(Ordering::is_gt),
        Comparator::GreaterOrEqual => is(Ordering::is_ge),
    }
}

/// Both bounds are inclusive.
pub(crate) fn is_between(stored: &AttributeValue, low: &AttributeValue, high: &AttributeValue) -> bool {
    compares(stored, Comparator::GreaterOrEqual, low) && compares(stored, Comparator::LessOrEqual, high)
}

/// Numbers are equal by value and sets in any order, also inside lists and maps.
fn equal(one: &AttributeValue, other: &AttributeValue) -> bool {
    match (one, other) {
        (AttributeValue::Ss(one), AttributeValue::Ss(other)) => same_members(one, other, |text| text.as_str()),
        (AttributeValue::Bs(one), AttributeValue::Bs(other)) => same_members(one, other, |blob| blob.as_ref()),
        (AttributeValue::Ns(one), AttributeValue::Ns(other)) => {
            same_members(one, other, |text| number::normalize(text).unwrap_or_else(|_| text.as_str().into()))
        }
        (AttributeValue::L(one), AttributeValue::L(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (AttributeValue::M(one), AttributeValue::M(other)) => {
            let has_same =
                |(name, value): (&String, &AttributeValue)| other.get(name).is_some_and(|it| equal(value, it));
            one.len() == other.len() && one.iter().all(has_same)
        }
        _ => key::same(one, other),
    }
}

fn same_members<'a, M, C: Ord>(one: &'a [M], other: &'a [M], comparable: impl Fn(&'a M) -> C) -> bool {
    let members = |set: &'a [M]| set.iter().map(&comparable).collect::<BTreeSet<C>>();
    members(one) == members(other)
}

/// Returns whether a string or binary has this prefix.
pub(crate) fn begins_with(stored: &AttributeValue, prefix: &AttributeValue) -> bool {
    match (stored, prefix) {
        (AttributeValue::S(text), AttributeValue::S(prefix)) => text.starts_with(prefix),
        (AttributeValue::B(blob), AttributeValue::B(prefix)) => blob.as_ref().starts_with(prefix.as_ref()),
        _ => false,
    }
}

/// Returns whether a string has this substring, a binary these bytes, a set this member, or a list this element.
fn contains(stored: &AttributeValue, part: &AttributeValue) -> bool {
    match (stored, part) {
        (AttributeValue::S(text), AttributeValue::S(piece)) => text.contains(piece.as_str()),
        (AttributeValue::B(blob), AttributeValue::B(piece)) => has_piece(blob.as_ref(), piece.as_ref()),
        (AttributeValue::Ss(members), AttributeValue::S(member)) => members.contains(member),
        (AttributeValue::Bs(members), AttributeValue::B(member)) => members.contains(member),
        (AttributeValue::Ns(members), AttributeValue::N(member)) => {
            members.iter().any(|it| it == member || number::compare(it, member) == Some(Ordering::Equal))
        }
        (AttributeValue::L(elements), element) => elements.iter().any(|it| equal(it, element)),
        _ => false,
    }
}

fn has_piece(bytes: &[u8], piece: &[u8]) -> bool {
    piece.is_empty() || bytes.windows(piece.len()).any(|window| window == piece)
}

#[cfg(test)]
mod tests;
