//! One page of a query or scan.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::request::cursor::{Cursor, Cursors};

use super::reader::{Decode, PageReader};
use super::walk::Walk;

/// One page of the result of a query or scan, and the position after it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<I> {
    /// The items on the page.
    pub items: Vec<I>,
    /// The start of the next page; `None` if this is the last one.
    pub cursor: Option<Cursor>,
}

/// A request that reads one page; created by [`page`](super::Selection::page).
#[must_use = "nothing is read until the request is awaited"]
pub struct ReadPage<I>(BoxFuture<'static, Result<Page<Result<I>>>>);

impl<I: Send + 'static> ReadPage<I> {
    pub(super) fn new<D: Decode<Output = I>>(
        reader: Result<PageReader<D>>,
        limit: Option<usize>,
        cursors: Cursors,
        cursor: Option<Cursor>,
    ) -> Self {
        Self(Box::pin(async move { read(Arc::new(reader?), limit, cursors, cursor).await }))
    }

    /// Returns each item of the page as a separate result, so that an item that cannot be verified does not affect the
    /// others.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(EncryptedItem)]
    /// # struct Reading { #[partition_key] sensor: String, #[sort_key] time: u64, value: i64 }
    /// # async fn all(readings: Repository<Reading>) -> dynaseal::Result<()> {
    /// let page = readings.query("s-1").limit(100).page(None).each().await?;
    /// let (sound, damaged): (Vec<_>, Vec<_>) = page.items.into_iter().partition(Result::is_ok);
    /// println!("{} readings, and {} that failed verification", sound.len(), damaged.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`page`](super::Selection::page), except those of single items.
    pub async fn each(self) -> Result<Page<Result<I>>> {
        self.0.await
    }
}

impl<I: Send + 'static> IntoFuture for ReadPage<I> {
    type Output = Result<Page<I>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Page { items, cursor } = self.0.await?;
            Ok(Page { items: items.into_iter().collect::<Result<_>>()?, cursor })
        })
    }
}

async fn read<D: Decode>(
    reader: Arc<PageReader<D>>,
    limit: Option<usize>,
    cursors: Cursors,
    cursor: Option<Cursor>,
) -> Result<Page<Result<D::Output>>> {
    let position = cursor.map(|cursor| reader.open(&cursors, cursor)).transpose()?;
    let mut walk = Walk::begin(&reader, position).await?;
    let mut items = Vec::new();
    let wanted = |items: &Vec<_>| limit.map(|limit| limit.saturating_sub(items.len()));
    loop {
        let stored = walk.next(&reader, wanted(&items)).await?;
        items.extend(reader.decode(stored).collect::<Vec<_>>().await);
        if walk.is_over() || wanted(&items).is_none_or(|wanted| wanted == 0) {
            break;
        }
    }
    let cursor = walk.position().map(|position| reader.cursor(&cursors, position)).transpose()?;
    Ok(Page { items, cursor })
}

impl<I> fmt::Debug for ReadPage<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadPage").finish_non_exhaustive()
    }
}
