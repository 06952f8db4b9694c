//! The material description as bytes: a version, then pairs of text, each with its length.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::material_description::MaterialDescription;

use super::{CBC_PKCS5, CIPHER_MODE, SIGNING_ALGORITHM};

const VERSION: [u8; 4] = [0; 4];

/// Texts that nearly every item has, which are not worth an allocation each.
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

/// As many as an item of the wrapped provider has.
const USUAL_ENTRIES: usize = 5;

/// The bytes that are stored, sorted by key as the Python client does.
pub(crate) fn serialize(description: &MaterialDescription) -> Vec<u8> {
    let length = VERSION.len() + description.iter().map(|(key, value)| 8 + key.len() + value.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(length);
    bytes.extend(VERSION);
    for text in description.iter().flat_map(|(key, value)| [key, value]) {
        // An item has 400 KB, so a length always fits.
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// The description that was stored. It is readable without any key, so the errors may say what is wrong.
pub(crate) fn deserialize(bytes: &[u8]) -> Result<MaterialDescription> {
    let Some((version, mut rest)) = bytes.split_first_chunk::<4>() else {
        return Err(malformed("is too short"));
    };
    if *version != VERSION {
        return Err(malformed("has an unknown version; was it written by a newer client?"));
    }
    let mut description = MaterialDescription::new().with_room_for(USUAL_ENTRIES);
    while !rest.is_empty() {
        let key = take_text(&mut rest)?;
        let value = take_text(&mut rest)?;
        description.insert(key, value);
    }
    Ok(description)
}

/// What a damaged description is answered with.
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

    #[test]
    fn damaged_descriptions_are_refused() {
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
