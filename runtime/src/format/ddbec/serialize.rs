//! Serializes values: the plaintext of an encrypted attribute, and the input of the signature's hash for every signed
//! one.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use crate::crypto::digest::{Digest, sha256, sha256_at_once};
use crate::crypto::wipe::wipe;
use crate::item::AttributeValue;
use crate::item::limits::{MAX_NESTING, ValueError};
use crate::item::number::text as number;

use super::dialect::Dialect;
use super::{python, tag};

/// The length of the tag and length of a value, in bytes.
const HEADER: usize = 6;

/// Appends the serialized value to `buffer`.
pub(crate) fn serialize(value: &AttributeValue, dialect: Dialect, buffer: &mut Vec<u8>) -> Result<(), ValueError> {
    write_value(value, dialect, 0, buffer)
}

/// Returns the SHA-256 of the serialized value, which is never in memory as a whole.
pub(crate) fn digest(value: &AttributeValue, dialect: Dialect) -> Result<Digest, ValueError> {
    match value {
        // Most values, and all encrypted ones.
        AttributeValue::S(text) => return digest_of_bytes(tag::STRING, text.as_bytes()),
        AttributeValue::B(blob) => return digest_of_bytes(tag::BINARY, blob.as_ref()),
        _ => {}
    }
    let mut hashing = Hashing { short: [0; SHORT], length: 0, hasher: None };
    write_value(value, dialect, 0, &mut hashing)?;
    Ok(hashing.finish())
}

fn digest_of_bytes(tag: u8, bytes: &[u8]) -> Result<Digest, ValueError> {
    let header = header(tag, bytes.len())?;
    // An array that is no longer than needed takes less time to fill.
    let at_once = sha256_at_once::<_, 2>(header, bytes).or_else(|| sha256_at_once::<_, 4>(header, bytes));
    Ok(at_once.unwrap_or_else(|| Sha256::new().chain_update(header).chain_update(bytes).finalize().into()))
}

/// Returns the maximum number of bytes that [`serialize`] appends, which is exact unless numbers change their spelling.
/// A buffer of this capacity never grows, which would leave a copy of the plaintext behind.
pub(crate) fn longest(value: &AttributeValue) -> usize {
    const TAG_AND_LENGTH: usize = 6;
    const LENGTH: usize = 4;

    match value {
        AttributeValue::S(text) => TAG_AND_LENGTH + text.len(),
        AttributeValue::N(text) => TAG_AND_LENGTH + number::longest(text),
        AttributeValue::B(blob) => TAG_AND_LENGTH + blob.as_ref().len(),
        AttributeValue::Ss(members) => {
            TAG_AND_LENGTH + members.iter().map(|member| LENGTH + member.len()).sum::<usize>()
        }
        AttributeValue::Ns(members) => {
            TAG_AND_LENGTH + members.iter().map(|member| LENGTH + number::longest(member)).sum::<usize>()
        }
        AttributeValue::Bs(members) => {
            TAG_AND_LENGTH + members.iter().map(|member| LENGTH + member.as_ref().len()).sum::<usize>()
        }
        AttributeValue::L(elements) => TAG_AND_LENGTH + elements.iter().map(longest).sum::<usize>(),
        AttributeValue::M(entries) => {
            let entry = |(key, value): (&String, &AttributeValue)| TAG_AND_LENGTH + key.len() + longest(value);
            TAG_AND_LENGTH + entries.iter().map(entry).sum::<usize>()
        }
        _ => 3,
    }
}

/// A destination of serialized bytes.
trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Hashes short input at once, as most values are: otherwise each part would be copied into the hash's own buffer,
/// block by block.
struct Hashing {
    short: [u8; SHORT],
    length: usize,
    /// The input that did not fit.
    hasher: Option<Sha256>,
}

const SHORT: usize = 256;

impl Hashing {
    fn finish(self) -> Digest {
        let Self { short, length, hasher } = self;
        match hasher {
            None => sha256(short.get(..length).unwrap_or_default()),
            Some(hasher) => hasher.finalize().into(),
        }
    }
}

impl Sink for Hashing {
    fn put(&mut self, bytes: &[u8]) {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
            return;
        }
        let end = self.length + bytes.len();
        match self.short.get_mut(self.length..end) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.length = end;
            }
            None => {
                let begun = self.short.get(..self.length).unwrap_or_default();
                self.hasher = Some(Sha256::new().chain_update(begun).chain_update(bytes));
            }
        }
    }
}

