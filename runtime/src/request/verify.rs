//! Verifies and decrypts stored items of a record.

use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;
use crate::item::key::names as key;
use crate::schema::action::is_of_replication;
use crate::table::{Snapshot, Table};

use super::Record;

/// Returns the record that was stored under `key`, verified and decrypted.
pub(crate) async fn open<T: Record>(table: &Table, key: &Item, stored: Item) -> Result<T> {
    let (record, _) = T::from_attributes(verify::<T>(table, key, stored).await?)?;
    Ok(record)
}

/// Verifies and decrypts the item that was stored under `key`.
pub(super) async fn verify<T: Record>(table: &Table, key: &Item, stored: Item) -> Result<Item> {
    let item = decrypt::<T>(table, stored).await?;
    has_key(&item, key)?;
    Ok(item)
}

/// Verifies and decrypts an item with any key.
pub(super) async fn decrypt<T: Record>(table: &Table, stored: Item) -> Result<Item> {
    decrypt_as(table, stored, T::REJECTS_UNKNOWN).await
}

/// The same without the record's type, so that it is compiled once.
pub(super) async fn decrypt_as(table: &Table, stored: Item, rejects_unknown: bool) -> Result<Item> {
    let unknown = unknown_attributes(table, &stored);
    match table.decrypt(stored).await {
        Ok(item) => accept_unknown(&unknown, rejects_unknown).map(|()| item),
        Err(error) => Err(naming(unknown, error)),
    }
}

/// The same, with everything that is needed to change the item safely later.
pub(super) async fn verify_to_change<T: Record>(table: &Table, key: &Item, stored: Item) -> Result<(Item, Snapshot)> {
    let unknown = unknown_attributes(table, &stored);
    let (item, snapshot) = match table.open(stored).await {
        Ok(opened) => accept_unknown(&unknown, T::REJECTS_UNKNOWN).map(|()| opened)?,
        Err(error) => return Err(naming(unknown, error)),
    };
    has_key(&item, key)?;
    Ok((item, snapshot))
}

/// Rejects a verified item with attributes that the struct does not declare, if the entity requires it. Before
/// verification, an attacker who can write to the table could choose this error instead of `Integrity`.
fn accept_unknown(unknown: &[String], rejects_unknown: bool) -> Result<()> {
    match unknown.first() {
        Some(name) if rejects_unknown => Err(Error::new(
            ErrorKind::Schema,
            "the stored item has this attribute, and the entity does not declare it and has `unknown = reject`",
        )
        .with_attribute(name)),
        _ => Ok(()),
    }
}

/// Returns an integrity failure with the unknown attributes, which may have caused it.
fn naming(unknown: Vec<String>, error: Error) -> Error {
    match error.kind() {
        ErrorKind::Integrity => error.with_unknown_attributes(unknown),
        _ => error,
    }
}

/// An authentic item that was not requested is rejected like a forged one.
pub(crate) fn has_key(item: &Item, key: &Item) -> Result<()> {
    let is_same = |(name, value)| item.get(name).is_some_and(|stored| key::same(stored, value));
    if key.iter().all(is_same) { Ok(()) } else { Err(Error::integrity()) }
}

/// Returns the stored attributes that the struct does not declare. Names are readable without a key.
fn unknown_attributes(table: &Table, stored: &Item) -> Vec<String> {
    let is_unknown =
        |name: &&String| !table.actions.declares(name) && !table.encryptor.owns(name) && !is_of_replication(name);
    let mut names: Vec<String> = stored.keys().filter(is_unknown).cloned().collect();
    names.sort_unstable();
    names
}
