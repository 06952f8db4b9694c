//! The hashed form of values: bytes for standard beacons, text for virtual fields and parts.

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::crypto::wipe::PlaintextBuffer;
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::value;
use crate::item::AttributeValue;
use crate::item::number::text as number;
use crate::schema::beacon::Transform;

use super::transform;

/// The length of the type, which precedes a value when it is signed, but not when it is hashed.
const TYPE: usize = 2;

/// Calls `hash` with the bytes of a value, which are the signed bytes without the type.
pub(super) fn with_bytes<T>(value: &AttributeValue, hash: impl FnOnce(&[u8]) -> T) -> Result<T> {
    match value {
        AttributeValue::S(text) => Ok(hash(text.as_bytes())),
        AttributeValue::B(blob) => Ok(hash(blob.as_ref())),
        AttributeValue::N(text) => Ok(hash(normalized(text)?.as_bytes())),
        _ => {
            let mut buffer = PlaintextBuffer::with_capacity(value::longest(value));
            value::serialize(value, &mut buffer)?;
            Ok(hash(buffer.get(TYPE..).unwrap_or_default()))
        }
    }
}

/// Returns the text of a value. Numbers are normalized as DynamoDB returns them, so that they can be found.
///
/// # Errors
/// `Codec` for types that have no text.
pub(super) fn text(value: &AttributeValue) -> Result<Cow<'_, str>> {
    match value {
        AttributeValue::S(text) => Ok(Cow::Borrowed(text)),
        AttributeValue::N(text) => normalized(text),
        AttributeValue::Bool(true) => Ok(Cow::Borrowed("true")),
        AttributeValue::Bool(false) => Ok(Cow::Borrowed("false")),
        AttributeValue::Null(_) => Ok(Cow::Borrowed("null")),
        _ => Err(Error::new(
            ErrorKind::Codec,
            "a virtual field or a part of a compound beacon uses this value, which must be a string, a number, a \
             boolean or NULL",
        )),
    }
}

/// Returns the concatenation of the transformed texts.
pub(super) fn transformed(parts: &[(Cow<'_, str>, &[Transform])]) -> Zeroizing<String> {
    let inserted = |transform: &Transform| if let Transform::Insert(text) = transform { text.len() } else { 0 };
    let length =
        |(text, transforms): &(Cow<'_, str>, &[Transform])| text.len() + transforms.iter().map(inserted).sum::<usize>();
    // The buffer never grows, which would leave a copy behind.
    let mut units = Zeroizing::new(Vec::with_capacity(parts.iter().map(length).sum()));
    for (text, transforms) in parts {
        let start = units.len();
        units.extend(text.encode_utf16());
        transforms.iter().for_each(|transform| transform::apply(transform, &mut units, start));
    }
    Zeroizing::new(transform::decode(&units))
}

fn normalized(text: &str) -> Result<Cow<'_, str>> {
    Ok(number::normalize_checked(text)?)
}
