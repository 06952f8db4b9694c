//! Pauses between attempts.

use std::time::Duration;

use aws_sdk_dynamodb::config::AsyncSleep as _;
use rand::RngExt as _;

use super::Table;

/// The longest pause before the second attempt. It doubles from attempt to attempt, up to the maximum.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(640);

impl Table {
    /// Waits before an attempt, counted from 0; there is no pause before the first.
    ///
    /// Full jitter: a random part of a pause that doubles, so that those who collided once do not collide again.
    pub(crate) async fn pause(&self, attempt: u32) {
        let Some(doublings) = attempt.checked_sub(1) else { return };
        let longest = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE);
        let pause = longest.mul_f64(rand::rng().random());
        match self.client.config().sleep_impl() {
            Some(sleep) => sleep.sleep(pause).await,
            // The client's own default, which its configuration does not name.
            None => tokio::time::sleep(pause).await,
        }
    }
}
