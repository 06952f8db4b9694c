//! Items exchanged with the Java and the Python client, from files and, with the feature `peers`, live.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod dbesdk;
mod fixtures;
#[cfg(all(feature = "kms", feature = "aws-lc"))]
mod kms_fixtures;
#[cfg(feature = "peers")]
mod peers;
