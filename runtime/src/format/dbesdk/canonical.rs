//! The signed data: the record digest, and the canonical order and paths of the attributes.

use sha2::{Digest as _, Sha384};

/// The hash to which every recipient's tag and the digital signature apply.
pub(super) type RecordDigest = [u8; 48];

/// The length of a name, which precedes it in its canonical path: shorter names are signed first.
pub(super) fn utf16_length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char::len_utf16).sum() }
}

/// The canonical paths of a table's attributes.
pub(super) struct Paths {
    /// The common prefix of all paths, and the end of the last one.
    path: Vec<u8>,
    common: usize,
}

impl Paths {
    pub(super) fn of_table(table: &str) -> Self {
        /// The usual maximum length of a path, beyond the name of the table.
        const USUAL: usize = 64;

        let mut path = Vec::with_capacity(table.len() + USUAL);
        path.extend_from_slice(table.as_bytes());
        path.extend_from_slice(&1_u64.to_be_bytes());
        path.push(b'$');
        let common = path.len();
        Self { path, common }
    }

    /// The length is in UTF-16 code units, and the name is in UTF-8.
    pub(super) fn path(&mut self, name: &str) -> &[u8] {
        self.path.truncate(self.common);
        self.path.extend_from_slice(&(utf16_length(name) as u64).to_be_bytes());
        self.path.extend_from_slice(name.as_bytes());
        &self.path
    }
}

/// The record digest of an item, to which attributes are added in canonical order.
pub(super) struct Record {
    hasher: Sha384,
    /// Precedes each value. Hashing it at once takes less time than hashing its parts.
    prefix: Vec<u8>,
}

impl Record {
    /// `header` includes its commitment; the encryption context is serialized.
    pub(super) fn new(header: &[u8], context: &[u8]) -> Self {
        let hasher = Sha384::new_with_prefix(header);
        let hasher = hasher.chain_update((context.len() as u64).to_be_bytes()).chain_update(context);
        Self { hasher, prefix: Vec::new() }
    }

    /// Adds a value as stored, which begins with its type; `None` if it is too short to contain one.
    pub(super) fn add_encrypted(&mut self, path: &[u8], stored: &[u8]) -> Option<()> {
        self.add(path, stored.len().checked_sub(TYPE)?, b"ENCRYPTED", stored);
        Some(())
    }

    /// Adds an unencrypted value: its type and its serialization.
    pub(super) fn add_plaintext(&mut self, path: &[u8], serialized: &[u8]) {
        self.add(path, serialized.len().saturating_sub(TYPE), b"PLAINTEXT", serialized);
    }

    pub(super) fn finish(self) -> RecordDigest {
        self.hasher.finalize().into()
    }

    fn add(&mut self, path: &[u8], length: usize, marker: &[u8], value: &[u8]) {
        self.prefix.clear();
        self.prefix.extend_from_slice(path);
        self.prefix.extend_from_slice(&(length as u64).to_be_bytes());
        self.prefix.extend_from_slice(marker);
        self.hasher.update(&self.prefix);
        self.hasher.update(value);
    }
}

/// The length of a value's type, in bytes.
const TYPE: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_code_units_and_names_are_in_utf8() {
        let mut paths = Paths::of_table("tbl");
        for (name, length) in [("a", 1), ("é", 1), ("𐀁", 2)] {
            let expected = [&b"tbl\0\0\0\0\0\0\0\x01$\0\0\0\0\0\0\0"[..], &[length], name.as_bytes()].concat();
            assert_eq!(paths.path(name), expected);
        }
    }
}
