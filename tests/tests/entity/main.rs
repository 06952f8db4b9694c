//! The derive and its options.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

mod common_types;
mod containers;
mod decimals;
mod derive;
mod discriminators;
mod exact_numbers;
mod field_modules;
mod generated_attributes;
mod indexes;
mod protection;
mod round_trips;
mod serde_values;
mod sets;
mod templates;
mod times_to_live;
mod types;
