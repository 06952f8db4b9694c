//! What is asked of a sort key.

use crate::item::AttributeValue;

use super::evaluate;
use super::tree::{Comparator, ConditionTree, Operand};

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
    pub(crate) fn on(self, name: String) -> ConditionTree {
        match self {
            Self::Compares(comparator, value) => ConditionTree::Compares(Operand::Attribute(name), comparator, value),
            Self::Between(low, high) => ConditionTree::Between(Operand::Attribute(name), low, high),
            Self::BeginsWith(prefix) => ConditionTree::BeginsWith(name, prefix),
        }
    }

    /// Whether a stored value is one that was asked for.
    pub(crate) fn holds_for(&self, stored: &AttributeValue) -> bool {
        match self {
            Self::Compares(comparator, value) => evaluate::compares(stored, *comparator, value),
            Self::Between(low, high) => evaluate::is_between(stored, low, high),
            Self::BeginsWith(prefix) => evaluate::begins_with(stored, prefix),
        }
    }
}
