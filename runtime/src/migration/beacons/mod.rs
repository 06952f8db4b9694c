//! Beacons of the items that are stored already.

mod check;
mod rebuild;

pub use check::{BeaconCheck, CheckBeacons};
pub use rebuild::RebuildBeacons;
