//! Pages of stored items, and their conversion to results.

use std::sync::Arc;

use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use tokio::task::coop::cooperative;

use crate::crypto::digest::Digest;
use crate::error::{Error, Result};
use crate::item::Item;
use crate::item::key::template;
use crate::request::cursor::{Cursor, Cursors};
use crate::table::{MAX_GETS, Order, PagedRead, ReadRequest, RequestSpan, StoredPage, Table, in_parts};

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
    pub(super) asked: &'a ReadRequest,
}

/// Reads the item with this key.
pub struct Found {
    pub(super) key: Item,
    pub(super) stored: Result<Option<Item>>,
}

/// Reads the selection.
pub(super) struct PageReader<D> {
    table: Arc<Table>,
    asked: ReadRequest,
    read: PagedRead,
    page_size: Option<i32>,
    decoder: Arc<D>,
}

impl<D: Decode> PageReader<D> {
    pub(super) fn new(table: Arc<Table>, asked: ReadRequest, page_size: Option<i32>, decoder: D) -> Result<Self> {
        let read = PagedRead::new(&asked)?;
        Ok(Self { table, asked, read, page_size, decoder: Arc::new(decoder) })
    }

    fn reading(&self) -> Reading<'_> {
        Reading { table: &self.table, asked: &self.asked }
    }

    /// Returns the reader of one part of the table.
    pub(super) fn segment(&self, number: i32, total: i32) -> Result<Self> {
        let asked = ReadRequest { segment: Some((number, total)), ..self.asked.clone() };
        let read = PagedRead::new(&asked)?;
        let (table, decoder) = (Arc::clone(&self.table), Arc::clone(&self.decoder));
        Ok(Self { table, asked, read, page_size: self.page_size, decoder })
    }

    /// Returns the order of pages that begin after `start`.
    pub(super) fn order(&self, start: Option<&Item>) -> Order {
        Order::new(&self.asked, start)
    }

    /// Reads the page that begins after `start`, of which at most `wanted` items are needed.
    pub(super) async fn page(
        &self,
        start: Option<Item>,
        wanted: Option<usize>,
        order: &mut Order,
    ) -> Result<StoredPage> {
        let wanted = wanted.filter(|_| self.returns_what_it_reads());
        let wanted = wanted.map(|items| i32::try_from(items).unwrap_or(i32::MAX));
        let limit = self.page_size.into_iter().chain(wanted).min();
        let page = self.span().run(self.table.read_page(&self.read, start, limit)).await?;
        order.follow(&self.asked, &page).map_err(|error| error.with_operation(self.operation()))?;
        Ok(page)
    }

    fn span(&self) -> RequestSpan {
        let span = self.table.span(if self.asked.partition.is_some() { "query" } else { "scan" });
        match &self.asked.index {
            Some(index) => span.index(index),
            None => span,
        }
    }

    fn operation(&self) -> &'static str {
        if self.asked.partition.is_some() { "Query" } else { "Scan" }
    }

    /// Whether items of a page may be skipped, so that more items than wanted have to be read.
    pub(super) fn can_skip(&self) -> bool {
        D::CAN_SKIP || self.asked.can_lose_items(&self.table)
    }

    /// Whether each item that the server evaluates is an element of the result.
    fn returns_what_it_reads(&self) -> bool {
        !self.read.is_filtered() && !D::CAN_SKIP
    }

    /// Returns the results for these items, in order. Yields to other tasks between items.
    pub(super) fn decode(self: &Arc<Self>, items: Vec<Item>) -> impl Stream<Item = Result<D::Output>> + Send + use<D> {
        let reader = Arc::clone(self);
        let find = move |items| {
            let reader = Arc::clone(&reader);
            async move { stream::iter(reader.decoder.find(reader.reading(), items).await) }
        };
        let reader = Arc::clone(self);
        let decode = move |found| {
            let reader = Arc::clone(&reader);
            cooperative(async move { reader.decode_one(found).await })
        };
        let found = stream::iter(in_parts(items, MAX_GETS)).map(find).buffered(FINDS_AT_ONCE).flatten();
        found.map(decode).buffered(AT_ONCE).try_filter_map(|output| std::future::ready(Ok(output)))
    }

    async fn decode_one(&self, Found { key, stored }: Found) -> Result<Option<D::Output>> {
        let decoded = match stored {
            Ok(Some(stored)) if self.asked.is_foreign(&stored) => Err(self.foreign()),
            Ok(Some(stored)) => {
                let decoded = self.decoder.decode(self.reading(), stored).await;
                decoded.map_err(|error| D::explain(&key, error))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        decoded.map_err(|error| error.with_item_key(key))
    }

    /// Returns the error for an item of another entity, whose sort key has another form.
    fn foreign(&self) -> Error {
        match &self.asked.keys.sort_key {
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
        self.read.digest(&self.table, &self.asked)
    }

    /// Returns the end of a page with this last item.
    pub(super) fn position(&self, item: &Item) -> Item {
        let mut position = self.table.key.of(item);
        position.extend(self.asked.keys.of(item));
        position
    }
}
