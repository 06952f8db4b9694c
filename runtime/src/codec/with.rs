//! Fields that functions encode, through serde's traits.

use serde_dynamo::Serializer;

use crate::error::Result;
use crate::item::{AttributeValue, Item};

use super::field::Field;
use super::map_keys::Guard;
use super::{missing, unexpected, unrepresentable};

/// Puts what the function serializes into the item, unless it is null.
///
/// # Errors
/// `Codec` for a value that DynamoDB has no form for. serde's own text is dropped: it can contain the value.
pub fn put_with<T>(
    value: &T,
    item: &mut Item,
    name: &'static str,
    serialize: impl FnOnce(&T, Guard<Serializer>) -> serde_dynamo::Result<serde_dynamo::AttributeValue>,
) -> Result<()> {
    let value: AttributeValue = serialize(value, Guard::of_field()).map_err(|_| unrepresentable::<T>(name))?.into();
    if !matches!(value, AttributeValue::Null(true)) {
        item.insert(name.to_owned(), value);
    }
    Ok(())
}

/// Takes the attribute out of the item; to the function, one that is missing is null.
///
/// # Errors
/// `Schema` if the attribute is missing and the function accepts no null, or if it does not accept the stored value.
/// serde's own text is dropped: it can contain the value.
pub fn take_with<T>(
    item: &mut Item,
    name: &'static str,
    deserialize: impl FnOnce(Field) -> serde_dynamo::Result<T>,
) -> Result<T> {
    let stored = item.remove(name);
    let is_missing = stored.is_none();
    let value = stored.unwrap_or(AttributeValue::Null(true));
    // serde_dynamo panics at a value of a type that this version of the SDK does not know.
    let known = is_known(&value).then(|| Field(value.into()));
    let decoded = known.and_then(|deserializer| deserialize(deserializer).ok());
    decoded.ok_or_else(|| if is_missing { missing(name) } else { unexpected::<T>(name) })
}

/// True if the value and all that is nested in it are of the ten types.
fn is_known(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::L(list) => list.iter().all(is_known),
        AttributeValue::M(map) => map.values().all(is_known),
        AttributeValue::S(_)
        | AttributeValue::N(_)
        | AttributeValue::B(_)
        | AttributeValue::Ss(_)
        | AttributeValue::Ns(_)
        | AttributeValue::Bs(_)
        | AttributeValue::Bool(_)
        | AttributeValue::Null(_) => true,
        _ => false,
    }
}
