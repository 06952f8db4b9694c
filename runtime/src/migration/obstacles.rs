//! What stands in the way of a version that cannot read an item.

use crate::error::Result;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeAction;
use crate::table::schema_version::{OlderVersion, is_of_another_version};

/// How many attributes of an item are tried. An entity has fewer; whoever can write to the table can add thousands.
const MOST_TRIED: usize = 200;

/// An attribute, and what it was written as if that is certain.
pub(super) type Named = (String, Option<AttributeAction>);

/// What an attribute may have been written as.
const ACTIONS: [AttributeAction; 3] =
    [AttributeAction::EncryptAndSign, AttributeAction::SignOnly, AttributeAction::DoNothing];

/// Which attributes a version takes for something else than they were written as.
///
/// Read off the item if its format records them. Otherwise found by trying: first those that cannot be encrypted although they should be, then each attribute in turn. If nothing
/// verifies, those that are wrong at first sight are suspects.
pub(super) async fn obstacles(reader: &OlderVersion, stored: &Item) -> Result<Vec<Named>> {
    if let Some(recorded) = reader.encryptor.recorded_actions(stored, &reader.actions, &reader.context) {
        let differs = |(name, action): &(String, AttributeAction)| reader.actions.action(name) != *action;
        return Ok(recorded.into_iter().filter(differs).map(|(name, action)| (name, Some(action))).collect());
    }
    let mut adjusted = reader.clone();
    let mut plain = Vec::new();
    let mut names: Vec<&String> = stored.keys().filter(|name| !reader.encryptor.owns(name)).collect();
    // The version's own attributes first: the others may be somebody's who wants this to take long.
    names.sort_unstable_by_key(|name| (!reader.actions.declares(name), *name));
    names.truncate(MOST_TRIED);
    for name in &names {
        let is_binary = matches!(stored.get(*name), Some(AttributeValue::B(_)));
        if reader.actions.action(name) == AttributeAction::EncryptAndSign && !is_binary {
            adjusted.actions = adjusted.actions.with(*name, AttributeAction::SignOnly);
            plain.push((*name).clone());
        }
    }
    if !plain.is_empty() && can_read(&adjusted, stored).await? {
        return Ok(plain.into_iter().map(|name| (name, Some(AttributeAction::SignOnly))).collect());
    }
    for name in &names {
        for written in ACTIONS {
            if written == adjusted.actions.action(name) {
                continue;
            }
            let mut other = adjusted.clone();
            other.actions = other.actions.with(*name, written);
            if !other.actions.protect_nothing() && can_read(&other, stored).await? {
                let plain = plain.into_iter().filter(|plain| plain != *name);
                let plain = plain.map(|name| (name, Some(AttributeAction::SignOnly)));
                return Ok(plain.chain([((*name).clone(), Some(written))]).collect());
            }
        }
    }
    Ok(plain.into_iter().map(|name| (name, None)).collect())
}

pub(super) async fn can_read(reader: &OlderVersion, stored: &Item) -> Result<bool> {
    match reader.decrypt(stored.clone()).await {
        Ok(_) => Ok(true),
        Err(error) if is_of_another_version(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
