//! Finds the attributes because of which a version cannot read an item.

use crate::error::Result;
use crate::item::{AttributeValue, Item};
use crate::schema::action::AttributeAction;
use crate::table::schema_version::{OlderVersion, is_of_another_version};

/// The maximum number of attributes of an item that are tried. An entity has fewer; an attacker who can write to the
/// table can add thousands.
const MOST_TRIED: usize = 200;

/// An attribute, and the action with which it was written if that is certain.
pub(super) type Named = (String, Option<AttributeAction>);

/// The actions with which an attribute may have been written.
const ACTIONS: [AttributeAction; 3] =
    [AttributeAction::EncryptAndSign, AttributeAction::SignOnly, AttributeAction::DoNothing];

/// Returns the attributes for which a version has another action than they were written with.
///
/// Found by trying: first those that cannot be encrypted although they should be, then each attribute in turn. If nothing
/// verifies, those that are wrong at first sight are suspects.
#[inline]
pub(super) async fn obstacles(reader: &OlderVersion, stored: &Item) -> Result<Vec<Named>> {
    let mut names: Vec<&String> = stored.keys().filter(|name| !reader.encryptor.owns(name)).collect();
    // The version's own attributes first: an attacker may have added the others to consume time.
    names.sort_unstable_by_key(|name| (!reader.actions.declares(name), *name));
    names.truncate(MOST_TRIED);
    if reader.encryptor.has_recorded_actions(stored) {
        return unsigned_obstacle(reader, stored, &names).await;
    }
    let mut adjusted = reader.clone();
    let mut plain = Vec::new();
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

/// The declared attributes of an item that the version can read, and that were written with another action. Only some formats
/// record that.
#[inline]
pub(super) fn written_otherwise(reader: &OlderVersion, stored: &Item) -> Vec<Named> {
    let recorded = reader.encryptor.recorded_actions(stored, &reader.actions).unwrap_or_default();
    let differs = |(name, action): &(String, AttributeAction)| {
        reader.actions.declares(name) && reader.actions.action(name) != *action
    };
    recorded.into_iter().filter(differs).map(|(name, action)| (name, Some(action))).collect()
}

/// The one attribute that became signed or unsigned, which is the only thing that matters to an item that records its actions.
#[inline]
async fn unsigned_obstacle(reader: &OlderVersion, stored: &Item, names: &[&String]) -> Result<Vec<Named>> {
    if reader.encryptor.recorded_actions(stored, &reader.actions).is_some() {
        // As many are signed as were then, so something else is wrong.
        return Ok(Vec::new());
    }
    for name in names {
        let is_unsigned = reader.actions.action(name) == AttributeAction::DoNothing;
        let toggled = if is_unsigned { AttributeAction::SignOnly } else { AttributeAction::DoNothing };
        let mut other = reader.clone();
        other.actions = other.actions.with(*name, toggled);
        let Some(recorded) = other.encryptor.recorded_actions(stored, &other.actions) else { continue };
        if can_read(&other, stored).await? {
            let written = recorded.into_iter().find(|(other, _)| other == *name).map(|(_, action)| action);
            return Ok(vec![((*name).clone(), Some(written.unwrap_or(AttributeAction::DoNothing)))]);
        }
    }
    Ok(Vec::new())
}

#[inline]
async fn can_read(reader: &OlderVersion, stored: &Item) -> Result<bool> {
    read(reader, stored).await.map(|item| item.is_some())
}

/// Returns the decrypted item if it verifies in this version.
#[inline]
pub(super) async fn read(reader: &OlderVersion, stored: &Item) -> Result<Option<Item>> {
    match reader.decrypt(stored.clone()).await {
        Ok(item) => Ok(Some(item)),
        Err(error) if is_of_another_version(&error) => Ok(None),
        Err(error) => Err(error),
    }
}
