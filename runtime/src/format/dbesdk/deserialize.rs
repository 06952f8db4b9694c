//! Deserializes values strictly: anything but exactly one well-formed value is rejected.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::primitives::Blob;

use crate::crypto::wipe::PlaintextBuffer;
use crate::item::AttributeValue;
use crate::item::number::text as number;

use super::reader::Reader;
use super::value::type_id::{self, TypeId};
use super::value::{MAX_DEPTH, MAX_KEY};

/// The maximum number of parts for which memory is reserved because of an unverified count.
const MAX_CLAIM: usize = 256;

/// Deserializes the value of this type from `buffer`, beginning at `start`. A single text, number or binary keeps the
/// buffer, so that nothing is copied.
pub(super) fn deserialize(type_id: TypeId, mut buffer: PlaintextBuffer, start: usize) -> Option<AttributeValue> {
    if !matches!(type_id, type_id::STRING | type_id::NUMBER | type_id::BINARY) {
        return value(type_id, buffer.get(start..)?, 1);
    }
    if start > buffer.len() {
        return None;
    }
    buffer.copy_within(start.., 0);
    let length = buffer.len() - start;
    buffer.truncate(length);
    let bytes = buffer.take();
    Some(match type_id {
        type_id::BINARY => AttributeValue::B(Blob::new(bytes)),
        type_id::STRING => AttributeValue::S(String::from_utf8(bytes).ok()?),
        _ => AttributeValue::N(valid_number(String::from_utf8(bytes).ok()?)?),
    })
}

/// Deserializes a value that is `depth` levels deep.
pub(super) fn value(type_id: TypeId, bytes: &[u8], depth: usize) -> Option<AttributeValue> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut reader = Reader::new(bytes);
    let value = match type_id {
        type_id::NULL => AttributeValue::Null(true),
        type_id::BOOLEAN => match reader.byte()? {
            0 => AttributeValue::Bool(false),
            1 => AttributeValue::Bool(true),
            _ => return None,
        },
        type_id::STRING => return text(bytes).map(AttributeValue::S),
        type_id::NUMBER => return text(bytes).and_then(valid_number).map(AttributeValue::N),
        type_id::BINARY => return Some(AttributeValue::B(Blob::new(bytes))),
        type_id::STRING_SET => AttributeValue::Ss(distinct(collect(&mut reader, |reader| text(sized(reader)?))?)?),
        type_id::NUMBER_SET => {
            let numbers = collect(&mut reader, |reader| text(sized(reader)?).and_then(valid_number))?;
            distinct(numbers.iter().map(|text| number::normalize_checked(text).ok()).collect::<Option<Vec<_>>>()?)?;
            AttributeValue::Ns(numbers)
        }
        type_id::BINARY_SET => {
            let members = distinct(collect(&mut reader, sized)?)?;
            AttributeValue::Bs(members.into_iter().map(Blob::new).collect())
        }
        type_id::LIST => AttributeValue::L(collect(&mut reader, |reader| nested(reader, depth))?),
        type_id::MAP => {
            let entries = collect(&mut reader, |reader| entry(reader, depth))?;
            let count = entries.len();
            let map: HashMap<_, _> = entries.into_iter().collect();
            (map.len() == count).then_some(AttributeValue::M(map))?
        }
        _ => return None,
    };
    reader.is_empty().then_some(value)
}

fn entry(reader: &mut Reader<'_>, depth: usize) -> Option<(String, AttributeValue)> {
    if reader.array()? != type_id::STRING {
        return None;
    }
    let key = sized(reader).filter(|key| (1..=MAX_KEY).contains(&key.len()))?;
    Some((text(key)?, nested(reader, depth)?))
}

fn nested(reader: &mut Reader<'_>, depth: usize) -> Option<AttributeValue> {
    let type_id = reader.array()?;
    value(type_id, sized(reader)?, depth + 1)
}

/// Reads as many parts as the count states. The shortest part has four bytes.
fn collect<'a, T>(reader: &mut Reader<'a>, mut part: impl FnMut(&mut Reader<'a>) -> Option<T>) -> Option<Vec<T>> {
    let count = reader.u32()?;
    if count > reader.rest().len() / 4 {
        return None;
    }
    let mut parts = Vec::with_capacity(count.min(MAX_CLAIM));
    for _ in 0..count {
        parts.push(part(reader)?);
    }
    Some(parts)
}

