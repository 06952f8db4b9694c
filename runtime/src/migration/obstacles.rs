//! What stands in the way of a version that cannot read an item.

use crate::error::Result;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeAction;
use crate::table::schema_version::{Reader, is_of_another_version};

/// An attribute, and what it was written as if that is certain.
pub(super) type Named = (String, Option<Written>);

/// An action that sorts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Written {
    EncryptAndSign,
    SignOnly,
    DoNothing,
}

impl Written {
    const ALL: [Self; 3] = [Self::EncryptAndSign, Self::SignOnly, Self::DoNothing];

    pub(super) fn action(self) -> AttributeAction {
        match self {
            Self::EncryptAndSign => AttributeAction::EncryptAndSign,
            Self::SignOnly => AttributeAction::SignOnly,
            Self::DoNothing => AttributeAction::DoNothing,
        }
    }
}

/// Which attributes a version takes for something else than they were written as.
///
/// Found by trying: first those that cannot be encrypted although they should be, then each attribute in turn. If nothing
/// verifies, those that are wrong at first sight are suspects.
pub(super) async fn obstacles(reader: &Reader, stored: &Item) -> Result<Vec<Named>> {
    let mut adjusted = reader.clone();
    let mut plain = Vec::new();
    let names: Vec<&String> = stored.keys().filter(|name| !reader.encryptor.names().are_of(name)).collect();
    for name in &names {
        let is_binary = matches!(stored.get(*name), Some(AttributeValue::B(_)));
        if reader.actions.action(name) == AttributeAction::EncryptAndSign && !is_binary {
            adjusted.actions = adjusted.actions.with(*name, AttributeAction::SignOnly);
            plain.push((*name).clone());
        }
    }
    if !plain.is_empty() && can_read(&adjusted, stored).await? {
        return Ok(plain.into_iter().map(|name| (name, Some(Written::SignOnly))).collect());
    }
    for name in &names {
        for written in Written::ALL {
            if written.action() == adjusted.actions.action(name) {
                continue;
            }
            let mut other = adjusted.clone();
            other.actions = other.actions.with(*name, written.action());
            if !other.actions.protect_nothing() && can_read(&other, stored).await? {
                let plain = plain.into_iter().filter(|plain| plain != *name);
                let plain = plain.map(|name| (name, Some(Written::SignOnly)));
                return Ok(plain.chain([((*name).clone(), Some(written))]).collect());
            }
        }
    }
    Ok(plain.into_iter().map(|name| (name, None)).collect())
}

pub(super) async fn can_read(reader: &Reader, stored: &Item) -> Result<bool> {
    match reader.decrypt(stored.clone()).await {
        Ok(_) => Ok(true),
        Err(error) if is_of_another_version(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
