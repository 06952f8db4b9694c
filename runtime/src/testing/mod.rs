//! Doubles of AWS services, faults and an attacker, for tests that need no account. Never for production.

mod attacker;
mod beacons;
mod faults;
#[cfg(feature = "kms")]
pub mod kms;

pub use attacker::Attacker;
pub use beacons::beacons_of;
pub use faults::{Fault, Faults};
