//! A canonical encoding of values: equal bytes mean values that DynamoDB considers equal.

use super::limits::{MAX_NESTING, ValueError};
use super::number::text as number;
use super::{AttributeValue, sort_entries};

/// Encodes a value, for digests that never leave the process or its clients. It is not the encoding of any stored
/// format.
///
/// Every value is prefixed by its type and length. Numbers are normalized; the members of sets and the entries of maps
/// are sorted.
///
/// # Errors
/// [`ValueError`] for a value that DynamoDB cannot represent.
pub(crate) fn encode(value: &AttributeValue) -> Result<Vec<u8>, ValueError> {
    let mut bytes = Vec::new();
    write(value, 0, &mut bytes)?;
    Ok(bytes)
}

fn write(value: &AttributeValue, depth: usize, bytes: &mut Vec<u8>) -> Result<(), ValueError> {
    if depth > MAX_NESTING {
        return Err(ValueError::NestedTooDeep);
    }
    let nested = |value| {
        let mut bytes = Vec::new();
        write(value, depth + 1, &mut bytes).map(|()| bytes)
    };
    match value {
        AttributeValue::S(text) => put(b'S', [text.as_bytes()], bytes),
        AttributeValue::N(text) => put(b'N', [normalized(text)?], bytes),
        AttributeValue::B(blob) => put(b'B', [blob.as_ref()], bytes),
        AttributeValue::Bool(value) => put(b'b', [[u8::from(*value)]], bytes),
        AttributeValue::Null(_) => put(b'0', [[]], bytes),
        AttributeValue::Ss(members) => put(b's', sorted(members.iter().map(|text| text.as_bytes().to_vec())), bytes),
        AttributeValue::Ns(members) => {
            let members: Vec<_> = members.iter().map(|text| normalized(text)).collect::<Result<_, _>>()?;
            put(b'n', sorted(members), bytes);
        }
        AttributeValue::Bs(members) => put(b'x', sorted(members.iter().map(|blob| blob.as_ref().to_vec())), bytes),
        AttributeValue::L(elements) => {
            let elements: Vec<_> = elements.iter().map(nested).collect::<Result<_, _>>()?;
            put(b'L', elements, bytes);
        }
        AttributeValue::M(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            sort_entries(&mut entries);
            let mut parts = Vec::with_capacity(2 * entries.len());
            for (name, value) in entries {
                parts.extend([name.as_bytes().to_vec(), nested(value)?]);
            }
            put(b'M', parts, bytes);
        }
        _ => return Err(ValueError::UnknownType),
    }
    Ok(())
}

fn normalized(text: &str) -> Result<Vec<u8>, ValueError> {
    number::normalize(text).map(|text| text.into_owned().into_bytes()).map_err(ValueError::Number)
}

fn sorted(members: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_unstable();
    members
}

fn put<P: AsRef<[u8]>>(kind: u8, parts: impl IntoIterator<Item = P, IntoIter: ExactSizeIterator>, bytes: &mut Vec<u8>) {
    let parts = parts.into_iter();
    bytes.push(kind);
    bytes.extend((parts.len() as u64).to_be_bytes());
    for part in parts {
        bytes.extend((part.as_ref().len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn text(text: &str) -> AttributeValue {
        AttributeValue::S(text.to_owned())
    }

    fn numbers(numbers: &[&str]) -> AttributeValue {
        AttributeValue::Ns(numbers.iter().map(|number| (*number).to_owned()).collect())
    }

    #[test]
    fn equal_values_have_one_canonical_form() {
        let same = [
            (AttributeValue::N("1.50".to_owned()), AttributeValue::N("15e-1".to_owned())),
            (numbers(&["1", "2.0"]), numbers(&["2", "1"])),
            (
                AttributeValue::Ss(vec!["a".to_owned(), "b".to_owned()]),
                AttributeValue::Ss(vec!["b".to_owned(), "a".to_owned()]),
            ),
        ];
        for (one, other) in same {
            assert_eq!(encode(&one).unwrap(), encode(&other).unwrap(), "{one:?}");
        }
    }

    #[test]
    fn different_values_have_different_canonical_forms() {
        let map = |name: &str, value| AttributeValue::M(HashMap::from([(name.to_owned(), value)]));
        let values = [
            text(""),
            text("a"),
            AttributeValue::N("1".to_owned()),
            text("1"),
            AttributeValue::B(b"1".as_slice().into()),
            AttributeValue::Bool(true),
            AttributeValue::Bool(false),
            AttributeValue::Null(true),
            AttributeValue::Ss(vec!["a".to_owned()]),
            AttributeValue::Ss(vec!["a".to_owned(), "b".to_owned()]),
            AttributeValue::Ss(vec!["ab".to_owned()]),
            numbers(&["1"]),
            AttributeValue::Bs(vec![b"a".as_slice().into()]),
            AttributeValue::L(vec![text("a"), text("b")]),
            AttributeValue::L(vec![text("b"), text("a")]),
            AttributeValue::L(vec![AttributeValue::L(vec![text("a")]), text("b")]),
            map("a", text("b")),
            map("ab", text("")),
        ];
        for (position, one) in values.iter().enumerate() {
            for other in &values[position + 1..] {
                assert_ne!(encode(one).unwrap(), encode(other).unwrap(), "{one:?}, {other:?}");
            }
        }
    }

    #[test]
    fn invalid_values_have_no_canonical_form() {
        let deep = (0..=MAX_NESTING).fold(text("a"), |value, _| AttributeValue::L(vec![value]));
        assert_eq!(encode(&deep), Err(ValueError::NestedTooDeep));
        assert!(matches!(encode(&AttributeValue::N("NaN".to_owned())), Err(ValueError::Number(_))));
    }
}
