//! Requests that write and delete many items.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::Item;
use crate::schema::entity::ExpectedVersion;
use crate::schema::group::EntityGroup;
use crate::schema::group_key::GroupKey;
use crate::schema::versioned_key::key_and_version;
use crate::table::{BatchSettings, BatchWrite, Clock, MAX_WRITES, Precondition, Table, in_parts, side_by_side};

use super::Record;

use super::member_tables::MemberTables;

/// A request that writes and deletes many records; made by [`Repository::write_many`](crate::Repository::write_many) and
/// [`Repository::write_many_of`](crate::Repository::write_many_of).
#[must_use = "nothing is written until the request is awaited"]
pub struct WriteMany<T, K = <T as Record>::Key> {
    table: Arc<Table>,
    clock: Clock,
    puts: Vec<T>,
    deletes: Vec<(K, Result<VersionedKey>)>,
    settings: BatchSettings,
    prepare: Prepare<T>,
    delete_key: fn(&K, Result<Option<ExpectedVersion>>) -> Result<VersionedKey>,
}

/// Returns the write of a record, and its condition.
type Prepare<T> = Box<dyn Fn(&T, SystemTime) -> Result<(BatchWrite, Precondition)> + Send + Sync>;
/// The key attributes, and the version that a deletion expects.
type VersionedKey = (Item, Option<ExpectedVersion>);

/// The operations that a [`WriteMany`] could not execute, in the given order, each with the reason. All others were
/// executed.
///
/// `?` converts it to an [`Error`], which keeps only the first reason.
pub struct Leftovers<T, K = <T as Record>::Key> {
    /// The records that were not written.
    pub puts: Vec<(T, Error)>,
    /// The keys that were not deleted.
    pub deletes: Vec<(K, Error)>,
}

impl<T: Record> WriteMany<T> {
    pub(crate) fn new(table: &Arc<Table>, clock: &Clock, puts: Vec<T>) -> Self {
        let prepare = |record: &T, now: SystemTime| {
            let precondition = Precondition { version: record.stored_version()?, ..Precondition::default() };
            Ok((BatchWrite::Put(record.written_at(now)?.0), precondition))
        };
        let delete_key = |key: &T::Key, version: Result<Option<ExpectedVersion>>| Ok((T::key_item(key)?, version?));
        Self::with(table, clock, puts, Box::new(prepare), delete_key)
    }
}

impl<G: EntityGroup> WriteMany<G, GroupKey<G>> {
    /// Writes records of several entities.
    pub(crate) fn of_group(table: &Arc<Table>, clock: &Clock, puts: Vec<G>) -> Self {
        let (seen, members) = (Arc::clone(table), MemberTables::<G>::default());
        let prepare = move |record: &G, now: SystemTime| {
            let (member, entity) = record.member();
            let precondition = Precondition { version: entity.stored_version()?, ..Precondition::default() };
            Ok((BatchWrite::PutAs(entity.written_at(now)?, members.of(&seen, member)), precondition))
        };
        Self::with(table, clock, puts, Box::new(prepare), |key, _| key.versioned())
    }
}

impl<T: Send + Sync + 'static, K: Send + Sync + 'static> WriteMany<T, K> {
    fn with(
        table: &Arc<Table>,
        clock: &Clock,
        puts: Vec<T>,
        prepare: Prepare<T>,
        delete_key: fn(&K, Result<Option<ExpectedVersion>>) -> Result<VersionedKey>,
    ) -> Self {
        let (table, clock, settings) = (Arc::clone(table), clock.clone(), BatchSettings::default());
        Self { table, clock, puts, deletes: Vec::new(), settings, prepare, delete_key }
    }

