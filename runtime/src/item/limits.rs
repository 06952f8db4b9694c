//! Rejects items that cannot be stored with any attribute actions, before anything else is done with them.

use std::borrow::Cow;

use crate::crypto::wipe::wipe;
use crate::error::{Error, ErrorKind, Result};
use crate::item::{AttributeValue, Item};

use super::number::decimal::NumberError;
use super::number::text as number;

/// The maximum nesting of lists and maps. DynamoDB allows 32 levels, but does not see encrypted values; the limit keeps
/// stored data from exhausting the stack.
pub(crate) const MAX_NESTING: usize = 128;

/// The maximum nesting in DynamoDB, which counts the innermost value as a level: "Nested attribute depth" in the Amazon
/// DynamoDB developer guide, "Service, account, and table quotas".
const MAX_STORED_NESTING: usize = 31;

/// The maximum length of an attribute name and of a map key, in bytes.
const MAX_NAME: usize = 64 * 1024;

/// Why a value cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueError {
    Number(NumberError),
    TooLong,
    NestedTooDeep,
    NullFalse,
    UnknownType,
    EmptySet,
    RepeatedMember,
    EmptyName,
    LongName,
    StoredTooDeep,
}

/// Returns true for a valid value that is neither nested nor a set. Other values need further checks.
pub(crate) fn is_simple(value: &AttributeValue) -> bool {
    match value {
        AttributeValue::S(_) | AttributeValue::B(_) | AttributeValue::Bool(_) | AttributeValue::Null(true) => true,
        AttributeValue::N(text) => number::check(text).is_ok(),
        _ => false,
    }
}

/// Returns whether the value is a list or a map.
pub(crate) fn is_nested(value: &AttributeValue) -> bool {
    matches!(value, AttributeValue::L(_) | AttributeValue::M(_))
}

/// Returns the item unless its lists and maps are nested too deep. Afterwards, code may recurse into values.
pub(crate) fn limit_nesting(item: Item) -> Result<Item> {
    if item.values().all(|value| !is_nested(value) || fits(value, 0)) {
        return Ok(item);
    }
    let deep = item.iter().find(|(_, value)| !fits(value, 0)).map(|(name, _)| name.clone());
    dismantle(item);
    Err(Error::from(ValueError::NestedTooDeep).with_attribute(deep.unwrap_or_default()))
}

/// Rejects values that DynamoDB cannot represent.
pub(crate) fn check_values(item: &Item) -> Result<()> {
    item.iter().try_for_each(|(name, value)| check_value(name, value, number::check))
}

/// Rejects values that cannot be written. Encrypted or signed ones would be rejected later in any case, but only after
/// requesting keys. Some attributes can have numbers that DynamoDB does not see, which can exceed its limits.
pub(crate) fn check_writable(item: &Item, has_long_numbers: impl Fn(&str) -> bool) -> Result<()> {
    item.iter().try_for_each(|(name, value)| {
        check_value(name, value, number::check).or_else(|error| match has_long_numbers(name) {
            true => check_value(name, value, number::check_encrypted),
            false => Err(error),
        })
    })
}

fn check_value(name: &str, value: &AttributeValue, check_number: CheckNumber) -> Result<()> {
    check(value, check_number).map_err(|error| Error::from(error).with_attribute(name))
}

type CheckNumber = fn(&str) -> Result<(), NumberError>;

/// Rejects an item that DynamoDB rejects, just before it is stored: the server only sees unencrypted values.
///
/// # Errors
/// `Codec`, naming the attribute.
pub(crate) fn check_stored(item: &Item) -> Result<()> {
    item.iter().try_for_each(|(name, value)| {
        let checked = check_name(name).and_then(|()| check_stored_value(value, 0));
        checked.map_err(|error| Error::from(error).with_attribute(name))
    })
}

fn check_stored_value(value: &AttributeValue, depth: usize) -> Result<(), ValueError> {
    match value {
        AttributeValue::N(text) => number::check(text).map_err(ValueError::Number),
        AttributeValue::Ns(members) => {
            let normalized = members.iter().map(|member| {
                number::check(member).and_then(|()| number::normalize(member)).map_err(ValueError::Number)
            });
            check_members(normalized.collect::<Result<Vec<_>, _>>()?)
        }
        AttributeValue::Ss(members) => check_members(members.iter().collect()),
        AttributeValue::Bs(members) => check_members(members.iter().map(AsRef::as_ref).collect()),
        AttributeValue::L(_) | AttributeValue::M(_) if depth >= MAX_STORED_NESTING => Err(ValueError::StoredTooDeep),
        AttributeValue::L(elements) => elements.iter().try_for_each(|element| check_stored_value(element, depth + 1)),
        AttributeValue::M(entries) => entries
            .iter()
            .try_for_each(|(name, value)| check_name(name).and_then(|()| check_stored_value(value, depth + 1))),
        _ => check(value, number::check),
    }
}

