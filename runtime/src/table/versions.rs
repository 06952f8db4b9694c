//! Reads items that were written in another form than the current one.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::item::Item;
use crate::table::schema_version::is_of_another_version;

use super::{Table, WrittenAs};

impl Table {
    /// Tries the versions that have the format of the item: the current one, then the older ones in order.
    pub(super) async fn decrypt_any(&self, mut stored: Item) -> Result<(Item, WrittenAs)> {
        for version in &self.older {
            version.check()?;
        }
        if !self.has_one_format(&stored) {
            return Err(Error::integrity());
        }
        let (older, expired): (Vec<_>, Vec<_>) =
            self.older.iter().filter(|version| version.encryptor.detects(&stored)).partition(|older| older.is_read());
        let can_be_current = self.actions.protect_nothing() || self.encryptor.detects(&stored);
        if older.is_empty() {
            if let (false, Some(version)) = (can_be_current, expired.first()) {
                self.warn(&version.name, "an item was rejected: its version is no longer read");
                return Err(Error::integrity());
            }
            // The current version's error is returned for an item without a format.
            return self.decrypt_current(stored).await.map(|item| (item, WrittenAs::Current));
        }
        let mut rejection = None;
        if can_be_current {
            match self.decrypt_current(stored.clone()).await {
                Err(error) if is_of_another_version(&error) => rejection = Some(error),
                settled => return settled.map(|item| (item, WrittenAs::Current)),
            }
        }
        let last = older.len().saturating_sub(1);
        for (number, version) in older.into_iter().enumerate() {
            let attempt = if number < last { stored.clone() } else { std::mem::take(&mut stored) };
            match version.decrypt(attempt).await {
                Err(error) if is_of_another_version(&error) => {
                    rejection.get_or_insert_with(Error::integrity);
                }
                settled => {
                    let item = settled?;
                    if version.has_deadline() {
                        self.warn(&version.name, "an item was read in the form of a version that has a deadline");
                    }
                    return Ok((item, WrittenAs::Older(Arc::clone(version))));
                }
            }
        }
        Err(rejection.unwrap_or_else(Error::integrity))
    }

    /// Returns false for an item with the marks of several formats, which no client writes.
    fn has_one_format(&self, stored: &Item) -> bool {
        let encryptors = self.older.iter().map(|version| &version.encryptor).chain([&self.encryptor]);
        let mut kinds = encryptors.flat_map(|encryptor| encryptor.detect(stored));
        kinds.next().is_none_or(|first| kinds.all(|kind| kind == first))
    }

    /// Emits one event if items of two formats are read without a deadline: an item that is put back in the format that
    /// the others have left would be accepted for ever.
    pub(crate) fn warn_of_endless_versions(&self) {
        let endless = self.older.iter().filter(|version| !version.has_deadline());
        let mut encryptors = endless.map(|version| &version.encryptor).chain([&self.encryptor]);
        if encryptors.any(|encryptor| encryptor.kinds().any(|kind| kind != self.encryptor.written_kind())) {
            tracing::warn!(
                target: "dynaseal::audit",
                table = self.name,
                "two formats are read without a deadline; once all items are moved, set one with `also_reads(..).until(..)`"
            );
        }
    }

    /// Emits an event about an item in an older form.
    pub(crate) fn warn(&self, version: &str, what: &'static str) {
        tracing::warn!(target: "dynaseal::audit", table = self.name, version, "{what}");
    }
}
