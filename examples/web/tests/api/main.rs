//! The responses of the service, without a network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test"
)]

mod attacks;
mod bad_input;
mod client;
mod crud;
mod formats;
mod outages;
mod tenants;
