//! The time of the wall clock and of the processor.

use std::fs;
use std::time::Instant;

/// The units of processor time in `/proc`, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// The microseconds for one item.
#[derive(Clone, Copy)]
pub(crate) struct Spent {
    elapsed: f64,
    /// The time in which a processor ran the program, in user mode and in the system.
    processor: f64,
}

impl Spent {
    pub(crate) const MOST: Self = Self { elapsed: f64::INFINITY, processor: f64::INFINITY };

    pub(crate) fn keep_least(&mut self, other: Self) {
        self.elapsed = self.elapsed.min(other.elapsed);
        self.processor = self.processor.min(other.processor);
    }

    /// Prints a row with the rates relative to the baseline's.
    pub(crate) fn print(&self, name: &str, baseline: &Self) {
        let (elapsed, processor) = (baseline.elapsed / self.elapsed, baseline.processor / self.processor);
        println!("{name:>36}{:>10.1}{elapsed:>10.2}{:>10.1}{processor:>10.2}", self.elapsed, self.processor);
    }
}

/// Measures work that returns the number of written items, which must be all.
pub(crate) async fn spent(items: usize, work: impl Future<Output = usize>) -> Spent {
    let (start, processor) = (Instant::now(), processor_seconds());
    assert_eq!(work.await, items);
    let per_item = |seconds: f64| seconds * 1e6 / items as f64;
    let processor = processor_seconds() - processor;
    Spent { elapsed: per_item(start.elapsed().as_secs_f64()), processor: per_item(processor) }
}

/// Returns the processor time of the process; zero if the system does not report it.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, which comes first, can contain anything.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS_PER_SECOND
}
