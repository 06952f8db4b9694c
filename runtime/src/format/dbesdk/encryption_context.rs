//! The encryption context: the data to which an item is bound besides its own content.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::item::AttributeValue;

use super::attributes::SignedAttribute;
use super::deserialize;
use super::legend::SignedAction;
use super::reader::put_short;
use super::value::type_id;
use super::version::Version;

/// The key of the entry with the public key of the digital signature.
pub(super) const PUBLIC_KEY: &str = "aws-crypto-public-key";

const TABLE_NAME: &str = "aws-crypto-table-name";
const PARTITION_NAME: &str = "aws-crypto-partition-name";
const SORT_NAME: &str = "aws-crypto-sort-name";
const ATTRIBUTE: &str = "aws-crypto-attr.";
const LEGEND: &str = "aws-crypto-legend";

/// A key and its value.
pub(super) type Pair = (Cow<'static, str>, String);

/// The encryption context of an item: pairs of text to which every recipient's key is bound.
///
/// It contains the table's name, the names of the primary key's attributes, and their values; in items with attributes
/// that are signed and included in the encryption context, also the values of these; and the public key of the digital
/// signature. AWS KMS logs it.
///
/// Values can be confidential, so `Debug` shows only keys.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptionContext {
    pairs: Vec<Pair>,
    serialized: Vec<u8>,
}

impl EncryptionContext {
    /// Creates the context of these pairs, sorted by key.
    pub(super) fn new(mut pairs: Vec<Pair>) -> Result<Self> {
        pairs.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        if pairs.is_sorted_by(|(a, _), (b, _)| a < b) {
            let serialized = serialize(&pairs)?;
            Ok(Self { pairs, serialized })
        } else {
            Err(Error::materials("the item's encryption context has a key twice"))
        }
    }

    /// Returns the value of this key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == key).map(|(_, value)| value)
    }

    /// Returns the table's name, for the audit events.
    #[cfg(feature = "kms")]
    pub(crate) fn table_name(&self) -> &str {
        self.get(TABLE_NAME).unwrap_or_default()
    }

    /// Returns the value of an attribute of the item that belongs to the primary key, or is signed and included in the
    /// encryption context; `None` for other attributes. When an item is read, it is not verified yet.
    pub fn attribute(&self, name: &str) -> Option<AttributeValue> {
        let attributes = || self.iter().filter_map(|(key, value)| Some((key.strip_prefix(ATTRIBUTE)?, value)));
        let (place, (_, value)) = attributes().enumerate().find(|(_, (other, _))| *other == name)?;
        match self.get(LEGEND) {
            None => from_base64(value),
            // The letters are in the order of the names.
            Some(legend) if legend.len() != attributes().count() => None,
            Some(legend) => match legend.as_bytes().get(place)? {
                b'S' => Some(AttributeValue::S(value.to_owned())),
                b'N' => Some(AttributeValue::N(value.to_owned())),
                b'L' if value == "null" => Some(AttributeValue::Null(true)),
                b'L' => value.parse().ok().map(AttributeValue::Bool),
                _ => from_base64(value),
            },
        }
    }

    /// Returns all keys and values, in the order of the keys' bytes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(key, value)| (key.as_ref(), value.as_str()))
    }

    /// Returns the additional authenticated data of wrapped keys: the pairs with their lengths, or nothing if there are
    /// none.
    pub fn authenticated_data(&self) -> &[u8] {
        if self.pairs.is_empty() { &[] } else { &self.serialized }
    }

    /// Serializes the pairs with their lengths, even if there are none.
    pub(super) fn serialized(&self) -> &[u8] {
        &self.serialized
    }
}

impl fmt::Debug for EncryptionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.pairs.iter().map(|(key, _)| key)).finish()
    }
}

