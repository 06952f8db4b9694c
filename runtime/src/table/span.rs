//! One span for each request of a program, with its cost.
//!
//! Everything that sends requests to DynamoDB for a user runs in a span; each page of a stream has its own:
//!
//! ```ignore
//! let span = table.span("query").index("by-department");
//! Box::pin(span.run(async move { /* encrypt, send, decrypt */ }))
//! ```
//!
//! The attempts, the consumed capacity and the number of items come from the table's client, which has to be created by
//! [`client`](super::client). A separate task that a request spawns has to [`follow`] the span.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use super::Table;

/// The target of the spans, for filters of logs.
const TARGET: &str = "dynaseal::request";

tokio::task_local! {
    /// The cost so far of the request that runs in this task; `None` if its span has no subscriber.
    static TOTALS: Option<Arc<Mutex<Totals>>>;
}

/// The span of one request; created by [`Table::span`].
#[derive(Debug)]
#[must_use = "a span records nothing until a request runs in it"]
pub(crate) struct RequestSpan(Span);

impl Table {
    /// Creates a span for a request of a program, named after the called method.
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

    /// Runs the request in the span. The cost is recorded when the future is dropped, whether it is finished or
    /// abandoned.
    pub(crate) fn run<F: Future>(self, request: F) -> impl Future<Output = F::Output> + use<F> {
        let totals = (!self.0.is_disabled()).then(|| Arc::new(Mutex::new(Totals::new(self.0.clone()))));
        // Boxed, because it has thousands of bytes, and the surrounding futures are moved.
        TOTALS.scope(totals, Box::pin(request)).instrument(self.0)
    }
}

/// For a task that a request spawns: its cost belongs to the request, and its events to the request's span.
pub(crate) fn follow<F: Future>(task: F) -> impl Future<Output = F::Output> + use<F> {
    let totals = TOTALS.try_with(Clone::clone).ok().flatten();
    TOTALS.scope(totals, task).in_current_span()
}

/// Records which of two ways the request took.
pub(super) fn path(path: &'static str) {
    update(|totals| totals.path = Some(path));
}

/// Returns whether the span of the running request has a subscriber.
pub(super) fn is_observed() -> bool {
    TOTALS.try_with(Option::is_some).unwrap_or(false)
}

/// Adds to the cost of the running request.
pub(super) fn update(add: impl FnOnce(&mut Totals)) {
    // Ignored outside of a request.
    let _ = TOTALS.try_with(|totals| {
        if let Some(totals) = totals {
            add(&mut totals.lock().unwrap_or_else(PoisonError::into_inner));
        }
    });
}

/// The cost of one request, recorded once, because some subscribers append repeated records.
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
        // Some subscribers leave a gap for an empty record.
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
