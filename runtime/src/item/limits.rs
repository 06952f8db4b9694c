//! What no stored item can hold is refused before anything is done with it, whatever the actions are.

use crate::error::{Error, Result};
use crate::format::ddbec::MAX_NESTING;
use crate::format::ddbec::serialize::SerializeError;
use crate::item::{AttributeValue, Item};

use super::number::text as number;

/// Hands the item back unless its lists and maps are nested too deep. After that, everything may recurse into values.
pub(crate) fn limit_nesting(item: Item) -> Result<Item> {
    if item.values().all(|value| !is_nested(value) || fits(value, 0)) {
        return Ok(item);
    }
    let deep = item.iter().find(|(_, value)| !fits(value, 0)).map(|(name, _)| name.clone());
    dismantle(item);
    Err(Error::from(SerializeError::NestedTooDeep).with_attribute(deep.unwrap_or_default()))
}

/// Refuses values that DynamoDB cannot represent. Those that are encrypted or signed would be refused later, too, but not
/// before keys were asked for.
pub(crate) fn check_values(item: &Item) -> Result<()> {
    item.iter().try_for_each(|(name, value)| check(value).map_err(|error| Error::from(error).with_attribute(name)))
}

fn is_nested(value: &AttributeValue) -> bool {
    matches!(value, AttributeValue::L(_) | AttributeValue::M(_))
}

fn fits(value: &AttributeValue, depth: usize) -> bool {
    depth <= MAX_NESTING
        && match value {
            AttributeValue::L(elements) => elements.iter().all(|element| fits(element, depth + 1)),
            AttributeValue::M(entries) => entries.values().all(|value| fits(value, depth + 1)),
            _ => true,
        }
}

/// Drops an item one level at a time. The usual way recurses, and would exhaust the stack.
fn dismantle(item: Item) {
    let mut values: Vec<AttributeValue> = item.into_values().collect();
    while let Some(value) = values.pop() {
        match value {
            AttributeValue::L(elements) => values.extend(elements),
            AttributeValue::M(entries) => values.extend(entries.into_values()),
            _ => {}
        }
    }
}

fn check(value: &AttributeValue) -> Result<(), SerializeError> {
    match value {
        AttributeValue::N(text) => check_number(text),
        AttributeValue::Ns(members) => members.iter().try_for_each(|member| check_number(member)),
        AttributeValue::L(elements) => elements.iter().try_for_each(check),
        AttributeValue::M(entries) => entries.values().try_for_each(check),
        AttributeValue::Null(false) => Err(SerializeError::NullFalse),
        AttributeValue::S(_)
        | AttributeValue::B(_)
        | AttributeValue::Bool(_)
        | AttributeValue::Null(true)
        | AttributeValue::Ss(_)
        | AttributeValue::Bs(_) => Ok(()),
        _ => Err(SerializeError::UnknownType),
    }
}

fn check_number(text: &str) -> Result<(), SerializeError> {
    number::check(text).map_err(SerializeError::Number)
}
