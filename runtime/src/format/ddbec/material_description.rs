//! The material description.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};

/// The description of how a stored item was encrypted: pairs of text, readable by anyone.
///
/// It is neither encrypted nor signed: anyone who can write to the table can change it. A provider may use it to find
/// its own keys, but must never let it choose an algorithm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaterialDescription(Vec<(Text, Text)>);

/// Most entries are the same in every item, and need no separate memory. There are few, so they are kept as a sorted
/// list.
type Text = Cow<'static, str>;

impl MaterialDescription {
    /// Creates a description without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a description with capacity for `more` entries.
    pub(crate) fn with_room_for(&self, more: usize) -> Self {
        let mut entries = Vec::with_capacity(self.0.len() + more);
        entries.extend_from_slice(&self.0);
        Self(entries)
    }

    /// Creates a description from entries in any order; of equal keys, the last one is used.
    pub(super) fn from_entries(mut entries: Vec<(Text, Text)>) -> Self {
        // Descriptions of the Java client are not sorted.
        if !entries.is_sorted_by(|(one, _), (next, _)| one < next) {
            entries.reverse();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            entries.dedup_by(|(later, _), (kept, _)| later == kept);
        }
        Self(entries)
    }

    /// Returns the value of an entry.
    pub fn entry(&self, key: &str) -> Option<&str> {
        // There are few entries, and most keys already differ in length.
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_ref())
    }

    /// Sets an entry, and returns its former value.
    pub fn insert(
        &mut self,
        key: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) -> Option<Cow<'static, str>> {
        let (key, value) = (key.into(), value.into());
        // Stored descriptions are sorted, except those of the Java client.
        if self.0.last().is_none_or(|(last, _)| *last < key) {
            self.0.push((key, value));
            return None;
        }
        match self.0.binary_search_by(|(known, _)| known.cmp(&key)) {
            Ok(position) => self.0.get_mut(position).map(|(_, stored)| std::mem::replace(stored, value)),
            Err(position) => {
                self.0.insert(position, (key, value));
                None
            }
        }
    }

    /// Returns the entries, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }

    /// Returns whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the entries of an application. The other clients would use an `amzn-ddb-env-key` among them as the content
    /// key of every item, so entries that encryption writes itself are rejected.
    pub(crate) fn check_own(self) -> Result<Self> {
        if let Some(key) = self.iter().map(|(key, _)| key).find(|key| is_written_by_encryption(key)) {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("the entry `{key}` of a material description is written by encryption; leave it out"),
            ));
        }
        Ok(self)
    }

    /// Returns the first entry that `other` lacks, or has with another value.
    pub(crate) fn missing_from(&self, other: &Self) -> Option<&str> {
        self.iter().find(|(key, value)| other.entry(key) != Some(value)).map(|(key, _)| key)
    }
}

fn is_written_by_encryption(key: &str) -> bool {
    key.starts_with("amzn-ddb-env-")
        || key.starts_with("amzn-ddb-map-")
        || matches!(key, "amzn-ddb-wrap-alg" | "amzn-ddb-sig-alg" | "aws-kms-ec-attr")
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for MaterialDescription {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut description = Self::new();
        for (key, value) in entries {
            description.insert(key.into(), value.into());
        }
        description
    }
}
