//! Serializes values: a type of two bytes, and content that depends on it.

use std::borrow::Cow;

use crate::crypto::wipe::wipe;
use crate::error::{Error, ErrorKind};
use crate::item::number::decimal::NumberError;
use crate::item::number::text as number;
use crate::item::{AttributeValue, utf16};

/// The maximum nesting of values, which counts a value by itself as one.
pub(super) const MAX_DEPTH: usize = 32;

/// The maximum length of a map's key, in bytes.
pub(super) const MAX_KEY: usize = 65_535;

/// The types with which serialized values begin.
pub(super) mod type_id {
    pub(crate) type TypeId = [u8; 2];

    pub(crate) const NULL: TypeId = [0x00, 0x00];
    pub(crate) const STRING: TypeId = [0x00, 0x01];
    pub(crate) const NUMBER: TypeId = [0x00, 0x02];
    pub(crate) const BOOLEAN: TypeId = [0x00, 0x04];
    pub(crate) const BINARY: TypeId = [0xFF, 0xFF];
    pub(crate) const STRING_SET: TypeId = [0x01, 0x01];
    pub(crate) const NUMBER_SET: TypeId = [0x01, 0x02];
    pub(crate) const BINARY_SET: TypeId = [0x01, 0xFF];
    pub(crate) const MAP: TypeId = [0x02, 0x00];
    pub(crate) const LIST: TypeId = [0x03, 0x00];
}

/// Why a value cannot be serialized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueError {
    Number(NumberError),
    Duplicate,
    MapKey,
    NestedTooDeep,
    TooLong,
    NullFalse,
    UnknownType,
}

/// Appends the value's type and its serialized form.
pub(super) fn serialize(value: &AttributeValue, buffer: &mut Vec<u8>) -> Result<(), ValueError> {
    write(value, 1, buffer)
}

/// Returns the maximum number of bytes that [`serialize`] appends. A buffer of this capacity never grows, which would
/// leave a copy of the plaintext behind.
pub(super) fn longest(value: &AttributeValue) -> usize {
    const TYPE: usize = 2;
    const LENGTH: usize = 4;

    TYPE + match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(text) => number::longest(text),
        AttributeValue::B(blob) => blob.as_ref().len(),
        AttributeValue::Ss(members) => LENGTH + members.iter().map(|member| LENGTH + member.len()).sum::<usize>(),
        AttributeValue::Ns(members) => {
            LENGTH + members.iter().map(|member| LENGTH + number::longest(member)).sum::<usize>()
        }
        AttributeValue::Bs(members) => {
            LENGTH + members.iter().map(|member| LENGTH + member.as_ref().len()).sum::<usize>()
        }
        AttributeValue::L(elements) => LENGTH + elements.iter().map(|element| LENGTH + longest(element)).sum::<usize>(),
        AttributeValue::M(entries) => {
            let entry = |(key, value): (&String, &AttributeValue)| TYPE + 2 * LENGTH + key.len() + longest(value);
            LENGTH + entries.iter().map(entry).sum::<usize>()
        }
        _ => 1,
    }
}