fn write_value(value: &AttributeValue, dialect: Dialect, depth: usize, sink: &mut impl Sink) -> Result<(), ValueError> {
    if depth > MAX_NESTING {
        return Err(ValueError::NestedTooDeep);
    }
    match value {
        AttributeValue::S(text) => write_bytes(tag::STRING, text.as_bytes(), sink),
        AttributeValue::N(text) => {
            let text = normalize(text, dialect)?;
            let written = write_bytes(tag::NUMBER, text.as_bytes(), sink);
            discard(text);
            written
        }
        AttributeValue::B(blob) => write_bytes(tag::BINARY, blob.as_ref(), sink),
        AttributeValue::Bool(value) => {
            sink.put(&[0, tag::BOOLEAN, u8::from(*value)]);
            Ok(())
        }
        AttributeValue::Null(true) => {
            sink.put(&[0, tag::NULL]);
            Ok(())
        }
        AttributeValue::Null(false) => Err(ValueError::NullFalse),
        AttributeValue::Ss(members) => {
            let mut members: Vec<&str> = members.iter().map(String::as_str).collect();
            dialect.sort_text(&mut members);
            write_set(tag::STRING_SET, members.iter().map(|member| member.as_bytes()), sink)
        }
        AttributeValue::Ns(members) => {
            let mut members =
                members.iter().map(|member| normalize(member, dialect)).collect::<Result<Vec<Cow<'_, str>>, _>>()?;
            members.sort_unstable();
            let written = write_set(tag::NUMBER_SET, members.iter().map(|member| member.as_bytes()), sink);
            members.into_iter().for_each(discard);
            written
        }
        AttributeValue::Bs(members) => {
            let mut members: Vec<&[u8]> = members.iter().map(AsRef::as_ref).collect();
            dialect.sort_binary(&mut members);
            write_set(tag::BINARY_SET, members.into_iter(), sink)
        }
        AttributeValue::L(elements) => {
            write_header(tag::LIST, elements.len(), sink)?;
            elements.iter().try_for_each(|element| write_value(element, dialect, depth + 1, sink))
        }
        AttributeValue::M(entries) => {
            let mut entries: Vec<(&String, &AttributeValue)> = entries.iter().collect();
            dialect.sort_entries(&mut entries);
            write_header(tag::MAP, entries.len(), sink)?;
            entries.into_iter().try_for_each(|(key, value)| {
                write_bytes(tag::STRING, key.as_bytes(), sink)?;
                write_value(value, dialect, depth + 1, sink)
            })
        }
        _ => Err(ValueError::UnknownType),
    }
}

fn write_set<'a>(
    tag: u8,
    members: impl ExactSizeIterator<Item = &'a [u8]>,
    sink: &mut impl Sink,
) -> Result<(), ValueError> {
    write_header(tag, members.len(), sink)?;
    for member in members {
        sink.put(&length(member.len())?);
        sink.put(member);
    }
    Ok(())
}

fn write_bytes(tag: u8, bytes: &[u8], sink: &mut impl Sink) -> Result<(), ValueError> {
    write_header(tag, bytes.len(), sink)?;
    sink.put(bytes);
    Ok(())
}

fn write_header(tag: u8, count: usize, sink: &mut impl Sink) -> Result<(), ValueError> {
    sink.put(&header(tag, count)?);
    Ok(())
}

fn header(tag: u8, count: usize) -> Result<[u8; HEADER], ValueError> {
    let [a, b, c, d] = length(count)?;
    Ok([0, tag, a, b, c, d])
}

/// Lengths and counts are signed 32-bit integers in the Java client.
fn length(count: usize) -> Result<[u8; 4], ValueError> {
    i32::try_from(count).map(i32::to_be_bytes).map_err(|_| ValueError::TooLong)
}

fn normalize(text: &str, dialect: Dialect) -> Result<Cow<'_, str>, ValueError> {
    match dialect {
        Dialect::Java | Dialect::PythonOrder => number::normalize(text),
        Dialect::PythonNumbers => python::normalize(text),
    }
    .map_err(ValueError::Number)
}

/// A number in another spelling may also be confidential.
fn discard(number: Cow<'_, str>) {
    if let Cow::Owned(text) = number {
        wipe(&mut text.into_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_digest_is_of_the_serialized_value(value: &AttributeValue) {
        let mut serialized = Vec::new();
        serialize(value, Dialect::Java, &mut serialized).unwrap();
        assert_eq!(digest(value, Dialect::Java), Ok(sha256(&serialized)), "{} bytes", serialized.len());
    }

    /// Input that is hashed at once and in parts: values on both sides of the limit, and parts that cross it.
    #[test]
    fn the_digest_covers_the_serialized_value_at_every_length() {
        for length in (0..2 * SHORT + 2).chain([4096]) {
            assert_digest_is_of_the_serialized_value(&AttributeValue::S("x".repeat(length)));
            assert_digest_is_of_the_serialized_value(&AttributeValue::B(vec![7; length].into()));
        }
        for count in 0..60 {
            let members = (0..count).map(|number| format!("member {number}"));
            assert_digest_is_of_the_serialized_value(&AttributeValue::Ss(members.clone().collect()));
            let elements =
                members.map(AttributeValue::S).chain([AttributeValue::Bool(true), AttributeValue::Null(true)]);
            assert_digest_is_of_the_serialized_value(&AttributeValue::L(elements.collect()));
        }
    }

    /// U+1F600 comes before U+FF5E in UTF-16 and after it by code points; the byte 0x80 is negative in Java.
    #[test]
    fn sets_and_maps_are_in_the_order_of_each_client() {
        let (face, tilde) = ("\u{1f600}", "\u{ff5e}");
        let map = [face, tilde].map(|key| (key.to_owned(), AttributeValue::Null(true)));
        let values = [
            (AttributeValue::Ss(vec![tilde.to_owned(), face.to_owned()]), face.as_bytes(), tilde.as_bytes()),
            (AttributeValue::M(map.into()), face.as_bytes(), tilde.as_bytes()),
            (AttributeValue::Bs(vec![vec![1].into(), vec![0x80].into()]), &[0, 0, 0, 1, 0x80], &[0, 0, 0, 1, 1]),
        ];
        for (value, first_in_java, first_in_python) in values {
            for (dialect, is_java) in
                [(Dialect::Java, true), (Dialect::PythonOrder, false), (Dialect::PythonNumbers, false)]
            {
                let mut serialized = Vec::new();
                serialize(&value, dialect, &mut serialized).unwrap();
                let position = |part: &[u8]| serialized.windows(part.len()).position(|window| window == part).unwrap();
                assert_eq!(position(first_in_java) < position(first_in_python), is_java, "{value:?}, {dialect:?}");
                assert_eq!(digest(&value, dialect), Ok(sha256(&serialized)), "{value:?}, {dialect:?}");
            }
        }
    }
}
