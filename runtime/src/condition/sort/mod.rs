//! Conditions on a sort key.

mod range;
mod text;

use crate::item::AttributeValue;
use crate::item::key::template::{Point, Template};

use super::evaluate;
use super::tree::{Comparator, ConditionTree, Operand};

pub(crate) use range::{Bound, range};

/// The condition of a query on the sort key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SortCondition {
    Compares(Comparator, AttributeValue),
    /// Both bounds are inclusive.
    Between(AttributeValue, AttributeValue),
    BeginsWith(AttributeValue),
}

impl SortCondition {
    /// Returns the common prefix of all keys of a template, if there is one.
    pub(crate) fn of_template(template: &Template) -> Option<Self> {
        let lead = template.lead();
        let value = || AttributeValue::S(lead.to_owned());
        match template.is_constant() {
            _ if lead.is_empty() => None,
            true => Some(Self::Compares(Comparator::Equal, value())),
            false => Some(Self::BeginsWith(value())),
        }
    }

    /// Selects the key, or all keys that begin with the text.
    pub(crate) fn equals(point: Point) -> Self {
        match point {
            Point::Key(key) => Self::Compares(Comparator::Equal, key),
            Point::Leading(text) => Self::BeginsWith(AttributeValue::S(text)),
        }
    }

    /// Returns the same condition on other values.
    pub(crate) fn try_map<E>(self, map: impl Fn(AttributeValue) -> Result<AttributeValue, E>) -> Result<Self, E> {
        Ok(match self {
            Self::Compares(comparator, value) => Self::Compares(comparator, map(value)?),
            Self::Between(low, high) => Self::Between(map(low)?, map(high)?),
            Self::BeginsWith(prefix) => Self::BeginsWith(map(prefix)?),
        })
    }

    /// Returns the same condition on the attribute of this name.
    pub(crate) fn on(self, name: String) -> ConditionTree {
        match self {
            Self::Compares(comparator, value) => ConditionTree::Compares(Operand::Attribute(name), comparator, value),
            Self::Between(low, high) => ConditionTree::Between(Operand::Attribute(name), low, high),
            Self::BeginsWith(prefix) => ConditionTree::BeginsWith(name, prefix),
        }
    }

    /// Returns whether a stored value satisfies the condition.
    pub(crate) fn holds_for(&self, stored: &AttributeValue) -> bool {
        match self {
            Self::Compares(comparator, value) => evaluate::compares(stored, *comparator, value),
            Self::Between(low, high) => evaluate::is_between(stored, low, high),
            Self::BeginsWith(prefix) => evaluate::begins_with(stored, prefix),
        }
    }
}
