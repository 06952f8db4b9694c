//! Doubles of AWS services, and faults, for tests that need no account. Never for production.

mod faults;
#[cfg(feature = "kms")]
pub mod kms;

pub use faults::{Fault, Faults};
