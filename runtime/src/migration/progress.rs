//! How a migration tells how far it is.

use std::fmt;
use std::time::{Duration, Instant};

/// Somebody who is told how far a migration is, such as a progress bar. Any `Fn(&Status)` is one.
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
    /// Called after every item, on the task that works on it: keep it short.
    fn update(&self, status: &Status);
}

impl<F: Fn(&Status) + Send + Sync> Progress for F {
    fn update(&self, status: &Status) {
        self(status);
    }
}

/// How far a migration is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// Items that were looked at, those of earlier runs included.
    pub items: u64,
    /// How many there are to look at. DynamoDB counts every six hours or so, so this is an estimate; `None` if it does not
    /// say.
    pub expected: Option<u64>,
    /// How many items this run looked at in a second, on average since it began.
    pub items_per_second: f64,
    /// How long the rest takes at this rate; `None` if that cannot be told.
    pub time_left: Option<Duration>,
    /// True while an import reads once more what it has written.
    pub is_verifying: bool,
}

/// What a walk through the table is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pass {
    /// To do something with each item; earlier runs did it with so many.
    Working { before: u64 },
    /// To see whether it was done.
    Verifying,
}

/// Counts the items of one run.
pub(super) struct Meter {
    start: Instant,
    /// Items of earlier runs.
    before: u64,
    expected: Option<u64>,
    verifies: bool,
}

impl Meter {
    pub(super) fn new(pass: Pass, expected: Option<u64>) -> Self {
        let (before, verifies) = match pass {
            Pass::Working { before } => (before, false),
            Pass::Verifying => (0, true),
        };
        Self { start: Instant::now(), before, expected, verifies }
    }

    /// After this many items of this run.
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("expected", &self.expected).finish_non_exhaustive()
    }
}
