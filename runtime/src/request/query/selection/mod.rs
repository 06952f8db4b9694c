//! The selection of items to read.

mod settings;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::TryStreamExt as _;

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::request::Record;
use crate::request::cursor::{Cursors, IntoCursor};
use crate::schema::index::{AllAttributes, Stored};
use crate::table::{ReadRequest, Table};

use super::page::ReadPage;
use super::projection::{Conclusive, Projection, WholeItems};
use super::reader::PageReader;
use super::stream::Items;

/// A query or scan, created by [`Repository::query`](crate::Repository::query),
/// [`query_index`](crate::Repository::query_index), [`scan`](crate::Repository::scan) and
/// [`parallel_scan`](crate::Repository::parallel_scan). Nothing is read until [`stream`](Self::stream),
/// [`collect`](Self::collect), [`count`](Self::count) or [`page`](Self::page) is called.
///
/// `K` is one of [`Query`], [`Scan`] and [`ParallelScan`], and `J` determines what is returned of each item.
#[must_use = "nothing is read until the query is streamed, collected, counted or paged"]
pub struct Selection<T, K, J = AllAttributes> {
    table: Arc<Table>,
    cursors: Cursors,
    pub(super) requested: Result<ReadRequest>,
    pub(super) kind: K,
    is_global: bool,
    limit: Option<usize>,
    page_size: Option<u32>,
    segments: Option<u32>,
    types: PhantomData<fn() -> (T, J)>,
}

/// A [`Selection`] by a partition key, with a sort key of type `S`.
#[derive(Debug)]
pub struct Query<S> {
    /// How a sort key is stored, if there is one.
    pub(super) sort_key: Option<Stored<S>>,
}

/// A [`Selection`] of all items.
#[derive(Debug)]
pub struct Scan(pub(crate) ());

/// A [`Selection`] of all items, in several concurrent parts.
#[derive(Debug)]
pub struct ParallelScan(pub(crate) ());

mod sealed {
    pub trait Sealed {}
    impl<S> Sealed for super::Query<S> {}
    impl Sealed for super::Scan {}
}

/// Selections with an order, so that a read can continue after a page: [`Query`] and [`Scan`].
#[diagnostic::on_unimplemented(
    message = "a parallel scan has no pages",
    label = "is read in several places at once",
    note = "use `scan()` for pages, or `stream()`"
)]
pub trait InOrder: sealed::Sealed {}

impl<S> InOrder for Query<S> {}
impl InOrder for Scan {}

impl<S> Query<S> {
    pub(crate) fn by(sort_key: Option<Stored<S>>) -> Self {
        Self { sort_key }
    }
}

impl<T, K, J> Selection<T, K, J> {
    pub(crate) fn new(table: &Arc<Table>, cursors: &Cursors, requested: Result<ReadRequest>, kind: K) -> Self {
        Self {
            table: Arc::clone(table),
            cursors: cursors.clone(),
            requested,
            kind,
            is_global: false,
            limit: None,
            page_size: None,
            segments: None,
            types: PhantomData,
        }
    }

    pub(crate) fn global(self, is_global: bool) -> Self {
        Self { is_global, ..self }
    }

    pub(crate) fn segments(self, segments: u32) -> Self {
        Self { segments: Some(segments), ..self }
    }

    pub(super) fn with_projection<Other>(self) -> Selection<T, K, Other> {
        let Self { table, cursors, requested, kind, is_global, limit, page_size, segments, .. } = self;
        Selection { table, cursors, requested, kind, is_global, limit, page_size, segments, types: PhantomData }
    }
}

