//! A limit for requests per second.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Grants turns at equal intervals.
#[derive(Debug)]
pub(super) struct Pace {
    distance: Duration,
    /// The time of the next free turn.
    next: Mutex<Instant>,
}

impl Pace {
    /// Without a limit, a turn is always free.
    #[inline]
    pub(super) fn new(requests_per_second: Option<u32>) -> Self {
        let distance = requests_per_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.max(1));
        Self { distance, next: Mutex::new(Instant::now()) }
    }

    /// Waits for the next turn.
    #[inline]
    pub(super) async fn turn(&self) {
        if !self.distance.is_zero() {
            tokio::time::sleep_until(self.reserve().into()).await;
        }
    }

    #[inline]
    fn reserve(&self) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        // Unused turns expire: a pause is not followed by a burst.
        let turn = (*next).max(Instant::now());
        *next = turn + self.distance;
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_are_spaced_and_do_not_accumulate() {
        let pace = Pace::new(Some(4));
        // Far ahead, so that the duration of the test does not matter.
        let ahead = Instant::now() + Duration::from_secs(3600);
        *pace.next.lock().unwrap() = ahead;
        assert_eq!(pace.reserve(), ahead);
        assert_eq!(pace.reserve(), ahead + Duration::from_millis(250));
        let long_ago = Instant::now() - Duration::from_secs(5);
        *pace.next.lock().unwrap() = long_ago;
        let next = pace.reserve();
        assert!(next > long_ago + Duration::from_secs(4));
        assert!(pace.reserve() >= next + Duration::from_millis(250));
    }
}
