//! Progress reports of a migration.

use std::fmt;
use std::time::{Duration, Instant};

/// A receiver of progress reports, such as a progress bar. Implemented for any `Fn(&Status)`.
///
/// ```
/// use dynaseal::migration::{Progress, Status};
///
/// fn print(status: &Status) {
///     println!("{} items, {:.0} per second, {:?} left", status.items, status.items_per_second, status.time_left);
/// }
/// let progress: &dyn Progress = &print;
/// progress.update(&Status::default());
/// ```
pub trait Progress: Send + Sync {
    /// Called after every item, on the task that processes it: keep it short.
    fn update(&self, status: &Status);
}

impl<F: Fn(&Status) + Send + Sync> Progress for F {
    #[inline]
    fn update(&self, status: &Status) {
        self(status);
    }
}

/// The progress of a migration.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// The number of items that were processed, including those of earlier runs.
    pub items: u64,
    /// The total number of items. DynamoDB updates its count about every six hours, so this is an estimate; `None` if
    /// it is not available.
    pub expected: Option<u64>,
    /// The average number of items that this run processed per second.
    pub items_per_second: f64,
    /// The estimated remaining time at this rate; `None` if it is not known.
    pub time_left: Option<Duration>,
    /// True while the table is read once more, after everything was written.
    pub is_verifying: bool,
}

/// The purpose of a walk through the table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pass {
    /// To process each item; earlier runs processed this many.
    Working { before: u64 },
    /// To check that each item is done.
    Verifying,
}

/// Counts the items of one run.
pub(super) struct Meter {
    start: Instant,
    /// The number of items of earlier runs.
    before: u64,
    expected: Option<u64>,
    verifies: bool,
}

impl Meter {
    #[inline]
    pub(super) fn new(pass: Pass, expected: Option<u64>) -> Self {
        let (before, verifies) = match pass {
            Pass::Working { before } => (before, false),
            Pass::Verifying => (0, true),
        };
        Self { start: Instant::now(), before, expected, verifies }
    }

    /// The value after this many items of this run.
    #[inline]
    pub(super) fn status(&self, items: u64) -> Status {
        let elapsed = self.start.elapsed().as_secs_f64();
        let items_per_second = if elapsed > 0.0 { items as f64 / elapsed } else { 0.0 };
        let total = self.before.saturating_add(items);
        let time_left = self.expected.and_then(|expected| {
            let seconds = expected.saturating_sub(total) as f64 / items_per_second;
            Duration::try_from_secs_f64(seconds).ok()
        });
        Status { items: total, expected: self.expected, items_per_second, time_left, is_verifying: self.verifies }
    }
}

impl fmt::Debug for Meter {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("expected", &self.expected).finish_non_exhaustive()
    }
}
