//! Queries and scans, on the embedded store.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod query {
    mod conditions;
    mod cursors;
    mod damage;
    mod entities;
    mod faults;
    mod hydrated;
    mod indexes;
    mod memory;
    mod model;
    mod pages;
    mod scans;
    mod setup;
    mod tables;
    mod templates;
}
