//! The serialized material description: a version, then pairs of text, each with its length.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::material_description::MaterialDescription;

use super::{CBC_PKCS5, CIPHER_MODE, SIGNING_ALGORITHM};

const VERSION: [u8; 4] = [0; 4];

/// A description is not signed, so it is read before anything is verified. The clients' longest descriptions, with a
/// key wrapped by an RSA key of 8,192 bits, have less than 3 KB and a dozen entries.
const LONGEST: usize = 65_536;
const MOST_ENTRIES: usize = 256;

/// Texts that occur in nearly every item, for which no memory is allocated.
const USUAL: [&str; 9] = [
    CIPHER_MODE,
    CBC_PKCS5,
    SIGNING_ALGORITHM,
    "HmacSHA256",
    "amzn-ddb-env-key",
    "amzn-ddb-env-alg",
    "AES",
    "amzn-ddb-wrap-alg",
    "AESWrap",
];

/// A text of a description.
pub(crate) fn text(text: &str) -> Cow<'static, str> {
    usual(text.as_bytes()).map_or_else(|| Cow::Owned(text.to_owned()), Cow::Borrowed)
}

fn usual(text: &[u8]) -> Option<&'static str> {
    USUAL.into_iter().find(|usual| usual.as_bytes() == text)
}

/// The number of entries in an item of the wrapped provider.
const USUAL_ENTRIES: usize = 5;

/// Returns the bytes to store, sorted by key as in the Python client.
pub(crate) fn serialize(description: &MaterialDescription) -> Vec<u8> {
    let length = VERSION.len() + description.iter().map(|(key, value)| 8 + key.len() + value.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(length);
    bytes.extend(VERSION);
    for text in description.iter().flat_map(|(key, value)| [key, value]) {
        // An item has at most 400 KB, so a length always fits.
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}

impl MaterialDescription {
    /// Parses the attribute `*amzn-ddb-map-desc*` of a stored item: four zero bytes, then each key and each value in
    /// UTF-8, preceded by its length in four bytes, big-endian. Versions 2.0.3 of the Java and 3.3.0 of the Python
    /// client write this format. Of two entries with the same key, the last one is used.
    ///
    /// # Errors
    /// `Materials` if the bytes are not a material description, or have more than 65,536 bytes or 256 entries.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        deserialize(bytes)
    }
}

/// Parses a stored description. It is readable without a key, so the errors may state the cause.
pub(crate) fn deserialize(bytes: &[u8]) -> Result<MaterialDescription> {
    let Some((version, mut rest)) = bytes.split_first_chunk::<4>() else {
        return Err(malformed("is too short"));
    };
    if *version != VERSION {
        return Err(malformed("has an unknown version; was it written by a newer client?"));
    }
    if bytes.len() > LONGEST {
        return Err(malformed("is longer than 65,536 bytes"));
    }
    let mut entries = Vec::with_capacity(USUAL_ENTRIES);
    while !rest.is_empty() {
        if entries.len() == MOST_ENTRIES {
            return Err(malformed("has more than 256 entries"));
        }
        entries.push((take_text(&mut rest)?, take_text(&mut rest)?));
    }
    Ok(MaterialDescription::from_entries(entries))
}

/// Returns the error for a damaged description.
pub(crate) fn malformed(how: &str) -> Error {
    Error::new(ErrorKind::Materials, format!("the material description {how}"))
}

fn take_text(rest: &mut &[u8]) -> Result<Cow<'static, str>> {
    let (length, tail) = rest.split_first_chunk::<4>().ok_or_else(truncated)?;
    let (text, tail) = tail.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(truncated)?;
    *rest = tail;
    if let Some(usual) = usual(text) {
        return Ok(Cow::Borrowed(usual));
    }
    std::str::from_utf8(text).map(|text| Cow::Owned(text.to_owned())).map_err(|_| malformed("is not UTF-8"))
}

fn truncated() -> Error {
    malformed("is truncated")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(keys: impl Iterator<Item = u32>) -> Vec<u8> {
        let text = |text: String| [&(text.len() as u32).to_be_bytes(), text.as_bytes()].concat();
        let entries = keys.flat_map(|key| [text(format!("{key:06}")), text(key.to_string())].concat());
        VERSION.into_iter().chain(entries).collect()
    }

    /// Reading before verification takes time linear in the length, in any order of the entries.
    #[test]
    fn a_description_is_read_in_any_order_and_has_limits() {
        let most = MOST_ENTRIES as u32;
        let sorted = deserialize(&described(0..most)).unwrap();
        assert_eq!(sorted, deserialize(&described((0..most).rev())).unwrap());
        assert_eq!(sorted.iter().count(), MOST_ENTRIES);
        assert!(sorted.iter().map(|(key, _)| key).is_sorted());
        assert_eq!(sorted.entry("000200"), Some("200"));
        // Of equal keys, the last one is used, as in the other clients.
        let twice = [
            described((0..2).rev()),
            described([1].into_iter())[4..].to_vec(),
            b"\0\0\0\x06000000\0\0\0\x01x".to_vec(),
        ];
        let twice = deserialize(&twice.concat()).unwrap();
        assert_eq!(twice.iter().collect::<Vec<_>>(), [("000000", "x"), ("000001", "1")]);

        assert!(deserialize(&described(0..most + 1)).is_err());
        let long =
            |length: usize| [&VERSION[..], &[0; 4], &(length as u32).to_be_bytes(), &vec![b'x'; length]].concat();
        assert!(deserialize(&long(LONGEST - 12)).is_ok());
        assert!(deserialize(&long(LONGEST - 11)).is_err());
    }

    #[test]
    fn damaged_descriptions_are_rejected() {
        for bytes in [
            &b""[..],
            b"\0\0\0",
            b"\0\0\0\x01",
            b"\0\0\0\0\0\0\0\x01",
            b"\0\0\0\0\0\0\0\x01a",
            b"\0\0\0\0\0\0\0\x01a\0\0\0\x02b",
            b"\0\0\0\0\xff\xff\xff\xff",
            b"\0\0\0\0\0\0\0\x01\xff\0\0\0\0",
        ] {
            assert_eq!(deserialize(bytes).unwrap_err().kind(), ErrorKind::Materials, "{bytes:?}");
        }
        assert_eq!(deserialize(&VERSION).unwrap(), MaterialDescription::new());
    }
}
