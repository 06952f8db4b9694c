//! The text of a cursor: base64 of a version, a salt, a nonce, and AES-256-GCM of the expiry and the position at the end of
//! the page, bound to the read that it belongs to.
//!
//! The position is the keys at which the requests of the read ended, separated by [`NEXT`]. A request without a key is at its
//! beginning, and one that was read to its end has [`END`] in place of a key.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::digest::Digest;
use crate::crypto::gcm::{self, Nonce};
use crate::item::{AttributeValue, Item};

use super::Position;
use super::key::{CursorKey, Salt, fresh};
use super::position::Start;

const VERSION: u8 = 1;

/// The tags of a position that are not those of an attribute.
const NEXT: u8 = b'+';
const END: u8 = b'.';

/// Returns the text of the position; `None` if it contains something else than keys.
pub(super) fn seal(cursor_key: &CursorKey, position: &Position, read: &Digest, expiry: SystemTime) -> Option<String> {
    let salt: Salt = fresh()?;
    let nonce: Nonce = fresh()?;
    let mut plaintext = expiry.duration_since(UNIX_EPOCH).ok()?.as_secs().to_be_bytes().to_vec();
    for (number, start) in position.0.iter().enumerate() {
        if number > 0 {
            plaintext.push(NEXT);
        }
        match start {
            Start::Beginning => {}
            Start::After(key) => key.iter().try_for_each(|(name, value)| write(&mut plaintext, name, value))?,
            Start::End => plaintext.push(END),
        }
    }
    let sealed = gcm::seal(&*cursor_key.derive(&salt)?, nonce, read, &plaintext)?;
    Some(URL_SAFE_NO_PAD.encode([&[VERSION], salt.as_slice(), &nonce, &sealed].concat()))
}

/// Returns the position in a cursor's text; `None` if it was changed, has expired, or belongs to another read or cursor key.
pub(super) fn open(cursor_key: &CursorKey, token: &str, read: &Digest, now: SystemTime) -> Option<Position> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (&[VERSION], rest) = bytes.split_first_chunk()? else { return None };
    let (salt, rest) = rest.split_first_chunk::<{ size_of::<Salt>() }>()?;
    let (nonce, sealed) = rest.split_first_chunk()?;
    let plaintext = gcm::open(&*cursor_key.derive(salt)?, *nonce, read, sealed)?;

    let (expiry, mut rest) = plaintext.split_first_chunk()?;
    if now >= UNIX_EPOCH.checked_add(Duration::from_secs(u64::from_be_bytes(*expiry)))? {
        return None;
    }
    let mut starts = vec![read_start(&mut rest)?];
    while let Some((&NEXT, after)) = rest.split_first() {
        rest = after;
        starts.push(read_start(&mut rest)?);
    }
    rest.is_empty().then_some(Position(starts))
}

fn read_start(rest: &mut &[u8]) -> Option<Start> {
    let mut key = Item::new();
    loop {
        match rest.split_first() {
            None | Some((&NEXT, _)) => break,
            Some((&END, after)) if key.is_empty() => {
                *rest = after;
                return Some(Start::End);
            }
            Some(_) => {
                let (name, value) = read_attribute(rest)?;
                key.insert(name, value);
            }
        }
    }
    Some(if key.is_empty() { Start::Beginning } else { Start::After(key) })
}

/// Appends the name and the value of one attribute, each with its length. Keys have at most 2,048 bytes.
fn write(buffer: &mut Vec<u8>, name: &str, value: &AttributeValue) -> Option<()> {
    let (tag, bytes) = match value {
        AttributeValue::S(text) => (b'S', text.as_bytes()),
        AttributeValue::N(number) => (b'N', number.as_bytes()),
        AttributeValue::B(blob) => (b'B', blob.as_ref()),
        _ => return None,
    };
    buffer.push(tag);
    for part in [name.as_bytes(), bytes] {
        buffer.extend(u16::try_from(part.len()).ok()?.to_be_bytes());
        buffer.extend(part);
    }
    Some(())
}

fn read_attribute(rest: &mut &[u8]) -> Option<(String, AttributeValue)> {
    let (&[tag], after_tag) = rest.split_first_chunk()?;
    *rest = after_tag;
    let name = String::from_utf8(read_part(rest)?.to_vec()).ok()?;
    let bytes = read_part(rest)?.to_vec();
    let value = match tag {
        b'S' => AttributeValue::S(String::from_utf8(bytes).ok()?),
        b'N' => AttributeValue::N(String::from_utf8(bytes).ok()?),
        b'B' => AttributeValue::B(Blob::new(bytes)),
        _ => return None,
    };
    Some((name, value))
}

fn read_part<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after_length) = rest.split_first_chunk()?;
    let (part, after_part) = after_length.split_at_checked(u16::from_be_bytes(*length).into())?;
    *rest = after_part;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Digest = [7; 32];

    fn position() -> Position {
        Position(vec![Start::After(Item::from([
            ("id".to_owned(), AttributeValue::S("e-1".to_owned())),
            ("hired".to_owned(), AttributeValue::N("2020".to_owned())),
            ("hash".to_owned(), AttributeValue::B(Blob::new([0, 255]))),
        ]))])
    }

    #[test]
    fn every_request_of_a_read_keeps_its_start() {
        let key = CursorKey::from_bytes(&[1; 32]).unwrap();
        let [one] = position().0.try_into().unwrap();
        let starts = [Start::Beginning, one, Start::End];
        for first in &starts {
            for middle in &starts {
                for last in &starts {
                    let position = Position(vec![first.clone(), middle.clone(), last.clone()]);
                    let token = seal(&key, &position, &READ, at(100)).unwrap();
                    assert_eq!(open(&key, &token, &READ, at(99)), Some(position));
                }
            }
        }
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_cursor_opens_until_it_expires() {
        let key = CursorKey::from_bytes(&[1; 32]).unwrap();
        let token = seal(&key, &position(), &READ, at(100)).unwrap();
        assert_eq!(open(&key, &token, &READ, at(99)), Some(position()));
        assert_eq!(open(&key, &token, &READ, at(100)), None);
        assert_eq!(open(&key, &token, &[8; 32], at(99)), None);
        assert_eq!(open(&CursorKey::from_bytes(&[2; 32]).unwrap(), &token, &READ, at(99)), None);
    }

    #[test]
    fn changed_cursors_are_rejected() {
        let key = CursorKey::from_bytes(&[1; 32]).unwrap();
        let token = seal(&key, &position(), &READ, at(100)).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(&key, &URL_SAFE_NO_PAD.encode(changed), &READ, at(99)), None, "bit {bit}");
        }
        for end in 0..token.len() {
            assert_eq!(open(&key, &token[..end], &READ, at(99)), None, "{end} characters");
        }
        for text in ["", "=", "é", "AQ", &format!("{token}="), &format!("{token}A"), &format!(" {token}")] {
            assert_eq!(open(&key, text, &READ, at(99)), None, "{text}");
        }
    }

    #[test]
    fn two_cursors_of_one_position_share_no_bytes() {
        let key = CursorKey::from_bytes(&[1; 32]).unwrap();
        let tokens = [0; 2].map(|_| URL_SAFE_NO_PAD.decode(seal(&key, &position(), &READ, at(100)).unwrap()).unwrap());
        let same = tokens[0].iter().zip(&tokens[1]).skip(1).filter(|(one, other)| one == other).count();
        assert!(same < tokens[0].len() / 4, "{same} bytes of {}", tokens[0].len());
        assert!(!String::from_utf8_lossy(&tokens[0]).contains("e-1"));
    }
}