/// Returns the pairs that are never stored, because every reader of the item can compute them.
pub(super) fn computed(
    context: &ItemContext,
    version: Version,
    attributes: &[SignedAttribute<'_>],
    plaintext: &[u8],
) -> Result<Vec<Pair>> {
    let mut pairs = vec![(Cow::Borrowed(TABLE_NAME), context.table_name().to_owned())];
    pairs.extend(context.partition_key_name().map(|name| (Cow::Borrowed(PARTITION_NAME), name.to_owned())));
    pairs.extend(context.sort_key_name().map(|name| (Cow::Borrowed(SORT_NAME), name.to_owned())));
    let mut included = Vec::new();
    for attribute in attributes {
        let is_key = [context.partition_key_name(), context.sort_key_name()].contains(&Some(attribute.name));
        let serialized = plaintext.get(attribute.serialized.clone()).unwrap_or_default();
        let value = match version {
            Version::One if is_key => BASE64.encode(serialized),
            Version::Two if attribute.action == SignedAction::SignAndIncludeInContext => {
                let (kind, value) = included_value(serialized);
                included.push((attribute.name, kind));
                value
            }
            _ => continue,
        };
        if value.len() > usize::from(u16::MAX) {
            return Err(Error::new(
                ErrorKind::Usage,
                "the value is in the encryption context, where it has at most 65,535 bytes (a binary, set, list or map \
                 about 49,000)",
            )
            .with_attribute(attribute.name));
        }
        pairs.push((format!("{ATTRIBUTE}{}", attribute.name).into(), value));
    }
    if version == Version::Two {
        included.sort_unstable();
        pairs.push((Cow::Borrowed(LEGEND), included.into_iter().map(|(_, kind)| kind).collect()));
    }
    Ok(pairs)
}

/// Returns the context of the computed and the stored pairs; `None` if they contradict each other.
pub(super) fn with_stored(mut computed: Vec<Pair>, stored: &[(&str, &str)]) -> Option<EncryptionContext> {
    for (key, value) in stored {
        match computed.iter().find(|(other, _)| other == key) {
            Some((_, other)) if other == value => {}
            Some(_) => return None,
            None => computed.push(((*key).to_owned().into(), (*value).to_owned())),
        }
    }
    EncryptionContext::new(computed).ok()
}

/// Returns a letter for its type, followed by the value as text.
fn included_value(serialized: &[u8]) -> (char, String) {
    let text = |value: &[u8]| std::str::from_utf8(value).unwrap_or_default().to_owned();
    match serialized.split_first_chunk() {
        Some((&type_id::STRING, value)) => ('S', text(value)),
        Some((&type_id::NUMBER, value)) => ('N', text(value)),
        Some((&type_id::NULL, _)) => ('L', "null".to_owned()),
        Some((&type_id::BOOLEAN, value)) => ('L', (value == [1]).to_string()),
        _ => ('B', BASE64.encode(serialized)),
    }
}

/// Returns a type and a serialized value.
fn from_base64(text: &str) -> Option<AttributeValue> {
    let bytes = BASE64.decode(text).ok()?;
    let (type_id, value) = bytes.split_first_chunk()?;
    deserialize::value(*type_id, value, 1)
}

fn serialize(pairs: &[Pair]) -> Result<Vec<u8>> {
    let length = pairs.iter().map(|(key, value)| 4 + key.len() + value.len()).sum::<usize>();
    let mut buffer = Vec::with_capacity(2 + length);
    write(pairs.iter().map(|(key, value)| (key.as_ref(), value.as_str())), &mut buffer).ok_or_else(|| {
        Error::new(
            ErrorKind::Usage,
            "the encryption context has more than 65,535 entries, or one that is longer than 65,535 bytes: shorten the \
             name of the table or of the attribute",
        )
    })?;
    Ok(buffer)
}

/// Appends the pairs with their lengths; `None` if a length does not fit two bytes.
pub(super) fn write<'a>(pairs: impl ExactSizeIterator<Item = (&'a str, &'a str)>, buffer: &mut Vec<u8>) -> Option<()> {
    buffer.extend_from_slice(&u16::try_from(pairs.len()).ok()?.to_be_bytes());
    for (key, value) in pairs {
        put_short(key.as_bytes(), buffer)?;
        put_short(value.as_bytes(), buffer)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_context_adds_no_authenticated_data() {
        let context = EncryptionContext::new(Vec::new()).unwrap();
        assert_eq!((context.serialized(), context.authenticated_data()), (&[0, 0][..], &[][..]));
    }

    #[test]
    fn stored_and_computed_contexts_must_agree() {
        let computed = || vec![(Cow::Borrowed(TABLE_NAME), "tbl".to_owned())];
        assert!(with_stored(computed(), &[(TABLE_NAME, "tbl")]).is_some());
        assert!(with_stored(computed(), &[(TABLE_NAME, "another")]).is_none());
        let context = with_stored(computed(), &[("a", "b")]).unwrap();
        assert_eq!(context.iter().collect::<Vec<_>>(), [("a", "b"), (TABLE_NAME, "tbl")]);
        assert!(!format!("{context:?}").contains("tbl"));
    }

    #[test]
    fn attributes_of_both_versions_are_found() {
        let context = |pairs: &[(&'static str, &str)]| {
            EncryptionContext::new(
                pairs.iter().map(|(key, value)| (Cow::Borrowed(*key), (*value).to_owned())).collect(),
            )
            .unwrap()
        };
        let one = context(&[("aws-crypto-attr.pk", "AAEx"), ("aws-crypto-attr.sk", "AAIx"), (TABLE_NAME, "pk")]);
        assert_eq!(one.attribute("pk"), Some(AttributeValue::S("1".to_owned())));
        assert_eq!(one.attribute("sk"), Some(AttributeValue::N("1".to_owned())));
        assert_eq!(one.attribute("table-name"), None);
        let two = context(&[
            ("aws-crypto-attr.b", "//8B"),
            ("aws-crypto-attr.f", "false"),
            ("aws-crypto-attr.n", "1"),
            ("aws-crypto-attr.null", "null"),
            ("aws-crypto-attr.s", "1"),
            (LEGEND, "BLNLS"),
        ]);
        assert_eq!(two.attribute("b"), Some(AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new([1]))));
        assert_eq!(two.attribute("f"), Some(AttributeValue::Bool(false)));
        assert_eq!(two.attribute("n"), Some(AttributeValue::N("1".to_owned())));
        assert_eq!(two.attribute("null"), Some(AttributeValue::Null(true)));
        assert_eq!(two.attribute("s"), Some(AttributeValue::S("1".to_owned())));
        let broken = context(&[("aws-crypto-attr.pk", "?"), (LEGEND, "")]);
        assert_eq!(broken.attribute("pk"), None);
    }
}
