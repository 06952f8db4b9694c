//! One span for each request of a program, with what the request took.
//!
//! Everything that sends something to DynamoDB for a user runs in one, pages of a stream each in their own:
//!
//! ```ignore
//! let span = table.span("query").index("by-department");
//! Box::pin(span.run(async move { /* encrypt, send, decrypt */ }))
//! ```
//!
//! That is all there is to do: the attempts, the consumed capacity and the number of items come from the table's client,
//! which [`client`](super::client) has to make. What a request spawns as a task of its own has to [`follow`] it.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::Table;

/// Where filters of logs find the spans.
const TARGET: &str = "dynaseal::request";

tokio::task_local! {
    /// What the request that runs in this task has taken so far; nothing if nobody listens to its span.
    static TOTALS: Option<Arc<Mutex<Totals>>>;
}

/// The span of one request; made by [`Table::span`].
#[derive(Debug)]
#[must_use = "a span records nothing until a request runs in it"]
pub(crate) struct RequestSpan(Span);

impl Table {
    /// A span for a request of a program, named by the method that it called.
    pub(crate) fn span(&self, operation: &'static str) -> RequestSpan {
        RequestSpan::new(operation, &self.name)
    }
}

impl RequestSpan {
    pub(crate) fn new(operation: &'static str, table: &str) -> Self {
        Self(tracing::info_span!(
            target: TARGET,
            "request",
            operation,
            table,
            index = Empty,
            path = Empty,
            attempts = Empty,
            consumed_capacity = Empty,
            items = Empty,
        ))
    }

    /// The index that the request reads.
    pub(crate) fn index(self, name: &str) -> Self {
        self.0.record("index", name);
        self
    }

    /// Runs the request in the span. What it took is recorded when the future is dropped, be it finished or given up.
    pub(crate) fn run<F: Future>(self, request: F) -> impl Future<Output = F::Output> + use<F> {
        let totals = (!self.0.is_disabled()).then(|| Arc::new(Mutex::new(Totals::new(self.0.clone()))));
        TOTALS.scope(totals, request).instrument(self.0)
    }
}

/// For a task that a request spawns: what it takes is the request's, and its events are in the request's span.
pub(crate) fn follow<F: Future>(task: F) -> impl Future<Output = F::Output> + use<F> {
    let totals = TOTALS.try_with(Clone::clone).ok().flatten();
    TOTALS.scope(totals, task).in_current_span()
}

/// Notes which of two ways the request took.
pub(super) fn path(path: &'static str) {
    update(|totals| totals.path = Some(path));
}

/// True if somebody listens to the span of the request that runs.
pub(super) fn is_observed() -> bool {
    TOTALS.try_with(Option::is_some).unwrap_or(false)
}

/// Adds to what the request that runs has taken.
pub(super) fn update(add: impl FnOnce(&mut Totals)) {
    // Outside of a request there is nobody to tell.
    let _ = TOTALS.try_with(|totals| {
        if let Some(totals) = totals {
            add(&mut totals.lock().unwrap_or_else(PoisonError::into_inner));
        }
    });
}

/// What one request takes; recorded once, since some subscribers append what is recorded twice.
pub(super) struct Totals {
    span: Span,
    path: Option<&'static str>,
    pub(super) attempts: u64,
    pub(super) consumed_capacity: Option<f64>,
    pub(super) items: u64,
}

impl Totals {
    fn new(span: Span) -> Self {
        Self { span, path: None, attempts: 0, consumed_capacity: None, items: 0 }
    }
}

impl Drop for Totals {
    fn drop(&mut self) {
        let Self { span, path, attempts, consumed_capacity, items } = self;
        // Some subscribers leave a gap where nothing is recorded.
        if let Some(path) = *path {
            span.record("path", path);
        }
        span.record("attempts", *attempts);
        if let Some(capacity) = *consumed_capacity {
            span.record("consumed_capacity", capacity);
        }
        span.record("items", *items);
    }
}
