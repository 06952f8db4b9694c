//! Versions of branch keys: UUIDs of RFC 9562.

use std::fmt;

use crate::crypto::random;
use crate::error::Result;

/// The length of a UUID's text.
const TEXT: usize = 36;

/// The positions of the hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Uuid([u8; 16]);

impl Uuid {
    /// Returns a random UUID, version 4.
    #[inline]
    pub(crate) fn random() -> Result<Self> {
        let mut bytes = [0; 16];
        random::fill_key(&mut bytes)?;
        bytes[6] = (bytes[6] & 0x0F) | 0x40;
        bytes[8] = (bytes[8] & 0x3F) | 0x80;
        Ok(Self(bytes))
    }

    #[inline]
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Appends the text. Every item that is read needs it, so it is not formatted with `fmt`.
    #[inline]
    pub(crate) fn append_to(&self, text: &mut String) {
        let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.push(digit(byte >> 4));
            text.push(digit(byte & 0x0F));
        }
    }

    /// Parses 32 hexadecimal digits with hyphens in their places; `None` for anything else.
    #[inline]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT || !HYPHENS.iter().all(|place| text.as_bytes().get(*place) == Some(&b'-')) {
            return None;
        }
        let digits: Vec<u32> = text.chars().filter(|c| *c != '-').map(|c| c.to_digit(16)).collect::<Option<_>>()?;
        let bytes = digits.chunks_exact(2).map(|pair| match pair {
            [high, low] => u8::try_from(high << 4 | low).ok(),
            _ => None,
        });
        bytes.collect::<Option<Vec<u8>>>()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Uuid {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(TEXT);
        self.append_to(&mut text);
        f.write_str(&text)
    }
}

impl fmt::Debug for Uuid {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_formatted_as_usual() {
        let text = "ed2c4e6d-5a1d-453b-8c25-78fddc6f6d27";
        let uuid = Uuid::parse(text).unwrap();
        assert_eq!(uuid.to_string(), text);
        assert_eq!(uuid.as_bytes()[..4], [0xed, 0x2c, 0x4e, 0x6d]);
        assert_eq!(Uuid::parse(&text.to_uppercase()), Some(uuid));
        assert_eq!(Uuid::from_bytes(*uuid.as_bytes()), uuid);
        for text in [
            "",
            "ed2c4e6d5a1d453b8c2578fddc6f6d27",
            "ed2c4e6d-5a1d-453b-8c25-78fddc6f6d2",
            "ed2c4e6d-5a1d-453b-8c25-78fddc6f6d2g",
            "ed2c4e6d-5a1d-453b-8c2578-fddc6f6d27",
            "ed2c4e6d-5a1d-453b-8c25-78fddc6f6dé",
            "{d2c4e6d-5a1d-453b-8c25-78fddc6f6d27",
        ] {
            assert_eq!(Uuid::parse(text), None, "{text}");
        }
    }

    #[test]
    fn random_uuids_have_version_4_and_differ() {
        let (one, other) = (Uuid::random().unwrap(), Uuid::random().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.to_string().as_bytes()[14], one.as_bytes()[8] >> 6), (b'4', 0b10));
    }
}