impl<T: Record, K, J: Projection<T>> Selection<T, K, J> {
    /// Reads the items one by one, while the next page is requested. Each element is a separate result: the stream
    /// continues after an item that cannot be verified, and ends after a request that failed.
    ///
    /// At most two pages are in memory, and up to 16 items of a page are verified and decrypted concurrently. Because
    /// the next page is requested as soon as one arrives, set a [`limit`](Self::limit) if only the first few items are
    /// wanted.
    ///
    #[doc = example!(readings)]
    /// let (mut stream, mut damaged) = (readings.scan().stream(), 0);
    /// while let Some(reading) = stream.next().await {
    ///     match reading {
    ///         Ok(reading) => println!("{}", reading.value),
    ///         Err(error) if error.kind() == ErrorKind::Integrity => damaged += 1,
    ///         Err(error) => return Err(error),
    ///     }
    /// }
    /// assert_eq!(damaged, 0);
    #[doc = example!(end)]
    pub fn stream(self) -> Items<J::Output>
    where
        J: Conclusive,
    {
        let (limit, segments) = (self.limit, self.segments);
        match (self.into_reader(), segments) {
            (Ok(reader), None) => Items::one_by_one(reader, limit),
            (Ok(reader), Some(segments)) => Items::of_segments(&reader, segments, limit),
            (Err(error), _) => Items::failed(error),
        }
    }

    /// Returns all items, or the first error. All items are in memory at once.
    ///
    #[doc = example!(readings)]
    /// let found: Vec<Reading> = readings.query("s-1").sort_ge(7).collect().await?;
    /// assert_eq!(times(&found), [7, 8]);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`query`](crate::Repository::query).
    pub async fn collect(self) -> Result<Vec<J::Output>>
    where
        J: Conclusive,
    {
        self.stream().try_collect().await
    }

    /// Counts the items. Each item is read, verified and decrypted; DynamoDB's own count is not used, because it cannot
    /// be verified. The cost is that of [`stream`](Self::stream).
    ///
    #[doc = example!(readings)]
    /// assert_eq!(readings.query("s-1").count().await?, 9);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`query`](crate::Repository::query), for the first item that cannot be verified.
    pub async fn count(self) -> Result<u64>
    where
        J: WholeItems + Conclusive,
    {
        self.stream().try_fold(0, |count, _| std::future::ready(Ok(count + 1))).await
    }

    /// Reads one page, from the beginning or after another page. With a [`limit`](Self::limit) the page has that many
    /// items, for which several requests may be sent; otherwise it is the result of one request, or in a search of several
    /// partitions of beacons, of one request to each.
    ///
    /// A cursor does not guarantee further items: the last page can be empty.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(EncryptedItem)]
    /// # struct Reading { #[partition_key] sensor: String, #[sort_key] time: u64, value: i64 }
    /// # async fn all(readings: Repository<Reading>) -> dynaseal::Result<()> {
    /// let mut cursor = None;
    /// loop {
    ///     let page = readings.query("s-1").limit(20).page(cursor).await?;
    ///     println!("{} readings", page.items.len());
    ///     cursor = page.cursor;
    ///     if cursor.is_none() {
    ///         break;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`query`](crate::Repository::query), for the first item that cannot be verified, unless
    /// [`each`](ReadPage::each) is used; and `InvalidCursor` for a cursor that was changed, has expired, or belongs to
    /// another query.
    pub fn page(self, cursor: impl IntoCursor) -> ReadPage<J::Output>
    where
        K: InOrder,
        J: Conclusive,
    {
        let (limit, cursors) = (self.limit, self.cursors.clone());
        ReadPage::new(self.into_reader(), limit, cursors, cursor.into_cursor())
    }

    fn into_reader(self) -> Result<PageReader<J::Decoder>> {
        let requested = self.requested?;
        if requested.consistent && self.is_global {
            return Err(usage("a global index has no consistent reads; read the table, or do without `consistent`"));
        }
        if self.limit == Some(0) {
            return Err(usage("nothing can be read with a limit of 0 items"));
        }
        if self.segments.is_some_and(|segments| !(1..=1_000_000).contains(&segments)) {
            return Err(usage("a parallel scan has 1 to 1,000,000 segments"));
        }
        let page_size = self.page_size.map(|items| match i32::try_from(items) {
            Ok(items) if items > 0 => Ok(items),
            _ => Err(usage("a page has 1 to 2,147,483,647 items")),
        });
        PageReader::new(self.table, requested, page_size.transpose()?, J::Decoder::default())
    }
}

fn usage(message: &'static str) -> Error {
    Error::new(ErrorKind::Usage, message)
}

impl<T, K, J> fmt::Debug for Selection<T, K, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selection").field("table", &self.table.name).finish_non_exhaustive()
    }
}
