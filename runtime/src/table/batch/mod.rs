//! Limits and retries of requests for many items.

mod get;
mod write;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::{Error, ErrorKind, Result};

use super::pause::Backoff;

pub(crate) use write::BatchWrite;

/// DynamoDB's limit for keys in one `BatchGetItem`.
pub(crate) const MAX_GETS: usize = 100;

/// DynamoDB's limit for items in one `BatchWriteItem`. Because each is at most 400 KB, they are below its 16 MB
/// together.
pub(crate) const MAX_WRITES: usize = 25;

/// The default number of requests in flight.
const DEFAULT_CONCURRENCY: usize = 8;

/// The maximum number of items of one call that are encrypted or decrypted concurrently: a limit for providers that
/// call a service for each.
pub(super) const MAX_ITEMS_AT_ONCE: usize = 32;

const DEFAULT_ATTEMPTS: u32 = 10;
const BACKOFF: Backoff = Backoff { first: Duration::from_millis(25), longest: Duration::from_secs(5) };

/// Settings for the parts of one call for many items.
#[derive(Clone, Debug)]
pub(crate) struct BatchSettings {
    pub(crate) concurrency: usize,
    /// How many times in a row the service may leave everything unprocessed.
    pub(crate) max_attempts: u32,
    turns: ConcurrencyLimit,
}

/// Sets how many items may be encrypted or decrypted concurrently.
#[derive(Clone, Debug)]
pub(crate) struct ConcurrencyLimit(Arc<Semaphore>);

impl Default for BatchSettings {
    fn default() -> Self {
        Self { concurrency: DEFAULT_CONCURRENCY, max_attempts: DEFAULT_ATTEMPTS, turns: ConcurrencyLimit::default() }
    }
}

impl BatchSettings {
    pub(crate) fn turns(&self) -> &ConcurrencyLimit {
        &self.turns
    }

    /// Returns why not even the first attempt is made.
    fn check(&self) -> Result<()> {
        if self.max_attempts > 0 {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Usage, "a batch needs at least one attempt; raise `max_attempts`"))
    }
}

impl Default for ConcurrencyLimit {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_ITEMS_AT_ONCE)))
    }
}

impl ConcurrencyLimit {
    /// Waits for a turn, which lasts as long as the returned value exists.
    pub(crate) async fn next(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.0.acquire().await.ok()
    }
}

/// The unprocessed items of one part of a batch, and its remaining attempts.
struct Progress {
    /// Positions, in order.
    open: Vec<usize>,
    /// The number of successive attempts without progress.
    failures: u32,
}

impl Progress {
    fn of(count: usize) -> Self {
        Self { open: (0..count).collect(), failures: 0 }
    }

    /// Continues with the unprocessed items.
    fn keep(&mut self, is_left: impl Fn(usize) -> bool) {
        let before = self.open.len();
        self.open.retain(|position| is_left(*position));
        self.failures = if self.open.len() < before { 0 } else { self.failures.saturating_add(1) };
    }
}

fn left_undone(attempts: u32) -> Error {
    Error::new(
        ErrorKind::Throttled,
        format!(
            "the service is short of capacity and left this undone in each of the last {attempts} attempts; try again later"
        ),
    )
}
