//! Pages of stored items, and their conversion to results.

use std::sync::Arc;

use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use tokio::sync::OnceCell;
use tokio::task::coop::cooperative;

use crate::crypto::digest::Digest;
use crate::error::{Error, Result};
use crate::item::Item;
use crate::item::key::template;
use crate::request::cursor::{Cursor, Cursors};
use crate::table::{MAX_GETS, Order, PagedRead, PreparedRead, ReadRequest, RequestSpan, StoredPage, Table, in_parts};

use super::part::{self, Progress};

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
    fn find(&self, reading: Reading<'_>, items: Vec<Item>) -> impl Future<Output = Vec<Found>> + Send {
        let found =
            items.into_iter().map(|item| Found { key: reading.table.key.of(&item), stored: Ok(Some(item)) }).collect();
        std::future::ready(found)
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
}

impl Reading<'_> {
    /// Returns whether a stored item matches the request as sent.
    pub(super) fn is_found(&self, stored: &Item) -> bool {
        self.sent.filter_holds_for(stored) && (!self.table.is_searched(self.requested) || self.sent.includes(stored))
    }

    /// Returns whether a verified item matches the caller's request. `is_found` says whether it matched
    /// [as it was stored](Self::is_found).
    ///
    /// # Errors
    /// `Integrity` for an item that no honest server returns.
    pub(super) fn wants(&self, is_found: bool, item: &Item) -> Result<bool> {
        match self.prepared.is_exact(self.table, item)? {
            Some(_) if !is_found => Err(Error::integrity()),
            Some(is_exact) => Ok(is_exact),
            None if !is_found || !self.requested.includes(item) => Err(Error::integrity()),
            None => Ok(self.requested.keeps(self.table, item)),
        }
    }

    /// The same for an item that an index led to, which may be behind.
    pub(super) fn still_wants(&self, item: &Item) -> Result<bool> {
        let is_exact = self.prepared.is_exact(self.table, item)?;
        Ok(is_exact.unwrap_or_else(|| self.requested.includes(item) && self.requested.keeps(self.table, item)))
    }
}

/// Reads the item with this key.
pub struct Found {
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
}

impl<D: Decode> PageReader<D> {
    pub(super) fn new(table: Arc<Table>, requested: ReadRequest, page_size: Option<i32>, decoder: D) -> Result<Self> {
        let read = PagedRead::new(&requested)?;
        Ok(Self { table, requested, read, prepared: OnceCell::new(), page_size, decoder: Arc::new(decoder) })
    }

    async fn reading(&self, part: usize) -> Result<Reading<'_>> {
        let (prepared, _) = self.prepared().await?;
        Ok(Reading { table: &self.table, requested: &self.requested, sent: prepared.part(part)?, prepared })
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
        Ok(Self { table, requested, read, prepared: OnceCell::new(), page_size: self.page_size, decoder })
    }

    /// Reads the page that begins after `start`, of which at most `wanted` items are needed. `progress` tracks the pages of one read.
    pub(super) async fn page(
        &self,
        start: Option<Item>,
        wanted: Option<usize>,
        progress: &mut Progress,
    ) -> Result<StoredPage> {
        let (prepared, reads) = self.prepared().await?;
        let (part, start) = part::take(start)?;
        let (sent, read) = (prepared.part(part)?, reads.get(part).ok_or_else(Error::invalid_cursor)?);
        let order = progress.order(part, || Order::new(sent, start.as_ref()));
        let wanted = wanted.filter(|_| self.returns_what_it_reads());
        let wanted = wanted.map(|items| i32::try_from(items).unwrap_or(i32::MAX));
        let limit = self.page_size.into_iter().chain(wanted).min();
        let page = self.span().run(self.table.read_page(read, start, limit)).await?;
        order.follow(sent, &page).map_err(|error| error.with_operation(self.operation()))?;
        let next = part::next(part, reads.len(), page.next);
        Ok(StoredPage { part, next, ..page })
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

    /// Returns the results for these items of a part of the read, in order. Yields to other tasks between items.
    pub(super) fn decode(
        self: &Arc<Self>,
        part: usize,
        items: Vec<Item>,
    ) -> impl Stream<Item = Result<D::Output>> + Send + use<D> {
        let reader = Arc::clone(self);
        let find = move |items: Vec<Item>| {
            let reader = Arc::clone(&reader);
            async move { stream::iter(reader.find(part, items).await) }
        };
        let reader = Arc::clone(self);
        let decode = move |found| {
            let reader = Arc::clone(&reader);
            cooperative(async move { reader.decode_one(part, found).await })
        };
        let found = stream::iter(in_parts(items, MAX_GETS)).map(find).buffered(FINDS_AT_ONCE).flatten();
        found.map(decode).buffered(AT_ONCE).try_filter_map(|output| std::future::ready(Ok(output)))
    }

    async fn find(&self, part: usize, items: Vec<Item>) -> Vec<Found> {
        match self.reading(part).await {
            Ok(reading) => self.decoder.find(reading, items).await,
            Err(error) => vec![Found { key: Item::new(), stored: Err(error) }],
        }
    }

    async fn decode_one(&self, part: usize, Found { key, stored }: Found) -> Result<Option<D::Output>> {
        let decoded = match stored {
            Ok(Some(stored)) if self.requested.is_foreign(&stored) => Err(self.foreign()),
            Ok(Some(stored)) => {
                let decoded = match self.reading(part).await {
                    Ok(reading) => self.decoder.decode(reading, stored).await,
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
    pub(super) fn open(&self, cursors: &Cursors, cursor: Cursor) -> Result<Item> {
        cursors.open(cursor, &self.digest()?)
    }

    /// Creates the cursor of a page that ended here.
    pub(super) fn cursor(&self, cursors: &Cursors, position: Item) -> Result<Cursor> {
        Ok(cursors.cursor(position, self.digest()?))
    }

    fn digest(&self) -> Result<Digest> {
        self.read.digest(&self.table, &self.requested)
    }

    /// Returns the end of a page with this last item, in a part of the read.
    pub(super) fn position(&self, part: usize, item: &Item) -> Item {
        let mut position = self.table.key.of(item);
        position.extend(self.requested.keys.of(item));
        part::position(part, position)
    }
}
