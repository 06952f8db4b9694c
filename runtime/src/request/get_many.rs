//! Requests that read many items.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::join_all;

use crate::error::Result;
use crate::example::example;
use crate::item::Item;
use crate::table::{BatchSettings, MAX_GETS, Table, in_parts, side_by_side};

use super::member_tables::MemberTables;
use super::{Record, verify};
use crate::schema::group::EntityGroup;

/// A request that reads many records; made by [`Repository::get_many`](crate::Repository::get_many) and
/// [`Repository::get_many_of`](crate::Repository::get_many_of).
#[must_use = "nothing is read until the request is awaited"]
pub struct GetMany<T> {
    table: Arc<Table>,
    keys: Vec<Result<Item>>,
    consistent: bool,
    settings: BatchSettings,
    open: Open<T>,
}

/// Verifies and decrypts the item that was stored under a key.
type Open<T> = Arc<dyn Fn(Arc<Table>, Item, Item) -> Opening<T> + Send + Sync>;
type Opening<T> = Pin<Box<dyn Future<Output = Result<Opened<T>>> + Send>>;

/// A verified item, and the decoder of its record.
struct Opened<T> {
    item: Item,
    decode: fn(Item) -> Result<T>,
}

/// One key and its positions in the result: several if the key was given several times.
struct Wanted {
    key: Item,
    positions: Vec<usize>,
}

impl<T: Record> GetMany<T> {
    pub(crate) fn new(table: &Arc<Table>, keys: Vec<Result<Item>>) -> Self {
        let open = |table: Arc<Table>, key: Item, stored: Item| -> Opening<T> {
            Box::pin(async move {
                let item = verify::verify::<T>(&table, &key, stored).await?;
                Ok(Opened { item, decode: |item| T::from_attributes(item).map(|(record, _)| record) })
            })
        };
        Self::with(table, keys, Arc::new(open))
    }
}

impl<G: EntityGroup> GetMany<G> {
    /// Reads items of several entities.
    pub(crate) fn of_group(table: &Arc<Table>, keys: Vec<Result<Item>>) -> Self {
        let members = Arc::new(MemberTables::<G>::default());
        let open = move |table: Arc<Table>, key: Item, stored: Item| -> Opening<G> {
            let members = Arc::clone(&members);
            Box::pin(async move {
                let (member, item) = members.verify(&table, stored).await?;
                verify::has_key(&item, &key)?;
                Ok(Opened { item, decode: member.from_attributes })
            })
        };
        Self::with(table, keys, Arc::new(open))
    }
}

impl<T: Send + 'static> GetMany<T> {
    fn with(table: &Arc<Table>, keys: Vec<Result<Item>>, open: Open<T>) -> Self {
        Self { table: Arc::clone(table), keys, consistent: false, settings: BatchSettings::default(), open }
    }

    /// Reads consistently: sees every write that was acknowledged before, for twice the read capacity.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let answers = employees.get_many(["e-1", "e-2"]).consistent().await;
    /// assert!(answers.iter().all(Result::is_ok));
    #[doc = example!(end)]
    pub fn consistent(mut self) -> Self {
        self.consistent = true;
        self
    }

    /// Sets the maximum number of requests in flight; 8 by default, at least 1.
    ///
    #[doc = example!(employees)]
    /// let answers = employees.get_many((0..1000).map(|number| format!("e-{number}"))).concurrency(2).await;
    /// assert_eq!(answers.len(), 1000);
    #[doc = example!(end)]
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.settings.concurrency = requests;
        self
    }

    /// Sets how many times in a row a request may be left unprocessed before its items fail; 10 by default, and 0 fails
    /// with `Usage`. Between attempts there is a random pause of up to 5 seconds.
    ///
    #[doc = example!(employees)]
    /// let answers = employees.get_many(["e-1"]).max_attempts(3).await;
    /// assert!(matches!(answers[..], [Ok(None)]));
    #[doc = example!(end)]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.settings.max_attempts = attempts;
        self
    }

    async fn send(self) -> Vec<Result<Option<T>>> {
        let Self { table, keys, consistent, settings, open } = self;
        let mut answers: Vec<Result<Option<T>>> = Vec::with_capacity(keys.len());
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut known = HashMap::new();
        for (position, key) in keys.into_iter().enumerate() {
            answers.push(Ok(None));
            let key = key.and_then(|key| Ok((table.key.bytes(&key)?, key)));
            match key.map(|(bytes, key)| (known.entry(bytes), key)) {
                Ok((Entry::Occupied(seen), _)) => {
                    if let Some(Wanted { positions, .. }) = wanted.get_mut(*seen.get()) {
                        positions.push(position);
                    }
                }
                Ok((Entry::Vacant(entry), key)) => {
                    entry.insert(wanted.len());
                    wanted.push(Wanted { key, positions: vec![position] });
                }
                Err(error) => set(&mut answers, position, Err(error)),
            }
        }
        let read = |part| {
            let span = table.span("get_many");
            span.run(read_part(Arc::clone(&table), part, consistent, settings.clone(), Arc::clone(&open)))
        };
        let parts = in_parts(wanted, MAX_GETS).into_iter().map(read).collect();
        for (position, answer) in side_by_side(settings.concurrency, parts).await.into_iter().flatten() {
            set(&mut answers, position, answer);
        }
        answers
    }
}

/// Reads, verifies and decrypts, each item once.
async fn read_part<T>(
    table: Arc<Table>,
    wanted: Vec<Wanted>,
    consistent: bool,
    settings: BatchSettings,
    open: Open<T>,
) -> Vec<(usize, Result<Option<T>>)> {
    let (keys, positions): (Vec<_>, Vec<_>) = wanted.into_iter().map(|wanted| (wanted.key, wanted.positions)).unzip();
    let found = table.read_batch(&keys, consistent, &settings).await;
    let verify = async |(key, found): (Item, Result<Option<Item>>)| match found? {
        Some(stored) => {
            let _turn = settings.turns().next().await;
            open(Arc::clone(&table), key, stored).await.map(Some)
        }
        None => Ok(None),
    };
    let verified = join_all(keys.into_iter().zip(found).map(verify)).await;
    positions.into_iter().zip(verified).flat_map(|(positions, item)| records(positions, item)).collect()
}

/// Returns the record for each position of its key.
fn records<T>(mut positions: Vec<usize>, opened: Result<Option<Opened<T>>>) -> Vec<(usize, Result<Option<T>>)> {
    let record = |opened: Option<Opened<T>>| opened.map(|Opened { item, decode }| decode(item)).transpose();
    let last = positions.pop();
    let copy = |opened: &Result<Option<Opened<T>>>| match opened {
        Ok(opened) => Ok(opened.as_ref().map(|Opened { item, decode }| Opened { item: item.clone(), decode: *decode })),
        Err(error) => Err(error.for_another_caller()),
    };
    let mut records: Vec<_> =
        positions.into_iter().map(|position| (position, copy(&opened).and_then(record))).collect();
    records.extend(last.map(|position| (position, opened.and_then(record))));
    records
}

fn set<A>(answers: &mut [A], position: usize, answer: A) {
    if let Some(place) = answers.get_mut(position) {
        *place = answer;
    }
}

impl<T: Send + 'static> IntoFuture for GetMany<T> {
    type Output = Vec<Result<Option<T>>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> fmt::Debug for GetMany<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GetMany")
            .field("table", &self.table.name)
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}