/// Returns the members; `None` if there is a duplicate.
fn distinct<T: Eq + std::hash::Hash>(members: Vec<T>) -> Option<Vec<T>> {
    let are_distinct = members.iter().collect::<HashSet<_>>().len() == members.len();
    are_distinct.then_some(members)
}

fn sized<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = reader.u32()?;
    reader.take(length)
}

fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn valid_number(text: String) -> Option<String> {
    number::check(&text).is_ok().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::dbesdk::value::serialize;

    fn read(type_id: TypeId, bytes: &[u8]) -> Option<AttributeValue> {
        let alone = deserialize(type_id, PlaintextBuffer::from(bytes.to_vec()), 0);
        let behind = deserialize(type_id, PlaintextBuffer::from([b"before", bytes].concat()), 6);
        assert_eq!(alone, behind);
        alone
    }

    #[test]
    fn malformed_values_are_rejected() {
        let cases: &[(&str, TypeId, &[u8])] = &[
            ("unknown type", [0, 3], b""),
            ("boolean of 2", type_id::BOOLEAN, b"\x02"),
            ("boolean of two bytes", type_id::BOOLEAN, b"\0\0"),
            ("boolean of none", type_id::BOOLEAN, b""),
            ("NULL with a byte", type_id::NULL, b"\0"),
            ("invalid UTF-8", type_id::STRING, b"\xff"),
            ("no number", type_id::NUMBER, b"x"),
            ("empty number", type_id::NUMBER, b""),
            ("set with a member twice", type_id::STRING_SET, b"\0\0\0\x02\0\0\0\x01a\0\0\0\x01a"),
            ("set with a number twice", type_id::NUMBER_SET, b"\0\0\0\x02\0\0\0\x011\0\0\0\x031.0"),
            ("binary set with a member twice", type_id::BINARY_SET, b"\0\0\0\x02\0\0\0\0\0\0\0\0"),
            ("set with too few members", type_id::STRING_SET, b"\0\0\0\x02\0\0\0\x01a"),
            ("set with bytes behind", type_id::STRING_SET, b"\0\0\0\0\0"),
            ("count beyond the input", type_id::LIST, b"\xff\xff\xff\xff\0\0\0\0\0\0"),
            ("element beyond the input", type_id::LIST, b"\0\0\0\x01\0\x01\0\0\0\x02a"),
            ("element with bytes behind", type_id::LIST, b"\0\0\0\x01\0\0\0\0\0\x01a"),
            ("map key that is no text", type_id::MAP, b"\0\0\0\x01\0\x02\0\0\0\x011\0\0\0\0\0\0"),
            ("empty map key", type_id::MAP, b"\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0"),
            ("map key twice", type_id::MAP, b"\0\0\0\x02\0\x01\0\0\0\x01a\0\0\0\0\0\0\0\x01\0\0\0\x01a\0\0\0\0\0\0"),
        ];
        for (what, type_id, bytes) in cases {
            assert!(read(*type_id, bytes).is_none(), "{what}");
        }
        assert!(deserialize(type_id::STRING, PlaintextBuffer::from(Vec::new()), 1).is_none());
    }

    /// Returns nested lists, `depth` levels deep, of which the innermost is empty.
    fn lists(depth: usize) -> AttributeValue {
        (1..depth).fold(AttributeValue::L(Vec::new()), |value, _| AttributeValue::L(vec![value]))
    }

    #[test]
    fn values_are_nested_at_most_32_levels_deep() {
        let mut buffer = Vec::new();
        serialize(&lists(MAX_DEPTH), &mut buffer).unwrap();
        assert_eq!(read(type_id::LIST, &buffer[2..]), Some(lists(MAX_DEPTH)));
        let one_more = [b"\0\0\0\x01", &buffer[..2], &(buffer.len() as u32 - 2).to_be_bytes(), &buffer[2..]].concat();
        assert_eq!(read(type_id::LIST, &one_more), None);
        assert!(serialize(&lists(MAX_DEPTH + 1), &mut Vec::new()).is_err());
    }
}
