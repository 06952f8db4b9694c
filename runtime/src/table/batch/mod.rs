//! What requests for many items have in common: their limits, and how often they are repeated.

mod get;
mod write;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::{Error, ErrorKind, Result};

use super::pause::Backoff;

pub(crate) use write::BatchWrite;

/// DynamoDB takes this many keys in one BatchGetItem.
pub(crate) const MAX_GETS: usize = 100;

/// DynamoDB takes this many items in one BatchWriteItem. As none is above 400 KB, they are below its 16 MB together.
pub(crate) const MAX_WRITES: usize = 25;

/// How many requests are in flight.
const DEFAULT_CONCURRENCY: usize = 8;

/// How many items of one call are encrypted or decrypted at a time: the bound for providers that ask a service for each.
pub(super) const MAX_ITEMS_AT_ONCE: usize = 32;

const DEFAULT_ATTEMPTS: u32 = 10;
const BACKOFF: Backoff = Backoff { first: Duration::from_millis(25), longest: Duration::from_secs(5) };

/// How the parts of one call for many items are sent.
#[derive(Clone, Debug)]
pub(crate) struct BatchSettings {
    pub(crate) concurrency: usize,
    /// How often in a row the service may leave everything undone.
    pub(crate) max_attempts: u32,
    turns: ConcurrencyLimit,
}

/// Lets so many items at a time be encrypted or decrypted.
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

    /// Why not even the first attempt is made.
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
    /// Waits until it is somebody's turn, which lasts as long as what is returned.
    pub(crate) async fn next(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed.
        self.0.acquire().await.ok()
    }
}

/// The items that one part of a batch still has to do, and for how long it may go on.
struct Progress {
    /// Positions, in order.
    open: Vec<usize>,
    /// How many attempts in a row did nothing.
    failures: u32,
}

impl Progress {
    fn of(count: usize) -> Self {
        Self { open: (0..count).collect(), failures: 0 }
    }

    /// Goes on with what is left.
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
