//! Values in expressions. They are not part of an item that is checked later.

use crate::error::{Error, ErrorKind, Result};
use crate::item::limits::{check_stored, check_values, limit_nesting};
use crate::item::{AttributeValue, Item};

/// Returns the same value, if DynamoDB can represent it.
pub(super) fn checked(name: &str, value: AttributeValue) -> Result<AttributeValue> {
    let mut item = limit_nesting(Item::from([(name.to_owned(), value)]))?;
    check_values(&item)?;
    check_stored(&item)?;
    item.remove(name).ok_or_else(|| Error::new(ErrorKind::Usage, "the value is missing").with_attribute(name))
}

/// Returns the same value, if DynamoDB orders it.
pub(super) fn ordered(name: &str, value: Option<AttributeValue>) -> Result<AttributeValue> {
    match value {
        Some(value @ (AttributeValue::S(_) | AttributeValue::N(_) | AttributeValue::B(_))) => Ok(value),
        Some(_) => Err(usage(name, "only strings, numbers and binaries have an order; compare with `eq` or `ne`")),
        None => Err(usage(name, "`None` has no order; use `exists` or `missing`")),
    }
}

pub(super) fn usage(name: &str, message: &'static str) -> Error {
    Error::new(ErrorKind::Usage, message).with_attribute(name)
}
