//! What writing sets, what the server may change, and what a struct does not have.

mod program_versions;
mod setup;
mod timestamps;
mod update_in_place;
mod versions;
