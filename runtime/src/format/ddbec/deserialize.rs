//! Deserializes values strictly.
//!
//! The Java and the Python client ignore trailing bytes, which makes forging items much cheaper where the signature
//! does not depend on the content key. Here, anything but exactly one well-formed value is rejected.

use std::collections::HashMap;
use std::ops::Range;

use aws_sdk_dynamodb::primitives::Blob;

use crate::crypto::wipe::PlaintextBuffer;
use crate::item::AttributeValue;

use super::tag;
use crate::item::limits::MAX_NESTING;

/// Deserializes `bytes`. Returns `None` without a reason, which must not be revealed.
pub(crate) fn deserialize(bytes: &[u8]) -> Option<AttributeValue> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(0)?;
    reader.rest.is_empty().then_some(value)
}

/// Deserializes a part of `buffer`. A single text, number or binary keeps the buffer, so that nothing is copied.
pub(crate) fn deserialize_part(mut buffer: PlaintextBuffer, part: Range<usize>) -> Option<AttributeValue> {
    let mut reader = Reader { rest: buffer.get(part.clone())? };
    let tag = reader.tag()?;
    let is_alone = matches!(tag, tag::STRING | tag::NUMBER | tag::BINARY) && reader.length()? == reader.rest.len();
    if !is_alone {
        return deserialize(buffer.get(part)?);
    }
    let start = part.end - reader.rest.len();
    buffer.copy_within(start..part.end, 0);
    buffer.truncate(part.end - start);
    let bytes = buffer.take();
    Some(match tag {
        tag::BINARY => AttributeValue::B(Blob::new(bytes)),
        tag::STRING => AttributeValue::S(String::from_utf8(bytes).ok()?),
        _ => AttributeValue::N(String::from_utf8(bytes).ok()?),
    })
}

