//! Items that other clients wrote, read with the keyrings of this crate, and with doubles where keys are in AWS KMS.

mod bad_input;
mod doubles;
mod flips;
mod round_trips;
mod vectors;
