//! Stored material descriptions, which tests can damage: a version, then pairs of strings with their lengths.

/// The attribute that holds the description.
pub const ATTRIBUTE: &str = "*amzn-ddb-map-desc*";

const VERSION: [u8; 4] = [0; 4];

/// Serializes these entries.
pub fn to_bytes<'a>(entries: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Vec<u8> {
    let texts = entries.into_iter().flat_map(|(key, value)| [key, value]);
    texts.fold(VERSION.to_vec(), |mut bytes, text| {
        bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(text);
        bytes
    })
}

/// Parses the entries of a stored description; `None` if it is damaged.
pub fn from_bytes(bytes: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut rest = bytes.strip_prefix(&VERSION)?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        entries.push((text(&mut rest)?, text(&mut rest)?));
    }
    Some(entries)
}

fn text(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let (length, tail) = rest.split_first_chunk()?;
    let (text, tail) = tail.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *rest = tail;
    Some(text.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_round_trip_and_damage_is_detected() {
        let bytes = to_bytes([(&b"key"[..], &b"value"[..]), (b"", b"")]);
        assert_eq!(to_bytes(from_bytes(&bytes).unwrap().iter().map(|(key, value)| (&key[..], &value[..]))), bytes);
        assert_eq!(bytes.len(), 4 + 4 + 3 + 4 + 5 + 8);
        assert!(from_bytes(&bytes[..bytes.len() - 1]).is_none());
        assert!(from_bytes(&[0, 0, 0, 1]).is_none());
    }
}
