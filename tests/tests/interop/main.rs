//! What the Java and the Python client wrote, from files and from the clients themselves (feature `peers`), and the reverse.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod dbesdk;
mod fixtures;
#[cfg(feature = "peers")]
mod peers;
