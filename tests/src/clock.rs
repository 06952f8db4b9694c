//! A clock for tests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A clock that stands still until it is advanced. Clones share their time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<Mutex<Instant>>);

impl TestClock {
    /// Creates a clock that shows the current time.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// Returns the current time.
    pub fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Advances the clock.
    pub fn advance(&self, time: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}
