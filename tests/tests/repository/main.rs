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
mod refused_values;
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
        "batches::",
        "encrypted_table::",
        "in_place::",
        "one_table::",
        "query::conditions::",
        "query::cursors::",
        "query::entities::",
        "query::indexes::",
        "query::scans::",
        "query::templates::",
        "recorded_actions::",
        "single_item::",
        "streams_and_exports::",
        "tables::",
        "transactions::",
        "untouched_values::",
        "versions::",
    ]);
}
