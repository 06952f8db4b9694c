//! Faults of the network, and clients that retry.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use dynaseal::testing::Fault;

/// The faults that can affect a request of any kind, except for delays.
pub const FAULTS: [Fault; 6] = [
    Fault::DropResponse,
    Fault::Reset,
    Fault::HalfResponse,
    Fault::FailBefore,
    Fault::Throttle,
    Fault::InternalServerError,
];

/// The number of attempts of a [`retrying`] client.
pub const ATTEMPTS: usize = 3;

/// Returns the same client, which sends each request up to [`ATTEMPTS`] times without noticeable pauses.
pub fn retrying(client: &Client) -> Client {
    let retries =
        RetryConfig::standard().with_max_attempts(ATTEMPTS as u32).with_initial_backoff(Duration::from_millis(1));
    Client::from_conf(client.config().to_builder().retry_config(retries).retry_partition(partition()).build())
}

/// Returns a retry partition of its own. The SDK stops retrying after too many failures in a partition, and the
/// failures of one test must not affect another test of the same process.
pub fn partition() -> RetryPartition {
    static PARTITIONS: AtomicUsize = AtomicUsize::new(0);
    RetryPartition::new(format!("partition-{}", PARTITIONS.fetch_add(1, Ordering::Relaxed)))
}
