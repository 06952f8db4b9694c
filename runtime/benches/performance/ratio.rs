//! Two alternating measurements.

use std::time::{Duration, Instant};

/// The cost of this crate compared with a baseline.
#[derive(Clone, Copy)]
pub(crate) struct Ratio {
    /// The time of the baseline in microseconds.
    pub(crate) theirs: f64,
    pub(crate) ours: f64,
}

impl Ratio {
    /// Returns the median of the ratios of adjacent measurements, for as many rounds as fit into one and a half
    /// seconds.
    pub(crate) fn of(mut theirs: impl FnMut() -> f64, mut ours: impl FnMut() -> f64) -> Self {
        const LEAST: usize = 31;
        const MOST: usize = 1001;
        const TIME: Duration = Duration::from_millis(1500);

        let start = Instant::now();
        let mut rounds = Vec::new();
        while rounds.len() < LEAST || (rounds.len() < MOST && start.elapsed() < TIME) {
            rounds.push(Self { theirs: theirs(), ours: ours() });
        }
        Self::median(rounds)
    }

    /// Does the same for a fixed number of rounds of long operations.
    pub(crate) fn of_rounds(count: usize, mut theirs: impl FnMut() -> f64, mut ours: impl FnMut() -> f64) -> Self {
        Self::median((0..count).map(|_| Self { theirs: theirs(), ours: ours() }).collect())
    }

    fn median(mut rounds: Vec<Self>) -> Self {
        rounds.sort_by(|a, b| a.value().total_cmp(&b.value()));
        rounds[rounds.len() / 2]
    }

    pub(crate) fn value(self) -> f64 {
        self.ours / self.theirs
    }
}