    /// Also deletes the items of these keys. It is not an error if there is none. If an entity with an
    /// `#[item(version)]` is given as a key, its item is deleted only if it still has that version.
    ///
    #[doc = example!(employees)]
    /// employees.write_many([ada]).delete(["e-2", "e-3"]).await?;
    #[doc = example!(end)]
    pub fn delete(mut self, keys: impl IntoIterator<Item = impl Into<K>>) -> Self {
        let delete_key = self.delete_key;
        self.deletes.extend(keys.into_iter().map(|key| {
            let (key, version) = key_and_version(|| key.into());
            let versioned = delete_key(&key, version);
            (key, versioned)
        }));
        self
    }

    /// Sets the maximum number of requests in flight; 8 by default, at least 1.
    ///
    #[doc = example!(employees)]
    /// employees.write_many([ada]).concurrency(2).await?;
    #[doc = example!(end)]
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.settings.concurrency = requests;
        self
    }

    /// Sets how many times in a row a request may be left unprocessed before its items are returned; 10 by default, and
    /// 0 fails with `Usage`. Between attempts there is a random pause of up to 5 seconds.
    ///
    #[doc = example!(employees)]
    /// if let Err(left) = employees.write_many([ada]).max_attempts(3).await {
    ///     println!("{} employees for later", left.puts.len());
    /// }
    #[doc = example!(end)]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.settings.max_attempts = attempts;
        self
    }

    async fn send(self) -> Result<(), Leftovers<T, K>> {
        let Self { table, clock, puts, deletes, settings, prepare, .. } = self;
        let now = clock.now();
        let prepare_delete = |(key, version): VersionedKey| {
            let precondition = Precondition { version, if_present: true, ..Precondition::default() };
            Ok((BatchWrite::Delete(table.key.exact(key)?), precondition))
        };
        let mut writes: Vec<Result<(BatchWrite, Precondition)>> =
            puts.iter().map(|record| prepare(record, now)).collect();
        drop(prepare);
        let mut keys = Vec::with_capacity(deletes.len());
        for (key, versioned) in deletes {
            writes.push(versioned.and_then(prepare_delete));
            keys.push(key);
        }
        let mut reasons = write_all(&table, writes, settings).await.into_iter();
        let failed = |reason: Option<Result<()>>| reason.and_then(Result::err);
        let mut left = Leftovers { puts: Vec::new(), deletes: Vec::new() };
        left.puts.extend(puts.into_iter().filter_map(|record| Some((record, failed(reasons.next())?))));
        left.deletes.extend(keys.into_iter().filter_map(|key| Some((key, failed(reasons.next())?))));
        if left.is_empty() { Ok(()) } else { Err(left) }
    }
}

async fn write_all(
    table: &Arc<Table>,
    writes: Vec<Result<(BatchWrite, Precondition)>>,
    settings: BatchSettings,
) -> Vec<Result<()>> {
    let mut outcomes: Vec<Result<()>> = Vec::with_capacity(writes.len());
    let mut known = HashSet::new();
    let mut is_twice = false;
    let (mut ready, mut conditional) = (Vec::new(), Vec::new());
    for (position, write) in writes.into_iter().enumerate() {
        let keyed = write.and_then(|(write, precondition)| Ok((table.key.bytes(write.item())?, write, precondition)));
        match keyed {
            Ok((key, write, precondition)) => {
                is_twice |= !known.insert(key);
                match precondition.version {
                    None => ready.push((position, write)),
                    Some(_) => conditional.push((position, write, precondition)),
                }
                outcomes.push(Ok(()));
            }
            Err(error) => outcomes.push(Err(error)),
        }
    }
    if is_twice {
        return outcomes.into_iter().map(|outcome| outcome.and_then(|()| Err(twice()))).collect();
    }
    let write = |part| table.span("write_many").run(write_part(Arc::clone(table), part, settings.clone()));
    let parts = in_parts(ready, MAX_WRITES).into_iter().map(write).collect();
    let of_parts = side_by_side(settings.concurrency, parts).await.into_iter().flatten();
    let write = |(position, write, precondition)| {
        table.span("write_many").run(write_if_unchanged(Arc::clone(table), position, write, precondition))
    };
    let of_conditional = side_by_side(settings.concurrency, conditional.into_iter().map(write).collect()).await;
    for (position, outcome) in of_parts.chain(of_conditional) {
        if let Some(place) = outcomes.get_mut(position) {
            *place = outcome;
        }
    }
    outcomes
}

