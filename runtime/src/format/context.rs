//! What an item is bound to besides its own attributes.

use crate::crypto::digest::{Digest, sha256};

/// Where an item belongs: its table, and which of its attributes are the primary key.
///
/// The table name is part of every signature. Providers may bind more of it: AWS KMS, for example, the key's values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemContext {
    table_name: String,
    /// What the table name contributes to every signature.
    table_digest: Digest,
    partition_key: Option<String>,
    sort_key: Option<String>,
}

impl ItemContext {
    /// The context of an item in the table of this name.
    ///
    /// The name is used exactly as given: an item signed under a table's ARN does not verify under its name. What is signed
    /// of it is the SHA-256 of `TABLE>name<TABLE`, as of versions 2.0.3 of the Java and 3.3.0 of the Python client.
    pub fn new(table_name: impl Into<String>) -> Self {
        let table_name = table_name.into();
        let table_digest = sha256(format!("TABLE>{table_name}<TABLE").as_bytes());
        Self { table_name, table_digest, partition_key: None, sort_key: None }
    }

    /// Names the attribute that is the table's partition key.
    #[must_use]
    pub fn partition_key(mut self, name: impl Into<String>) -> Self {
        self.partition_key = Some(name.into());
        self
    }

    /// Names the attribute that is the table's sort key.
    #[must_use]
    pub fn sort_key(mut self, name: impl Into<String>) -> Self {
        self.sort_key = Some(name.into());
        self
    }

    /// The same keys in a table of another name.
    pub(crate) fn renamed(&self, table_name: &str) -> Self {
        let Self { partition_key, sort_key, .. } = self.clone();
        Self { partition_key, sort_key, ..Self::new(table_name) }
    }

    /// The table name that signatures are bound to.
    pub fn table_name(&self) -> &str {
        &self.table_name
    }

    /// The name of the partition key attribute, if it was given.
    pub fn partition_key_name(&self) -> Option<&str> {
        self.partition_key.as_deref()
    }

    /// The name of the sort key attribute, if it was given.
    pub fn sort_key_name(&self) -> Option<&str> {
        self.sort_key.as_deref()
    }

    pub(crate) fn table_digest(&self) -> Digest {
        self.table_digest
    }
}
