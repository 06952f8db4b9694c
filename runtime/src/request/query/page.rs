//! One page of what is found.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::item::Item;
use crate::request::cursor::{Cursor, Cursors};
use crate::table::StoredPage;

use super::reader::{Decode, PageReader};

/// Some of what a query or a scan finds, and where it goes on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<I> {
    /// What is on the page.
    pub items: Vec<I>,
    /// Where the next page begins; none if this is the last.
    pub cursor: Option<Cursor>,
}

/// A request that reads one page; made by [`page`](super::Selection::page).
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

    /// Each item of the page with a result of its own, so that one that cannot be verified does not keep back the others.
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
    /// As [`page`](super::Selection::page), apart from those of single items.
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
    let mut position = cursor.map(|cursor| reader.open(&cursors, cursor)).transpose()?;
    let mut order = reader.order(position.as_ref());
    let mut items = Vec::new();
    let wanted = |items: &Vec<_>| limit.map(|limit| limit.saturating_sub(items.len()));
    loop {
        let StoredPage { items: stored, next } = reader.page(position, wanted(&items), &mut order).await?;
        position = next.clone();
        let mut stored = stored.into_iter();
        while stored.len() > 0 && wanted(&items) != Some(0) {
            let some: Vec<Item> = stored.by_ref().take(wanted(&items).unwrap_or(usize::MAX)).collect();
            // The page may end before the server's does.
            let here = some.last().map(|last| reader.position(last));
            items.extend(reader.decode(some).collect::<Vec<_>>().await);
            position = if stored.len() > 0 { here } else { next.clone() };
        }
        if position.is_none() || wanted(&items).is_none_or(|wanted| wanted == 0) {
            break;
        }
    }
    let cursor = position.map(|position| reader.cursor(&cursors, position)).transpose()?;
    Ok(Page { items, cursor })
}

impl<I> fmt::Debug for ReadPage<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadPage").finish_non_exhaustive()
    }
}
