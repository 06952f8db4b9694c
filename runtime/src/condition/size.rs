//! The size of an attribute, for comparisons.

use std::fmt;
use std::marker::PhantomData;

use crate::condition::tree::{self, Comparator, Operand};
use crate::item::AttributeValue;

use super::expression::Condition;

/// The size of an attribute of entity `E`; created by [`Attr::size`](super::Attr::size), or for plain items by
/// [`Condition::size`]. If the attribute is missing, or is a number, a boolean or NULL, no comparison holds.
///
/// It is the result of DynamoDB's [function `size`][size].
///
/// [size]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Functions
#[must_use = "a size has no effect until it is compared"]
pub struct Size<E> {
    name: String,
    entity: PhantomData<fn() -> E>,
}

impl<E> Size<E> {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), entity: PhantomData }
    }

    /// The size is equal to this.
    pub fn eq(self, size: usize) -> Condition<E> {
        self.compare(Comparator::Equal, size)
    }

    /// The size is not equal to this.
    pub fn ne(self, size: usize) -> Condition<E> {
        self.compare(Comparator::NotEqual, size)
    }

    /// The size is less than this.
    pub fn lt(self, size: usize) -> Condition<E> {
        self.compare(Comparator::Less, size)
    }

    /// The size is less than or equal to this.
    pub fn le(self, size: usize) -> Condition<E> {
        self.compare(Comparator::LessOrEqual, size)
    }

    /// The size is greater than this.
    pub fn gt(self, size: usize) -> Condition<E> {
        self.compare(Comparator::Greater, size)
    }

    /// The size is greater than or equal to this.
    pub fn ge(self, size: usize) -> Condition<E> {
        self.compare(Comparator::GreaterOrEqual, size)
    }

    /// The size is between these, inclusive.
    pub fn between(self, low: usize, high: usize) -> Condition<E> {
        Condition::new(Ok(tree::ConditionTree::Between(self.operand(), number(low), number(high))))
    }

    fn compare(self, comparator: Comparator, size: usize) -> Condition<E> {
        Condition::new(Ok(tree::ConditionTree::Compares(self.operand(), comparator, number(size))))
    }

    fn operand(self) -> Operand {
        Operand::SizeOf(self.name)
    }
}

impl<E> fmt::Debug for Size<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Size").field(&self.name).finish()
    }
}

fn number(size: usize) -> AttributeValue {
    AttributeValue::N(size.to_string())
}
