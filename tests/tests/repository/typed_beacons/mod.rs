//! Searching encrypted attributes by their beacons.

mod attacks;
mod indexes;
mod names;
mod one_bit;
mod people;
mod sort_keys;
