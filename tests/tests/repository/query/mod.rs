//! Queries and scans, on the embedded store.

mod conditions;
mod cursors;
mod damage;
mod entities;
mod faults;
mod hydrated;
mod indexes;
mod memory;
mod pages;
mod random_queries;
mod scans;
mod setup;
mod tables;
mod templates;
