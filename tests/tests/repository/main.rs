//! Reads and writes of a repository, of an encrypted table and of the embedded store, on a reliable and an unreliable
//! network.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod aliases;
mod batches;
mod beacons;
mod embedded;
mod encrypted_table;
mod faults;
mod in_place;
mod large_tables;
mod load;
mod one_table;
mod query;
mod random_batches;
mod random_writes;
mod recorded_actions;
mod rejected_values;
mod safe_writes;
mod single_item;
mod streams_and_exports;
mod tables;
mod transactions;
mod typed_beacons;
mod unknown_outcomes;
mod untouched_values;
mod versions;

#[test]
fn the_suite_passes_with_the_other_format() {
    dynaseal_tests::format::repeat_with_dbesdk(&[
        "aliases::",
        "batches::",
        "encrypted_table::",
        "faults::stalled_reader::",
        "in_place::",
        "large_tables::",
        "load::",
        "one_table::",
        "query::",
        "random_batches::",
        "random_writes::",
        "recorded_actions::",
        "rejected_values::",
        "safe_writes::",
        "single_item::",
        "streams_and_exports::",
        "tables::",
        "transactions::",
        "unknown_outcomes::",
        "untouched_values::",
        "versions::",
    ]);
}
