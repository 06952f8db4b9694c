//! The versions of the branch keys with which a stored item was written.

use crate::error::{ErrorKind, Result};
use crate::format::branch_key::BranchKeyVersion;
use crate::format::context::ItemContext;
use crate::item::limits::limit_nesting;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeActions;

use super::decrypt::Stored;
use super::description::RecipientDescription;
use super::encryption_context::EncryptionContext;
use super::header::Header;
use super::keyring::EncryptedDataKey;
use super::{Dbesdk, HEAD, RESERVED_PREFIX};

impl Dbesdk {
    /// Returns whether a key of an item that was verified was wrapped by an older version than the keyring uses now.
    ///
    /// # Errors
    /// Returns the error that prevents the keyring from finding the version that it uses now.
    pub(crate) async fn has_outdated_key(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<bool> {
        match recipients_of(stored, actions, context) {
            Some((context, recipients)) => Ok(!self.keyring().outdated(&context, &recipients).await?.is_empty()),
            None => Ok(false),
        }
    }

    /// Returns the branch keys of the keyring with which an item that was verified was written.
    ///
    /// # Errors
    /// Returns the error of a service that did not respond.
    pub(crate) async fn branch_keys(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<Vec<BranchKeyVersion>> {
        let Some((context, recipients)) = recipients_of(stored, actions, context) else { return Ok(Vec::new()) };
        let candidates = self.keyring().candidates(&context, &recipients).into_iter();
        let named = candidates.filter_map(|index| {
            let recipient = RecipientDescription::of(recipients.get(index)?);
            let (id, version) = (recipient.branch_key()?.to_owned(), recipient.branch_key_version()?.to_owned());
            Some((index, id, version))
        });
        let named: Vec<_> = named.collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let outdated = match self.keyring().outdated(&context, &recipients).await {
            Err(error) if matches!(error.kind(), ErrorKind::Materials | ErrorKind::Usage) => None,
            outdated => Some(outdated?),
        };
        let is_active = |index| outdated.as_ref().map(|outdated| !outdated.contains(&index));
        let version = |(index, id, version)| BranchKeyVersion { id, version, is_active: is_active(index) };
        Ok(named.into_iter().map(version).collect())
    }
}

/// Returns the recipients of an item, and the encryption context with which their keys are chosen.
fn recipients_of(
    stored: &Item,
    actions: &AttributeActions,
    context: &ItemContext,
) -> Option<(EncryptionContext, Vec<EncryptedDataKey>)> {
    let AttributeValue::B(head) = stored.get(HEAD)? else { return None };
    let header = Header::parse(head.as_ref()).ok()?;
    let mut item = limit_nesting(stored.clone()).ok()?;
    item.retain(|name, _| !name.starts_with(RESERVED_PREFIX));
    let Stored { context, .. } = Stored::new(&mut item, &header, actions, context).ok()?;
    Some((context, header.recipients))
}
