//! Pages of stored items, and their conversion to results.

use std::sync::Arc;

use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use tokio::sync::OnceCell;
use tokio::task::coop::cooperative;

use crate::crypto::digest::Digest;
use crate::error::{Error, Result};
use crate::item::Item;
use crate::item::key::template;
use crate::request::cursor::{Cursor, Cursors, Position};
use crate::table::{MAX_GETS, Order, PagedRead, PreparedRead, ReadRequest, RequestSpan, StoredPage, Table, in_parts};

use super::tally::Tally;

/// The maximum number of concurrent requests for items found through an index.
const FINDS_AT_ONCE: usize = 2;

/// The maximum number of items verified and decrypted concurrently. It matters for providers that call a service for
/// each item's key.
const AT_ONCE: usize = 16;

/// The conversion of a stored item to a result.
pub trait Decode: Send + Sync + 'static {
    /// The result for the caller.
    type Output: Send + 'static;

    /// Whether items of a page may be skipped, so that more items than wanted have to be read.
    const CAN_SKIP: bool = false;

    /// Returns the stored form of these items of a page, of which there are at most 100. By default, the page contains
    /// it.
    fn find(&self, reading: Reading<'_>, items: Vec<Located>) -> impl Future<Output = Vec<Found>> + Send {
        let found = |Located { part, item }| Found { part, key: reading.table.key.of(&item), stored: Ok(Some(item)) };
        std::future::ready(items.into_iter().map(found).collect())
    }

    /// Returns the most specific error for an item of this key.
    fn explain(key: &Item, error: Error) -> Error {
        let _ = key;
        error
    }

    /// Returns the result for the item; `None` if it is skipped.
    fn decode(&self, reading: Reading<'_>, stored: Item) -> impl Future<Output = Result<Option<Self::Output>>> + Send;
}

/// The selection, and the table to read it from.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub(super) table: &'a Table,
    pub(super) requested: &'a ReadRequest,
    /// The request as sent to the server, which differs in a search by beacons.
    pub(super) sent: &'a ReadRequest,
    prepared: &'a PreparedRead,
    /// Of a search by beacons.
    tally: Option<&'a Tally>,
}

impl Reading<'_> {
    /// Returns whether a stored item matches the request as sent.
    pub(super) fn is_found(&self, stored: &Item) -> bool {
        self.sent.filter_holds_for(stored) && (!self.table.is_searched(self.requested) || self.sent.includes(stored))
    }

    /// Returns the stored values of the beacons that the search names, to be compared once the item is verified.
    pub(super) fn beacons_of(&self, stored: &Item) -> Item {
        self.prepared.beacons_of(stored)
    }

    /// Reports beacons of a verified item that are not those of its values. The item is returned all the same, since it was
    /// verified.
    pub(super) fn check_beacons(&self, beacons: &Item, item: &Item) {
        if let Some(tally) = self.tally
            && self.prepared.are_stale(self.table, beacons, item)
        {
            tally.stale();
        }
    }

    fn count(&self, is_exact: bool) {
        if let (Some(tally), false) = (self.tally, is_exact) {
            tally.collision();
        }
    }

    /// Returns whether a verified item matches the caller's request. `is_found` says whether it matched
    /// [as it was stored](Self::is_found).
    ///
    /// # Errors
    /// `Integrity` for an item that no honest server returns.
    pub(super) fn wants(&self, is_found: bool, item: &Item) -> Result<bool> {
        match self.prepared.is_exact(self.table, item)? {
            Some(_) if !is_found => Err(Error::integrity()),
            Some(is_exact) => {
                self.count(is_exact);
                Ok(is_exact)
            }
            None if !is_found || !self.requested.includes(item) => Err(Error::integrity()),
            None => Ok(self.requested.keeps(self.table, item)),
        }
    }

    /// The same for an item that an index led to, which may be behind.
    pub(super) fn still_wants(&self, item: &Item) -> Result<bool> {
        let is_exact = self.prepared.is_exact(self.table, item)?;
        self.count(is_exact.unwrap_or(true));
        Ok(is_exact.unwrap_or_else(|| self.requested.includes(item) && self.requested.keeps(self.table, item)))
    }
}

