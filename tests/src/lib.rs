//! What the tests of dynaseal share.

pub mod samples;
