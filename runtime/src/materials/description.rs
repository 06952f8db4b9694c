//! The material description.

use std::collections::BTreeMap;

/// What a stored item says about how it was made: pairs of text, readable by anyone.
///
/// It is neither encrypted nor signed: whoever can write to the table can change it. A provider may use it to find its own
/// keys, and must never let it choose an algorithm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaterialDescription(BTreeMap<String, String>);

impl MaterialDescription {
    /// A description without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of an entry.
    pub fn entry(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Sets an entry, and returns what it was before.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<String>) -> Option<String> {
        self.0.insert(key.into(), value.into())
    }

    /// The entries, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// True if there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for MaterialDescription {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}
