//! What is asked of a sort key.

use std::cmp::Ordering;

use crate::item::AttributeValue;
use crate::item::key::names as key;

use super::tree::{Comparator, Condition, Operand};

/// What a query asks of the sort key.
#[derive(Clone)]
pub(crate) enum SortCondition {
    Compares(Comparator, AttributeValue),
    /// Both bounds included.
    Between(AttributeValue, AttributeValue),
    BeginsWith(AttributeValue),
}

impl SortCondition {
    /// The same of the attribute of this name.
    pub(crate) fn on(self, name: String) -> Condition {
        match self {
            Self::Compares(comparator, value) => Condition::Compares(Operand::Attribute(name), comparator, value),
            Self::Between(low, high) => Condition::Between(Operand::Attribute(name), low, high),
            Self::BeginsWith(prefix) => Condition::BeginsWith(name, prefix),
        }
    }

    /// Whether a stored value is one that was asked for.
    pub(crate) fn holds_for(&self, stored: &AttributeValue) -> bool {
        let is = |value, accepted: fn(Ordering) -> bool| key::compare(stored, value).is_some_and(accepted);
        match self {
            Self::Compares(Comparator::Equal, value) => is(value, Ordering::is_eq),
            Self::Compares(Comparator::NotEqual, value) => is(value, Ordering::is_ne),
            Self::Compares(Comparator::Less, value) => is(value, Ordering::is_lt),
            Self::Compares(Comparator::LessOrEqual, value) => is(value, Ordering::is_le),
            Self::Compares(Comparator::Greater, value) => is(value, Ordering::is_gt),
            Self::Compares(Comparator::GreaterOrEqual, value) => is(value, Ordering::is_ge),
            Self::Between(low, high) => is(low, Ordering::is_ge) && is(high, Ordering::is_le),
            Self::BeginsWith(prefix) => begins_with(stored, prefix),
        }
    }
}

fn begins_with(stored: &AttributeValue, prefix: &AttributeValue) -> bool {
    match (stored, prefix) {
        (AttributeValue::S(text), AttributeValue::S(prefix)) => text.starts_with(prefix),
        (AttributeValue::B(bytes), AttributeValue::B(prefix)) => bytes.as_ref().starts_with(prefix.as_ref()),
        _ => false,
    }
}
