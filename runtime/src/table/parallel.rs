//! Executes the parts of a large request concurrently.

use std::panic::resume_unwind;

use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::error::{Error, ErrorKind, Result};

/// Executes the parts, at most `limit` concurrently, and returns their results in order.
///
/// Each part is a separate task, so that encryption and decryption use all processors. Without a Tokio runtime they run
/// alternately. If the caller stops waiting, the tasks stop.
pub(crate) async fn side_by_side<F>(limit: usize, parts: Vec<F>) -> Vec<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let runtime = if parts.len() > 1 { Handle::try_current().ok() } else { None };
    let numbered = parts.into_iter().enumerate().map(|(position, part)| {
        let runtime = runtime.clone();
        async move { (position, run(runtime, part).await) }
    });
    let mut outputs: Vec<_> = stream::iter(numbered).buffer_unordered(limit.max(1)).collect().await;
    outputs.sort_unstable_by_key(|(position, _)| *position);
    outputs.into_iter().map(|(_, output)| output).collect()
}

/// Splits the items into parts of this size, in order.
pub(crate) fn in_parts<I>(items: Vec<I>, size: usize) -> Vec<Vec<I>> {
    let mut items = items.into_iter();
    let parts = items.len().div_ceil(size);
    (0..parts).map(|_| items.by_ref().take(size).collect()).collect()
}

/// Returns the runtime for the tasks of a parallel scan.
pub(crate) fn tokio_runtime() -> Result<Handle> {
    Handle::try_current()
        .map_err(|error| Error::new(ErrorKind::Usage, "a parallel scan needs a Tokio runtime").with_source(error))
}

async fn run<F>(runtime: Option<Handle>, part: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let Some(runtime) = runtime else { return part.await };
    let mut task = JoinSet::new();
    task.spawn_on(part.in_current_span(), &runtime);
    match task.join_next().await {
        Some(Ok(output)) => output,
        Some(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
        // The runtime is shutting down, and this task with it.
        _ => std::future::pending().await,
    }
}
