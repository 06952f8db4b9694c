//! Migrations of tables to other keys, actions and names, and from plaintext, with concurrent writers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod beacons;
mod beacons_of_formats;
mod branch_keys;
mod check;
mod checkpoints;
mod entity;
mod exports;
mod failures;
mod finished;
mod formats;
mod import;
mod kill;
mod live_writers;
mod obstacles;
mod outside_of_tokio;
mod reencrypt;
mod shop;
mod until;
mod untyped;
mod versions;

#[test]
fn the_suite_passes_with_the_other_format() {
    dynaseal_tests::format::repeat_with_dbesdk(&[
        "check::",
        "checkpoints::",
        "failures::",
        "import::",
        "live_writers::",
        "reencrypt::",
        "untyped::",
        "versions::",
    ]);
}
