//! The data to which an item is bound besides its own attributes.

use crate::schema::derived::Derived;

/// The context of an item: its table, and which of its attributes are the primary key.
///
/// The table name is part of every signature. Providers may bind keys to more: AWS KMS, for example, to the key's
/// values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemContext {
    table_name: String,
    partition_key: Option<String>,
    sort_key: Option<String>,
    derived: Derived,
}

impl ItemContext {
    /// Creates the context of an item in the table of this name.
    ///
    /// The name is used exactly as given: an item signed under a table's ARN does not verify under its name.
    pub fn new(table_name: impl Into<String>) -> Self {
        Self { table_name: table_name.into(), partition_key: None, sort_key: None, derived: Derived::default() }
    }

    /// Sets the name of the table's partition key.
    #[must_use]
    pub fn partition_key(mut self, name: impl Into<String>) -> Self {
        self.partition_key = Some(name.into());
        self
    }

    /// Sets the name of the table's sort key.
    #[must_use]
    pub fn sort_key(mut self, name: impl Into<String>) -> Self {
        self.sort_key = Some(name.into());
        self
    }

    /// Returns the same keys in a table of another name.
    pub(crate) fn renamed(&self, table_name: &str) -> Self {
        let Self { partition_key, sort_key, .. } = self.clone();
        Self { partition_key, sort_key, ..Self::new(table_name) }
    }

    /// Returns the table name that signatures are bound to.
    pub fn table_name(&self) -> &str {
        &self.table_name
    }

    /// Returns the name of the partition key, if it was set.
    pub fn partition_key_name(&self) -> Option<&str> {
        self.partition_key.as_deref()
    }

    /// Returns the name of the sort key, if it was set.
    pub fn sort_key_name(&self) -> Option<&str> {
        self.sort_key.as_deref()
    }

    /// Returns the values that formats have derived from the context.
    pub(crate) fn derived(&self) -> &Derived {
        &self.derived
    }
}
