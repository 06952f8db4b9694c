//! How an item that an encryptor reads differs from the items that it writes.

use crate::error::Result;
use crate::format::branch_key::BranchKeyVersion;
use crate::format::context::ItemContext;
use crate::format::encryptor::ItemEncryptor;
use crate::item::Item;
use crate::schema::action::AttributeActions;

impl ItemEncryptor {
    /// Returns whether an item was written by another suite than items are written by now.
    pub(crate) fn has_another_suite(&self, stored: &Item) -> bool {
        self.writes.has_another_suite(stored)
    }

    /// Returns whether a verified item has another format than new items.
    pub(crate) fn has_another_format(&self, stored: &Item) -> bool {
        !self.reads.is_empty() && self.format_of(stored).is_some_and(|format| format.kind() != self.written_kind())
    }

    /// Returns whether a verified item was written with an older version of its key than new items are.
    pub(crate) async fn has_outdated_key(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<bool> {
        match self.format_of(stored) {
            Some(format) => format.has_outdated_key(stored, actions, context).await,
            None => Ok(false),
        }
    }

    /// Returns the branch keys with which a verified item was written.
    pub(crate) async fn branch_keys(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<Vec<BranchKeyVersion>> {
        match self.format_of(stored) {
            Some(format) => format.branch_keys(stored, actions, context).await,
            None => Ok(Vec::new()),
        }
    }
}
