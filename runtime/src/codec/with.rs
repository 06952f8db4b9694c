//! Fields that are encoded by functions through serde's traits.

use crate::error::Result;
use crate::item::number::buffered::Decoding;
use crate::item::{AttributeValue, Item};

use super::deserializer::Field;
use super::serializer::ValueSerializer;
use super::value_error::ValueError;
use super::{missing, unexpected, unrepresentable};

/// Puts the function's output into the item, unless it is null.
///
/// # Errors
/// `Codec` for a value that DynamoDB cannot represent. serde's message is dropped, because it can contain the value.
pub fn put_with<T>(
    value: &T,
    item: &mut Item,
    name: &'static str,
    serialize: impl FnOnce(&T, ValueSerializer) -> Result<AttributeValue, ValueError>,
) -> Result<()> {
    let value = serialize(value, ValueSerializer).map_err(|error| unrepresentable::<T>(name, error))?;
    if !matches!(value, AttributeValue::Null(true)) {
        item.insert(name.to_owned(), value);
    }
    Ok(())
}

/// Takes the attribute out of the item. A missing attribute is passed to the function as null.
///
/// # Errors
/// `Schema` if the attribute is missing and the function does not accept null, or if it does not accept the stored
/// value. serde's message is dropped, because it can contain the value.
pub fn take_with<T>(
    item: &mut Item,
    name: &'static str,
    deserialize: impl FnOnce(Field) -> Result<T, ValueError>,
) -> Result<T> {
    let stored = item.remove(name);
    let is_missing = stored.is_none();
    let value = stored.unwrap_or(AttributeValue::Null(true));
    // Of other values no number is buffered.
    let has_numbers =
        matches!(value, AttributeValue::N(_) | AttributeValue::Ns(_) | AttributeValue::L(_) | AttributeValue::M(_));
    let decoding = has_numbers.then(Decoding::begin);
    let decoded = deserialize(Field(value)).ok();
    drop(decoding);
    decoded.ok_or_else(|| if is_missing { missing(name) } else { unexpected::<T>(name) })
}
