//! Doubles of AWS services, and faults, for tests that need no account. Never for production.

mod faults;

pub use faults::{Fault, Faults};