/// Checks that a set is not empty and has no duplicates.
fn check_members<M: Ord>(mut members: Vec<M>) -> Result<(), ValueError> {
    let count = members.len();
    members.sort_unstable();
    members.dedup();
    match members.len() {
        0 => Err(ValueError::EmptySet),
        different if different < count => Err(ValueError::RepeatedMember),
        _ => Ok(()),
    }
}

fn check_name(name: &str) -> Result<(), ValueError> {
    match name.len() {
        0 => Err(ValueError::EmptyName),
        1..=MAX_NAME => Ok(()),
        _ => Err(ValueError::LongName),
    }
}

/// Normalizes every number in a value to the form that is signed. Returns `None` if one is not a number; numbers that
/// DynamoDB does not see can exceed its limits. The nesting was limited before.
pub(crate) fn normalize_numbers(value: &mut AttributeValue, can_be_long: bool) -> Option<()> {
    match value {
        AttributeValue::N(text) => normalize_number(text, can_be_long),
        AttributeValue::Ns(members) => members.iter_mut().try_for_each(|text| normalize_number(text, can_be_long)),
        AttributeValue::L(elements) => elements.iter_mut().try_for_each(|value| normalize_numbers(value, can_be_long)),
        AttributeValue::M(entries) => entries.values_mut().try_for_each(|value| normalize_numbers(value, can_be_long)),
        _ => Some(()),
    }
}

fn normalize_number(text: &mut String, can_be_long: bool) -> Option<()> {
    if !can_be_long {
        number::check(text).ok()?;
    }
    if let Cow::Owned(normal) = number::normalize(text).ok()? {
        wipe(&mut std::mem::replace(text, normal).into_bytes());
    }
    Some(())
}

fn fits(value: &AttributeValue, depth: usize) -> bool {
    depth <= MAX_NESTING
        && match value {
            AttributeValue::L(elements) => elements.iter().all(|element| fits(element, depth + 1)),
            AttributeValue::M(entries) => entries.values().all(|value| fits(value, depth + 1)),
            _ => true,
        }
}

/// Drops an item one level at a time. The default drop recurses, and would exhaust the stack.
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

fn check(value: &AttributeValue, check_number: CheckNumber) -> Result<(), ValueError> {
    match value {
        AttributeValue::N(text) => check_number(text).map_err(ValueError::Number),
        AttributeValue::Ns(members) => {
            members.iter().try_for_each(|member| check_number(member)).map_err(ValueError::Number)
        }
        AttributeValue::L(elements) => elements.iter().try_for_each(|element| check(element, check_number)),
        AttributeValue::M(entries) => entries.values().try_for_each(|value| check(value, check_number)),
        AttributeValue::Null(false) => Err(ValueError::NullFalse),
        AttributeValue::S(_)
        | AttributeValue::B(_)
        | AttributeValue::Bool(_)
        | AttributeValue::Null(true)
        | AttributeValue::Ss(_)
        | AttributeValue::Bs(_) => Ok(()),
        _ => Err(ValueError::UnknownType),
    }
}

impl From<ValueError> for Error {
    fn from(error: ValueError) -> Self {
        let message = match error {
            ValueError::Number(NumberError::NotANumber) => {
                "a number is not one that DynamoDB has: digits, a point and an exponent are allowed, NaN and Infinity are not"
            }
            ValueError::Number(NumberError::TooManyDigits) => {
                "a number has more than the 38 significant digits that DynamoDB keeps; store it as a string"
            }
            ValueError::Number(NumberError::OutOfRange) => {
                "a number is outside of DynamoDB's range of 1E-130 to 9.99E+125; store it as a string"
            }
            ValueError::Number(NumberError::TooLong) => {
                "a number is spelled with more than 256 characters; write it without superfluous zeros"
            }
            ValueError::TooLong => "the value is longer than 2 GB",
            ValueError::NestedTooDeep => "lists and maps are nested more than 128 levels deep",
            ValueError::EmptySet => "a set is empty, which DynamoDB does not store; leave the attribute out",
            ValueError::RepeatedMember => {
                "a set contains a member twice, which DynamoDB does not store; numbers are compared by value"
            }
            ValueError::EmptyName => "an attribute or a key of a map has an empty name, which DynamoDB does not store",
            ValueError::LongName => {
                "an attribute or a key of a map has a name of more than the 64 KB that DynamoDB stores"
            }
            ValueError::StoredTooDeep => {
                "lists and maps are nested more than the 32 levels that DynamoDB stores where it sees them; encrypt the \
                 attribute, or nest less"
            }
            ValueError::NullFalse => "NULL can only be true",
            ValueError::UnknownType => "the value has a type that is not known here; update dynaseal",
        };
        Self::new(ErrorKind::Codec, message)
    }
}
