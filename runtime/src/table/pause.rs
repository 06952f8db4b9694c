//! Pauses between attempts.

use std::time::Duration;

use aws_sdk_dynamodb::config::AsyncSleep as _;
use rand::RngExt as _;

use super::Table;

/// The maximum pause before the second attempt. It doubles with each attempt, up to the maximum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Backoff {
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

/// The maximum pause between attempts on one item.
const ON_ONE_ITEM: Backoff = Backoff { first: Duration::from_millis(5), longest: Duration::from_millis(640) };

impl Table {
    /// Waits before an attempt on one item, counted from 0; there is no pause before the first.
    pub(crate) async fn pause(&self, attempt: u32) {
        self.back_off(attempt, ON_ONE_ITEM).await;
    }

    /// Full jitter: a random fraction of a doubling pause, so that colliding writers do not collide again.
    pub(super) async fn back_off(&self, attempt: u32, Backoff { first, longest }: Backoff) {
        let Some(doublings) = attempt.checked_sub(1) else { return };
        let pause = first.saturating_mul(2_u32.saturating_pow(doublings)).min(longest).mul_f64(rand::rng().random());
        self.sleep(pause).await;
    }

    /// Waits as the client does between its own attempts.
    pub(crate) async fn sleep(&self, time: Duration) {
        match self.client.config().sleep_impl() {
            Some(sleep) => sleep.sleep(time).await,
            // The client's own default, which its configuration does not expose.
            None => tokio::time::sleep(time).await,
        }
    }
}