/// A stored item, and the number of the request that found it.
pub struct Located {
    pub(super) part: usize,
    pub(super) item: Item,
}

/// What is stored under a key, and the number of the request that found it.
pub struct Found {
    pub(super) part: usize,
    pub(super) key: Item,
    pub(super) stored: Result<Option<Item>>,
}

/// Reads the selection.
pub(super) struct PageReader<D> {
    table: Arc<Table>,
    requested: ReadRequest,
    /// The original read, which the cursors of its pages identify.
    read: PagedRead,
    /// The requests to send, once they are prepared.
    prepared: OnceCell<(PreparedRead, Vec<PagedRead>)>,
    page_size: Option<i32>,
    decoder: Arc<D>,
    /// Of a search by beacons.
    tally: Option<Arc<Tally>>,
}

impl<D: Decode> PageReader<D> {
    pub(super) fn new(table: Arc<Table>, requested: ReadRequest, page_size: Option<i32>, decoder: D) -> Result<Self> {
        let read = PagedRead::new(&requested)?;
        let tally = table.is_searched(&requested).then(|| Arc::new(Tally::new(&table.name, &requested)));
        Ok(Self { table, requested, read, prepared: OnceCell::new(), page_size, decoder: Arc::new(decoder), tally })
    }

    async fn reading(&self, part: usize) -> Result<Reading<'_>> {
        let (prepared, _) = self.prepared().await?;
        let (sent, tally) = (prepared.part(part)?, self.tally.as_deref());
        Ok(Reading { table: &self.table, requested: &self.requested, sent, prepared, tally })
    }

    async fn prepared(&self) -> Result<&(PreparedRead, Vec<PagedRead>)> {
        let prepare = || async {
            let prepared = self.table.prepare_read(&self.requested).await?;
            let reads = prepared.sent.iter().map(PagedRead::new).collect::<Result<_>>()?;
            Ok((prepared, reads))
        };
        self.prepared.get_or_try_init(prepare).await
    }

    /// Returns the reader of one part of the table.
    pub(super) fn segment(&self, number: i32, total: i32) -> Result<Self> {
        let requested = ReadRequest { segment: Some((number, total)), ..self.requested.clone() };
        let read = PagedRead::new(&requested)?;
        let (table, decoder) = (Arc::clone(&self.table), Arc::clone(&self.decoder));
        let (page_size, tally) = (self.page_size, self.tally.clone());
        Ok(Self { table, requested, read, prepared: OnceCell::new(), page_size, decoder, tally })
    }

    /// Returns the requests that are sent, of which there is at least one.
    pub(super) async fn sent(&self) -> Result<&[ReadRequest]> {
        let (prepared, _) = self.prepared().await?;
        Ok(&prepared.sent)
    }

    /// Reads the page of a part of the read that begins after `start`, of which at most `wanted` items are needed. `order` is that of the
    /// part's pages so far.
    pub(super) async fn page(
        &self,
        part: usize,
        start: Option<Item>,
        wanted: Option<usize>,
        order: &mut Order,
    ) -> Result<StoredPage> {
        let (prepared, reads) = self.prepared().await?;
        let (sent, read) = (prepared.part(part)?, reads.get(part).ok_or_else(Error::invalid_cursor)?);
        let wanted = wanted.filter(|_| self.returns_what_it_reads());
        let wanted = wanted.map(|items| i32::try_from(items).unwrap_or(i32::MAX));
        let limit = self.page_size.into_iter().chain(wanted).min();
        let page = self.span().run(self.table.read_page(read, start, limit)).await?;
        order.follow(sent, &page).map_err(|error| error.with_operation(self.operation()))?;
        if let Some(tally) = &self.tally {
            tally.page(page.items.len());
        }
        Ok(page)
    }

    fn span(&self) -> RequestSpan {
        let span = self.table.span(if self.requested.partition.is_some() { "query" } else { "scan" });
        match &self.requested.index {
            Some(index) => span.index(index),
            None => span,
        }
    }

    fn operation(&self) -> &'static str {
        if self.requested.partition.is_some() { "Query" } else { "Scan" }
    }

    /// Whether items of a page may be skipped, so that more items than wanted have to be read.
    pub(super) fn can_skip(&self) -> bool {
        D::CAN_SKIP || self.requested.can_lose_items(&self.table) || self.table.is_searched(&self.requested)
    }

    /// Whether each item that the server evaluates is an element of the result.
    fn returns_what_it_reads(&self) -> bool {
        !self.read.is_filtered() && !D::CAN_SKIP && !self.table.is_searched(&self.requested)
    }

    /// Returns the results for these items, in order. Yields to other tasks between items.
    pub(super) fn decode(
        self: &Arc<Self>,
        items: Vec<Located>,
    ) -> impl Stream<Item = Result<D::Output>> + Send + use<D> {
        let reader = Arc::clone(self);
        let find = move |items: Vec<Located>| {
            let reader = Arc::clone(&reader);
            async move { stream::iter(reader.find(items).await) }
        };
        let reader = Arc::clone(self);
        let decode = move |found| {
            let reader = Arc::clone(&reader);
            cooperative(async move { reader.decode_one(found).await })
        };
        let found = stream::iter(in_parts(items, MAX_GETS)).map(find).buffered(FINDS_AT_ONCE).flatten();
        found.map(decode).buffered(AT_ONCE).try_filter_map(|output| std::future::ready(Ok(output)))
    }

    fn count(&self, output: &Option<D::Output>) {
        if let (Some(tally), Some(_)) = (&self.tally, output) {
            tally.kept();
        }
    }

    async fn find(&self, items: Vec<Located>) -> Vec<Found> {
        match self.reading(0).await {
            Ok(reading) => self.decoder.find(reading, items).await,
            Err(error) => vec![Found { part: 0, key: Item::new(), stored: Err(error) }],
        }
    }

    async fn decode_one(&self, Found { part, key, stored }: Found) -> Result<Option<D::Output>> {
        let decoded = match stored {
            Ok(Some(stored)) if self.requested.is_foreign(&stored) => Err(self.foreign()),
            Ok(Some(stored)) => {
                let decoded = match self.reading(part).await {
                    Ok(reading) => self.decoder.decode(reading, stored).await.inspect(|kept| self.count(kept)),
                    Err(error) => Err(error),
                };
                decoded.map_err(|error| D::explain(&key, error))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        decoded.map_err(|error| error.with_item_key(key))
    }

    /// Returns the error for an item of another entity, whose sort key has another form.
    fn foreign(&self) -> Error {
        match &self.requested.keys.sort_key {
            Some(name) => template::foreign().with_attribute(name),
            None => template::foreign(),
        }
    }

    /// Returns the start of the page that the cursor stands for.
    pub(super) fn open(&self, cursors: &Cursors, cursor: Cursor) -> Result<Position> {
        cursors.open(cursor, &self.digest()?)
    }

    /// Creates the cursor of a page that ended here.
    pub(super) fn cursor(&self, cursors: &Cursors, position: Position) -> Result<Cursor> {
        Ok(cursors.cursor(position, self.digest()?))
    }

    fn digest(&self) -> Result<Digest> {
        self.read.digest(&self.table, &self.requested)
    }

    /// Returns the key of an item in the table and the index, after which a page can begin.
    pub(super) fn key(&self, item: &Item) -> Item {
        let mut key = self.table.key.of(item);
        key.extend(self.requested.keys.of(item));
        key
    }
}
