//! Conditions on an attribute of plain items, by its name.

use crate::condition::tree::{self, Comparator, Operand};
use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::{AttributeValue, Item};

use super::checked::{checked, ordered};
use super::expression::Condition;
use super::size::Size;

/// Conditions for the requests of an [`EncryptedTable`](crate::EncryptedTable). Comparing an encrypted attribute fails
/// with `Usage`; the existence of every attribute can be checked. Names are those of top-level attributes.
///
#[doc = example!(table)]
/// use dynaseal::Condition;
///
/// let idle = Condition::eq("department", text("Legal")) & !Condition::gt("logins", number(100));
/// employees.put(&ada).when(idle | Condition::missing("employee_id")).await?;
///
/// let error = employees.put(&ada).when(Condition::eq("name", text("Ada"))).await.unwrap_err();
/// assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("name"))); // it is encrypted
#[doc = example!(end)]
impl Condition<Item> {
    /// The item has the attribute.
    pub fn exists(name: impl Into<String>) -> Self {
        Self::new(Ok(tree::ConditionTree::Exists(name.into())))
    }

    /// The item does not have the attribute.
    pub fn missing(name: impl Into<String>) -> Self {
        Self::new(Ok(tree::ConditionTree::Missing(name.into())))
    }

    /// The attribute has this value.
    pub fn eq(name: impl Into<String>, value: AttributeValue) -> Self {
        Self::compare(name.into(), Comparator::Equal, value, checked)
    }

    /// The attribute has another value, or is missing.
    pub fn ne(name: impl Into<String>, value: AttributeValue) -> Self {
        Self::compare(name.into(), Comparator::NotEqual, value, checked)
    }

    /// The attribute is less than this value: a number, or a string or a binary byte by byte.
    pub fn lt(name: impl Into<String>, value: AttributeValue) -> Self {
        Self::compare(name.into(), Comparator::Less, value, bound)
    }

    /// The attribute is less than or equal to this value.
    pub fn le(name: impl Into<String>, value: AttributeValue) -> Self {
        Self::compare(name.into(), Comparator::LessOrEqual, value, bound)
    }

    /// The attribute is greater than this value.
    pub fn gt(name: impl Into<String>, value: AttributeValue) -> Self {
        Self::compare(name.into(), Comparator::Greater, value, bound)
    }

    /// The attribute is greater than or equal to this value.
    pub fn ge(name: impl Into<String>, value: AttributeValue) -> Self {
        Self::compare(name.into(), Comparator::GreaterOrEqual, value, bound)
    }

    /// The attribute is between these values, inclusive.
    pub fn between(name: impl Into<String>, low: AttributeValue, high: AttributeValue) -> Self {
        let name = name.into();
        let bounds = bound(&name, low).and_then(|low| Ok((low, bound(&name, high)?)));
        Self::new(bounds.map(|(low, high)| tree::ConditionTree::Between(Operand::Attribute(name), low, high)))
    }

    /// The attribute has one of these 1 to 100 values; other numbers of values fail the request with `Usage`.
    pub fn is_in(name: impl Into<String>, values: impl IntoIterator<Item = AttributeValue>) -> Self {
        let name = name.into();
        let values: Result<Vec<_>> = values.into_iter().map(|value| checked(&name, value)).collect();
        Self::new(values.and_then(|values| tree::ConditionTree::is_in(&name, values)))
    }

    /// The attribute, a string or a binary, begins with this one. A value of another type fails the request with `Usage`.
    pub fn begins_with(name: impl Into<String>, prefix: AttributeValue) -> Self {
        let name = name.into();
        Self::new(match prefix {
            AttributeValue::S(_) | AttributeValue::B(_) => Ok(tree::ConditionTree::BeginsWith(name, prefix)),
            _ => Err(Error::new(ErrorKind::Usage, "only strings and binaries have a beginning").with_attribute(name)),
        })
    }

    /// The attribute is a list or set with this element, or a string with this substring.
    pub fn contains(name: impl Into<String>, element: AttributeValue) -> Self {
        let name = name.into();
        Self::new(checked(&name, element).map(|element| tree::ConditionTree::Contains(name, element)))
    }

    /// Returns the size of the attribute for comparisons: the length of a string, the bytes of a binary, the elements
    /// of a list, set or map. The embedded store counts strings in UTF-16 code units; the DynamoDB developer guide does
    /// not state the unit.
    pub fn size(name: impl Into<String>) -> Size<Item> {
        Size::new(name)
    }

    fn compare(
        name: String,
        comparator: Comparator,
        value: AttributeValue,
        check: fn(&str, AttributeValue) -> Result<AttributeValue>,
    ) -> Self {
        let value = check(&name, value);
        Self::new(value.map(|value| tree::ConditionTree::Compares(Operand::Attribute(name), comparator, value)))
    }
}

/// Returns the same value, if DynamoDB orders it.
fn bound(name: &str, value: AttributeValue) -> Result<AttributeValue> {
    ordered(name, Some(checked(name, value)?))
}
