//! What is written to `tracing`. Alone in its process, because the first event of each place in the code decides whether anybody
//! listens to it: so every test here listens before anything else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

#[cfg(feature = "kms")]
mod audit;
mod spans;
mod warnings;
