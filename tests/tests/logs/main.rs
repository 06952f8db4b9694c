//! The output to `tracing`. These tests have their own process, because the first event of each call site determines
//! whether it is enabled: every test here subscribes before anything else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

#[cfg(feature = "kms")]
mod audit;
mod searches;
mod spans;
mod warnings;
