//! Searching encrypted attributes by their beacons.

mod attacks;
mod compounds;
mod extensions;
mod indexes;
mod names;
mod one_bit;
mod people;
mod scale;
mod sort_keys;
#[cfg(feature = "kms")]
mod tenants;
