//! What can happen to requests on their way, and clients that send them again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use dynaseal::testing::Fault;

/// What can happen to a request of any kind, other than that it is answered late.
pub const FAULTS: [Fault; 6] = [
    Fault::DropResponse,
    Fault::Reset,
    Fault::HalfResponse,
    Fault::FailBefore,
    Fault::Throttle,
    Fault::InternalServerError,
];

/// How often a [`retrying`] client sends a request before it gives up.
pub const ATTEMPTS: usize = 3;

/// The same client, which sends each request up to [`ATTEMPTS`] times, with no pause worth mentioning.
pub fn retrying(client: &Client) -> Client {
    let retries =
        RetryConfig::standard().with_max_attempts(ATTEMPTS as u32).with_initial_backoff(Duration::from_millis(1));
    Client::from_conf(client.config().to_builder().retry_config(retries).retry_partition(partition()).build())
}

/// A partition that no other client has. The SDK stops retrying after too many failures in one, and those of one test must not
/// count for another of the same process.
pub fn partition() -> RetryPartition {
    static PARTITIONS: AtomicUsize = AtomicUsize::new(0);
    RetryPartition::new(format!("partition-{}", PARTITIONS.fetch_add(1, Ordering::Relaxed)))
}
