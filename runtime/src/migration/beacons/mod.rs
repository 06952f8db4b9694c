//! Beacons of items that are already stored.

mod check;
mod rebuild;

pub use check::{BeaconCheck, CheckBeacons};
pub use rebuild::RebuildBeacons;