/// DynamoDB's batches do not support conditions, so a write with a condition is a separate request.
async fn write_if_unchanged(
    table: Arc<Table>,
    position: usize,
    write: BatchWrite,
    precondition: Precondition,
) -> (usize, Result<()>) {
    let outcome = match write {
        BatchWrite::Put(item) => table.put(item, &precondition).await,
        BatchWrite::PutAs(item, table) => table.put(item, &precondition).await,
        BatchWrite::Delete(key) => table.delete(key, &precondition).await.map(drop),
    };
    (position, outcome)
}

async fn write_part(
    table: Arc<Table>,
    writes: Vec<(usize, BatchWrite)>,
    settings: BatchSettings,
) -> Vec<(usize, Result<()>)> {
    let (positions, writes): (Vec<_>, Vec<_>) = writes.into_iter().unzip();
    positions.into_iter().zip(table.write_batch(writes, &settings).await).collect()
}

fn twice() -> Error {
    Error::new(
        ErrorKind::Usage,
        "two writes of this batch have the same key, and batches have no order; nothing was written",
    )
}

impl<T, K> Leftovers<T, K> {
    /// Returns the number of operations that were not executed.
    ///
    #[doc = example!(employees)]
    /// let staff = [ada.clone(), ada]; // two writes of one item
    /// let left = employees.write_many(staff).await.unwrap_err();
    /// assert_eq!(left.len(), 2);
    #[doc = example!(end)]
    pub fn len(&self) -> usize {
        self.puts.len() + self.deletes.len()
    }

    /// Returns whether everything was executed.
    ///
    #[doc = example!(employees)]
    /// let left = employees.write_many([ada.clone(), ada]).await.unwrap_err(); // two writes of one item
    /// assert!(!left.is_empty());
    #[doc = example!(end)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the reasons.
    ///
    #[doc = example!(employees)]
    /// if let Err(left) = employees.write_many([ada]).await {
    ///     println!("{} can be tried again", left.errors().filter(|error| error.is_retryable()).count());
    /// }
    #[doc = example!(end)]
    pub fn errors(&self) -> impl Iterator<Item = &Error> {
        self.puts.iter().map(|(_, error)| error).chain(self.deletes.iter().map(|(_, error)| error))
    }
}

impl<T, K> fmt::Display for Leftovers<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} writes of the batch were not done", self.len())?;
        self.errors().next().map_or(Ok(()), |first| write!(f, "; the first: {first}"))
    }
}

impl<T, K> fmt::Debug for Leftovers<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leftovers")
            .field("puts", &self.puts.len())
            .field("deletes", &self.deletes.len())
            .field("first", &self.errors().next())
            .finish()
    }
}

impl<T, K> StdError for Leftovers<T, K> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.errors().next().map(|error| error as _)
    }
}

impl<T, K> From<Leftovers<T, K>> for Error {
    fn from(left: Leftovers<T, K>) -> Self {
        let count = left.len();
        let of_puts = left.puts.into_iter().map(|(_, error)| error).next();
        let first = of_puts.or_else(|| left.deletes.into_iter().map(|(_, error)| error).next());
        let first = first.unwrap_or_else(|| Self::new(ErrorKind::Usage, "nothing was left"));
        let message = format!("{count} writes of the batch were not done; the first: {}", first.message());
        let kind = first.kind();
        first.recast(kind, message)
    }
}

impl<T: Send + Sync + 'static, K: Send + Sync + 'static> IntoFuture for WriteMany<T, K> {
    type Output = Result<(), Leftovers<T, K>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T, K> fmt::Debug for WriteMany<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteMany")
            .field("table", &self.table.name)
            .field("puts", &self.puts.len())
            .field("deletes", &self.deletes.len())
            .finish_non_exhaustive()
    }
}
