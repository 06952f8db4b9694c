//! Items that the current version reads, and would write in another way.

use crate::error::Result;
use crate::format::branch_key::BranchKeyVersion;
use crate::item::Item;

use super::Table;

impl Table {
    /// Returns whether the item records that one of the table's own attributes was written with another action, or that
    /// it was written by another suite. The key's attributes follow the others.
    pub(crate) fn is_written_otherwise(&self, stored: &Item) -> bool {
        let recorded = self.encryptor.recorded_actions(stored, &self.actions).unwrap_or_default();
        let has_another_action = recorded.iter().any(|(name, action)| {
            self.actions.declares(name) && !self.is_key(name) && self.actions.action(name) != *action
        });
        has_another_action || self.encryptor.has_another_suite(stored)
    }

    /// Returns whether the encryptor reads the format of an item, and writes another one.
    pub(crate) fn has_another_format(&self, stored: &Item) -> bool {
        self.encryptor.has_another_format(stored)
    }

    /// Returns whether a verified item was written with an older version of its key than new items are.
    pub(crate) async fn has_outdated_key(&self, stored: &Item) -> Result<bool> {
        self.encryptor.has_outdated_key(stored, &self.actions, &self.context).await
    }

    /// Returns the branch keys with which a verified item was written.
    pub(crate) async fn branch_keys(&self, stored: &Item) -> Result<Vec<BranchKeyVersion>> {
        self.encryptor.branch_keys(stored, &self.actions, &self.context).await
    }
}