/// The maximum number of parts for which memory is reserved because of an unverified count.
const MAX_CLAIM: usize = 256;

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<AttributeValue> {
        /// The shortest element is a NULL, the shortest set member is empty, and the shortest entry has an empty key.
        const ELEMENT: usize = 2;
        const MEMBER: usize = 4;
        const ENTRY: usize = 8;

        if depth > MAX_NESTING {
            return None;
        }
        Some(match self.tag()? {
            tag::STRING => AttributeValue::S(self.text()?),
            tag::NUMBER => AttributeValue::N(self.text()?),
            tag::BINARY => AttributeValue::B(self.blob()?),
            tag::BOOLEAN => AttributeValue::Bool(self.boolean()?),
            tag::NULL => AttributeValue::Null(true),
            tag::STRING_SET => AttributeValue::Ss(self.collect(MEMBER, Self::text)?),
            tag::NUMBER_SET => AttributeValue::Ns(self.collect(MEMBER, Self::text)?),
            tag::BINARY_SET => AttributeValue::Bs(self.collect(MEMBER, Self::blob)?),
            tag::LIST => AttributeValue::L(self.collect(ELEMENT, |reader| reader.value(depth + 1))?),
            tag::MAP => {
                let entries = self.collect(ENTRY, |reader| reader.entry(depth + 1))?;
                let count = entries.len();
                let map: HashMap<_, _> = entries.into_iter().collect();
                // The other clients use the last of two equal keys, but no client writes such a map.
                (map.len() == count).then_some(AttributeValue::M(map))?
            }
            _ => return None,
        })
    }

    fn entry(&mut self, depth: usize) -> Option<(String, AttributeValue)> {
        if self.tag()? != tag::STRING {
            return None;
        }
        Some((self.text()?, self.value(depth)?))
    }

    /// Reads as many parts as the count states, each with at least `smallest` bytes.
    fn collect<T>(&mut self, smallest: usize, mut part: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.length()?;
        if count > self.rest.len() / smallest {
            return None;
        }
        // A part takes more memory than bytes: a list of lists could claim a thousand times its size before any part is
        // read.
        let mut parts = Vec::with_capacity(count.min(MAX_CLAIM));
        for _ in 0..count {
            parts.push(part(self)?);
        }
        Some(parts)
    }

    fn tag(&mut self) -> Option<u8> {
        match *self.take(2)? {
            [0, tag] => Some(tag),
            _ => None,
        }
    }

    fn boolean(&mut self) -> Option<bool> {
        match *self.take(1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok().map(str::to_owned)
    }

    fn blob(&mut self) -> Option<Blob> {
        let length = self.length()?;
        self.take(length).map(Blob::new)
    }

    fn length(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.try_into().ok()?;
        usize::try_from(i32::from_be_bytes(bytes)).ok()
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::ddbec::dialect::Dialect;
    use crate::format::ddbec::serialize::serialize;

    fn list_in_list(depth: usize) -> Vec<u8> {
        let mut bytes = [0, b'L', 0, 0, 0, 1].repeat(depth);
        bytes.extend([0, 0]);
        bytes
    }

    #[test]
    fn malformed_values_are_rejected() {
        let cases: &[(&str, &[u8])] = &[
            ("empty", b""),
            ("half a tag", b"\0"),
            ("reserved byte", b"\x01s\0\0\0\0"),
            ("unknown tag", b"\0x\0\0\0\0"),
            ("truncated length", b"\0s\0\0\0"),
            ("truncated string", b"\0s\0\0\0\x02a"),
            ("truncated binary", b"\0b\0\0\0\x02a"),
            ("truncated set member", b"\0B\0\0\0\x01\0\0\0\x02a"),
            ("negative length", b"\0s\xff\xff\xff\xff"),
            ("negative count", b"\0M\x80\0\0\0"),
            ("count beyond the input", b"\0L\x7f\xff\xff\xff\0\0"),
            ("boolean of 2", b"\0?\x02"),
            ("invalid UTF-8", b"\0s\0\0\0\x01\xff"),
            ("map key that is no string", b"\0M\0\0\0\x01\0n\0\0\0\x011\0\0"),
            ("duplicate map key", b"\0M\0\0\0\x02\0s\0\0\0\x01a\0\0\0s\0\0\0\x01a\0\0"),
            ("trailing byte", b"\0\0\0"),
        ];
        for (what, bytes) in cases {
            assert!(deserialize(bytes).is_none(), "{what}");
            let buffer = PlaintextBuffer::from([b"before", *bytes, b"after"].concat());
            assert!(deserialize_part(buffer, 6..6 + bytes.len()).is_none(), "{what}");
        }
        assert!(deserialize(&list_in_list(MAX_NESTING)).is_some());
        assert!(deserialize(&list_in_list(MAX_NESTING + 1)).is_none());
        assert!(deserialize(&list_in_list(1_000_000)).is_none());
    }

    #[test]
    fn a_slice_of_a_buffer_reads_like_a_copy() {
        let cases: [&[u8]; 7] = [
            b"\0s\0\0\0\x03abc",
            b"\0n\0\0\0\x03125",
            b"\0b\0\0\0\x03\xff\0\x01",
            b"\0s\0\0\0\0",
            b"\0S\0\0\0\x01\0\0\0\x01a",
            b"\0?\x01",
            b"\0\0",
        ];
        for bytes in cases {
            let buffer = PlaintextBuffer::from([b"before", bytes, b"after"].concat());
            let value = deserialize(bytes);
            assert!(value.is_some());
            assert_eq!(deserialize_part(buffer, 6..6 + bytes.len()), value);
        }
    }

    #[test]
    fn values_round_trip() {
        let deepest = deserialize(&list_in_list(MAX_NESTING)).unwrap();
        let mut buffer = Vec::new();
        serialize(&deepest, Dialect::Java, &mut buffer).unwrap();
        assert_eq!(buffer, list_in_list(MAX_NESTING));
        assert!(serialize(&AttributeValue::L(vec![deepest]), Dialect::Java, &mut buffer).is_err());
    }
}