fn write(value: &AttributeValue, depth: usize, buffer: &mut Vec<u8>) -> Result<(), ValueError> {
    if depth > MAX_DEPTH {
        return Err(ValueError::NestedTooDeep);
    }
    buffer.extend_from_slice(&type_of(value)?);
    match value {
        AttributeValue::S(text) => buffer.extend_from_slice(text.as_bytes()),
        AttributeValue::N(text) => {
            let text = normalize(text)?;
            buffer.extend_from_slice(text.as_bytes());
            discard(text);
        }
        AttributeValue::B(blob) => buffer.extend_from_slice(blob.as_ref()),
        AttributeValue::Bool(value) => buffer.push(u8::from(*value)),
        AttributeValue::Ss(members) => {
            let mut members: Vec<&str> = members.iter().map(String::as_str).collect();
            utf16::sort(&mut members);
            write_set(members.iter().map(|member| member.as_bytes()), buffer)?;
        }
        AttributeValue::Ns(members) => {
            let mut members = members.iter().map(|member| normalize(member)).collect::<Result<Vec<_>, _>>()?;
            members.sort_unstable();
            let written = write_set(members.iter().map(|member| member.as_bytes()), buffer);
            members.into_iter().for_each(discard);
            written?;
        }
        AttributeValue::Bs(members) => {
            let mut members: Vec<&[u8]> = members.iter().map(AsRef::as_ref).collect();
            members.sort_unstable();
            write_set(members.into_iter(), buffer)?;
        }
        AttributeValue::L(elements) => {
            put_length(elements.len(), buffer)?;
            elements.iter().try_for_each(|element| write_nested(element, depth, buffer))?;
        }
        AttributeValue::M(entries) => {
            let mut entries: Vec<(&String, &AttributeValue)> = entries.iter().collect();
            utf16::sort_entries(&mut entries);
            put_length(entries.len(), buffer)?;
            for (key, value) in entries {
                if !(1..=MAX_KEY).contains(&key.len()) {
                    return Err(ValueError::MapKey);
                }
                buffer.extend_from_slice(&type_id::STRING);
                put(key.as_bytes(), buffer)?;
                write_nested(value, depth, buffer)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn type_of(value: &AttributeValue) -> Result<type_id::TypeId, ValueError> {
    Ok(match value {
        AttributeValue::S(_) => type_id::STRING,
        AttributeValue::N(_) => type_id::NUMBER,
        AttributeValue::B(_) => type_id::BINARY,
        AttributeValue::Bool(_) => type_id::BOOLEAN,
        AttributeValue::Null(true) => type_id::NULL,
        AttributeValue::Null(false) => return Err(ValueError::NullFalse),
        AttributeValue::Ss(_) => type_id::STRING_SET,
        AttributeValue::Ns(_) => type_id::NUMBER_SET,
        AttributeValue::Bs(_) => type_id::BINARY_SET,
        AttributeValue::L(_) => type_id::LIST,
        AttributeValue::M(_) => type_id::MAP,
        _ => return Err(ValueError::UnknownType),
    })
}

/// Appends the type, the length of the content, and the content.
fn write_nested(value: &AttributeValue, depth: usize, buffer: &mut Vec<u8>) -> Result<(), ValueError> {
    const TYPE_AND_LENGTH: usize = 6;

    let start = buffer.len();
    buffer.extend_from_slice(&[0; TYPE_AND_LENGTH - 2]);
    write(value, depth + 1, buffer)?;
    // The type was written after the space for the length, and is moved before it.
    let length = length(buffer.len() - start - TYPE_AND_LENGTH)?;
    if let Some(place) = buffer.get_mut(start..start + TYPE_AND_LENGTH) {
        place.rotate_left(4);
        if let Some(place) = place.last_chunk_mut() {
            *place = length;
        }
    }
    Ok(())
}

/// Appends the sorted members, and rejects duplicates.
fn write_set<'a>(mut members: impl ExactSizeIterator<Item = &'a [u8]>, buffer: &mut Vec<u8>) -> Result<(), ValueError> {
    put_length(members.len(), buffer)?;
    let mut previous = None;
    members.try_for_each(|member| {
        if previous.replace(member) == Some(member) {
            return Err(ValueError::Duplicate);
        }
        put(member, buffer)
    })
}

fn put(bytes: &[u8], buffer: &mut Vec<u8>) -> Result<(), ValueError> {
    put_length(bytes.len(), buffer)?;
    buffer.extend_from_slice(bytes);
    Ok(())
}

fn put_length(count: usize, buffer: &mut Vec<u8>) -> Result<(), ValueError> {
    buffer.extend_from_slice(&length(count)?);
    Ok(())
}

fn length(count: usize) -> Result<[u8; 4], ValueError> {
    u32::try_from(count).map(u32::to_be_bytes).map_err(|_| ValueError::TooLong)
}

fn normalize(text: &str) -> Result<Cow<'_, str>, ValueError> {
    number::normalize_checked(text).map_err(ValueError::Number)
}

/// A number in another spelling may also be confidential.
fn discard(number: Cow<'_, str>) {
    if let Cow::Owned(text) = number {
        wipe(&mut text.into_bytes());
    }
}

impl From<ValueError> for Error {
    fn from(error: ValueError) -> Self {
        let message = match error {
            ValueError::Number(error) => return error.into(),
            ValueError::Duplicate => "a set contains a member twice; numbers are compared by value and not by notation",
            ValueError::MapKey => "a key of a map has none or more than 65,535 bytes",
            ValueError::NestedTooDeep => "lists and maps are nested more than 32 levels deep",
            ValueError::TooLong => "the value is longer than 4 GB",
            ValueError::NullFalse => "NULL can only be true",
            ValueError::UnknownType => "the value has a type that is not known here; update dynaseal",
        };
        Self::new(ErrorKind::Codec, message)
    }
}
