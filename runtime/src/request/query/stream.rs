//! The result of a query or scan as a stream.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::{fmt, vec};

use futures_util::stream::{self, BoxStream, Stream, StreamExt as _};
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::table::tokio_runtime;

use super::reader::{Decode, Located, PageReader};
use super::walk::Walk;

/// The maximum number of elements of a segment that wait to be taken.
const WAITING: usize = 16;

/// The items of a query or scan, one by one; created by [`stream`](super::Selection::stream).
///
/// It is a [`Stream`] for the combinators of `futures` and `tokio-stream`, and can be used without them through
/// [`next`](Self::next). Dropping it stops reading.
#[must_use = "nothing is read until the stream is polled for its first element"]
pub struct Items<I>(BoxStream<'static, Result<I>>);

impl<I: Send + 'static> Items<I> {
    /// Returns the next element; `None` at the end.
    ///
    #[doc = example!(readings)]
    /// let mut stream = readings.query("s-1").stream();
    /// assert_eq!(stream.next().await.transpose()?.map(|reading| reading.time), Some(0));
    /// drop(stream); // the others are not read, except a page that is already requested
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`query`](crate::Repository::query), each in the position of its element.
    pub async fn next(&mut self) -> Option<Result<I>> {
        self.0.next().await
    }

    pub(super) fn failed(error: Error) -> Self {
        Self(stream::once(std::future::ready(Err(error))).boxed())
    }

    pub(super) fn one_by_one<D: Decode<Output = I>>(reader: PageReader<D>, limit: Option<usize>) -> Self {
        let reader = Arc::new(reader);
        let pages = pages(Arc::clone(&reader), limit).boxed();
        let decode = move |items| reader.decode(items).boxed();
        let ahead = Ahead { pages, next: None, is_last: false, page: None, decode };
        Self(limited(ahead, limit))
    }

    /// Merges the elements of the segments, each of which a task reads.
    pub(super) fn of_segments<D: Decode<Output = I>>(
        reader: &PageReader<D>,
        segments: u32,
        limit: Option<usize>,
    ) -> Self {
        match start_segments(reader, segments) {
            Ok(running) => Self(limited(stream::unfold(running, next_of_segments).boxed(), limit)),
            Err(error) => Self::failed(error),
        }
    }
}

impl<I> Stream for Items<I> {
    type Item = Result<I>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<I>>> {
        self.0.poll_next_unpin(cx)
    }
}

fn limited<I>(
    items: impl Stream<Item = Result<I>> + Send + 'static,
    limit: Option<usize>,
) -> BoxStream<'static, Result<I>> {
    match limit {
        Some(limit) => items.take(limit).boxed(),
        None => items.boxed(),
    }
}

/// How far the read is, and the number of items still wanted.
enum State {
    Begin(Option<usize>),
    Continue(Walk, Option<usize>),
    End,
}

/// Reads the stored items page by page. Ends with the first error.
fn pages<D: Decode>(
    reader: Arc<PageReader<D>>,
    limit: Option<usize>,
) -> impl Stream<Item = Result<Vec<Located>>> + Send {
    // If items can be skipped, it is not known beforehand how many have to be read.
    let begin = State::Begin(limit.filter(|_| !reader.can_skip()));
    stream::try_unfold(begin, move |state| {
        let reader = Arc::clone(&reader);
        async move {
            let (mut walk, wanted) = match state {
                State::Begin(wanted) => (Walk::begin(&reader, None).await?, wanted),
                State::Continue(walk, wanted) => (walk, wanted),
                State::End => return Ok(None),
            };
            let items = walk.next(&reader, wanted).await?;
            let wanted = wanted.map(|wanted| wanted.saturating_sub(items.len()));
            let is_last = walk.is_over() || wanted == Some(0);
            Ok(Some((items, if is_last { State::End } else { State::Continue(walk, wanted) })))
        }
    })
}

/// Reads the elements page by page, while only the next page is requested.
struct Ahead<I, F> {
    pages: BoxStream<'static, Result<Vec<Located>>>,
    /// The next page, once it has arrived.
    next: Option<Result<Vec<Located>>>,
    is_last: bool,
    page: Option<BoxStream<'static, Result<I>>>,
    decode: F,
}

impl<I, F: Fn(Vec<Located>) -> BoxStream<'static, Result<I>> + Unpin> Stream for Ahead<I, F> {
    type Item = Result<I>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<I>>> {
        let this = self.get_mut();
        loop {
            if this.next.is_none() && !this.is_last {
                match this.pages.poll_next_unpin(cx) {
                    Poll::Ready(Some(page)) => this.next = Some(page),
                    Poll::Ready(None) => this.is_last = true,
                    Poll::Pending => {}
                }
            }
            if let Some(page) = &mut this.page {
                match page.poll_next_unpin(cx) {
                    Poll::Ready(None) => this.page = None,
                    element => return element,
                }
            }
            match this.next.take() {
                Some(Ok(items)) => this.page = Some((this.decode)(items)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None if this.is_last => return Poll::Ready(None),
                None => return Poll::Pending,
            }
        }
    }
}

/// Tasks that read, and the elements that they have read. Dropping it stops them.
struct Running<I> {
    elements: mpsc::Receiver<Vec<Result<I>>>,
    /// The elements taken last.
    taken: vec::IntoIter<Result<I>>,
    tasks: JoinSet<()>,
}

fn start_segments<D: Decode>(reader: &PageReader<D>, segments: u32) -> Result<Running<D::Output>> {
    let runtime = tokio_runtime()?;
    let total = i32::try_from(segments).unwrap_or(i32::MAX);
    let (sender, elements) = mpsc::channel(segments as usize);
    let mut tasks = JoinSet::new();
    for number in 0..total {
        // Ready elements are passed on together: passing them one by one would cost more than decrypting them.
        let mut items = Items::one_by_one(reader.segment(number, total)?, None).ready_chunks(WAITING);
        let sender = sender.clone();
        tasks.spawn_on(
            async move {
                while let Some(elements) = items.next().await {
                    if sender.send(elements).await.is_err() {
                        break;
                    }
                }
            },
            &runtime,
        );
    }
    Ok(Running { elements, taken: Vec::new().into_iter(), tasks })
}

async fn next_of_segments<I: Send + 'static>(mut running: Running<I>) -> Option<(Result<I>, Running<I>)> {
    loop {
        if let Some(element) = running.taken.next() {
            return Some((element, running));
        }
        match running.elements.recv().await {
            Some(elements) => running.taken = elements.into_iter(),
            None => break,
        }
    }
    // All tasks have ended. A task that ended abnormally must not look like one that found nothing.
    while let Some(ended) = running.tasks.join_next().await {
        if let Err(error) = ended {
            return Some((Err(stopped(error)), running));
        }
    }
    None
}

fn stopped(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => {
            Error::new(ErrorKind::Unavailable, "the runtime shut down before the scan was over").with_source(error)
        }
    }
}

impl<I> fmt::Debug for Items<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}
