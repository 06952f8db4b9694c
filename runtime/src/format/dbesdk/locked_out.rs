//! Recipients that cannot read an item although another recipient can.

use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::item::limits::limit_nesting;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeActions;

use super::decrypt::{Opened, Stored};
use super::description::RecipientDescription;
use super::footer::Footer;
use super::header::Header;
use super::materials::ItemKeys;
use super::{Dbesdk, FOOT, HEAD, RESERVED_PREFIX};

impl Dbesdk {
    /// Returns the recipients that the keyring has a key for and that cannot read the item, by their keys, if another
    /// recipient can.
    ///
    /// A reader checks only its own tag, and no signature covers the tags: damage to a recipient's tag locks that
    /// recipient out, without being detected by the others.
    ///
    /// # Errors
    /// Returns the error that prevents the keyring from using its keys, except for a key that the key service does not
    /// permit.
    pub(crate) async fn locked_out(
        &self,
        stored: &Item,
        actions: &AttributeActions,
        context: &ItemContext,
    ) -> Result<Vec<String>> {
        let (Some(AttributeValue::B(head)), Some(AttributeValue::B(foot))) = (stored.get(HEAD), stored.get(FOOT))
        else {
            return Ok(Vec::new());
        };
        let Ok(header) = Header::parse(head.as_ref()) else { return Ok(Vec::new()) };
        let Ok(mut item) = limit_nesting(stored.clone()) else { return Ok(Vec::new()) };
        item.retain(|name, _| !name.starts_with(RESERVED_PREFIX));
        let Ok(item) = Stored::new(&mut item, &header, actions, context) else { return Ok(Vec::new()) };
        let candidates = self.keyring().candidates(&item.context, &header.recipients);
        if candidates.len() < 2 {
            return Ok(Vec::new());
        }
        let footer = Footer::parse(foot.as_ref(), header.suite, header.recipients.len());
        let (Some(footer), Some(digest)) = (footer, item.digest(head.as_ref(), context.table_name())) else {
            return Ok(Vec::new());
        };
        let reads = |Opened { index, keys, data_key }: &Opened| {
            let tag = footer.tags.get(*index);
            let item_keys = ItemKeys::derive(data_key, &header.message_id);
            item_keys.is_some_and(|item_keys| header.is_committed_to(&item_keys.commit_key))
                && tag.is_some_and(|tag| keys.verify(&digest, tag))
        };
        let (mut readers, mut locked_out) = (0, Vec::new());
        for index in candidates {
            match self.try_recipient(&header, &item.context, index).await {
                Ok(opened) if opened.as_ref().is_some_and(reads) => readers += 1,
                Ok(_) => locked_out.push(index),
                Err(error) if is_of_the_key(&error) => {}
                Err(error) => return Err(error),
            }
        }
        if readers == 0 {
            return Ok(Vec::new());
        }
        let recipients = locked_out.into_iter().filter_map(|index| header.recipients.get(index));
        Ok(recipients.map(|recipient| RecipientDescription::of(recipient).held_key()).collect())
    }
}

/// Returns true for a key that is currently unavailable, which does not depend on the item.
fn is_of_the_key(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Materials | ErrorKind::Usage)
}
