//! Checks one item.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;

use crate::error::{Error, Result};
use crate::format::FormatKind;
use crate::item::Item;
use crate::migration::import::is_plaintext;
use crate::migration::obstacles::{obstacles, read, written_otherwise};
use crate::migration::report::Outcome;
use crate::migration::walk::{Visit, Walk};
use crate::table::schema_version::OlderVersion;
use crate::table::{Snapshot, Table, WrittenAs};

use super::result::ItemCheck;
use super::tallies::{Found, FoundByVersion, Tallies};

pub(super) struct Checker {
    /// The current version, and then the older ones.
    readers: Vec<Arc<OlderVersion>>,
    /// The number of unreadable items of each version that are examined for obstacles.
    explained: usize,
    tallies: Mutex<Tallies>,
}

impl Visit for Checker {
    #[inline]
    fn visit<'a>(&'a self, walk: &'a Walk, stored: Item) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            if is_plaintext(&walk.table, &stored) {
                self.tallies().count_plaintext();
                walk.left(&stored, &Error::integrity());
                return Ok(Outcome::UpToDate);
            }
            let found = self.find(&walk.table, &stored).await?;
            if !found.is_readable() {
                walk.left(&stored, &Error::integrity());
            }
            if let Some(error) = &found.unwritable {
                walk.left(&stored, error);
            }
            self.tallies().count(found);
            Ok(Outcome::UpToDate)
        })
    }
}

impl Checker {
    #[inline]
    pub(super) fn new(readers: Vec<Arc<OlderVersion>>, explained: usize) -> Self {
        Self { tallies: Mutex::new(Tallies::new(readers.len())), readers, explained }
    }

    #[inline]
    pub(super) fn result(&self) -> ItemCheck {
        self.tallies().result(&self.readers)
    }

    #[inline]
    async fn find(&self, table: &Table, stored: &Item) -> Result<Found> {
        // Each version's keys are requested once for an item, regardless of the number of attempts below.
        let readers: Vec<_> = self.readers.iter().map(|reader| reader.for_one_item()).collect();
        let mut items = Vec::with_capacity(readers.len());
        for reader in &readers {
            items.push(read(reader, stored).await?);
        }
        let readable: Vec<bool> = items.iter().map(Option::is_some).collect();
        let unwritable = self.unwritable(table, stored, items).await?;
        let unclear = self.tallies().unclear(&readable, self.explained);
        let mut versions = Vec::with_capacity(readers.len());
        for (number, (reader, is_readable)) in readers.iter().zip(readable).enumerate() {
            versions.push(FoundByVersion {
                is_readable,
                obstacles: match unclear.contains(&number) {
                    true => Some(obstacles(reader, stored).await?),
                    false => None,
                },
                written_otherwise: if is_readable { written_otherwise(reader, stored) } else { Vec::new() },
                locked_out: reader.encryptor.locked_out(stored, &reader.actions, &reader.context).await?,
            });
        }
        let named = self.readers.iter().flat_map(|reader| reader.encryptor.detect(stored));
        let mut formats: Vec<_> = named.chain(FormatKind::of(stored)).collect();
        formats.sort_unstable();
        formats.dedup();
        let branch_keys = match versions.first() {
            Some(current) if current.is_readable => table.branch_keys(stored).await?,
            _ => Vec::new(),
        };
        Ok(Found { formats, unwritable, branch_keys, versions })
    }

    /// Returns why an item that only an older version can read cannot be written in the current one.
    #[inline]
    async fn unwritable(&self, table: &Table, stored: &Item, items: Vec<Option<Item>>) -> Result<Option<Error>> {
        let read = self.readers.iter().zip(items).enumerate();
        let Some((number, (reader, item))) =
            read.filter_map(|(number, (reader, item))| Some((number, (reader, item?)))).next()
        else {
            return Ok(None);
        };
        if number == 0 || !reader.is_read() {
            return Ok(None);
        }
        let snapshot =
            Snapshot::of(table, stored, WrittenAs::Older(Arc::clone(reader))).ok_or_else(Error::integrity)?;
        match table.encrypt_again(&snapshot, item).await {
            Ok(_) => Ok(None),
            Err(error) if error.is_retryable() => Err(error),
            Err(error) => Ok(Some(error)),
        }
    }

    #[inline]
    fn tallies(&self) -> MutexGuard<'_, Tallies> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
