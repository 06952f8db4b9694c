//! Managed attributes, attributes that the server may change, and undeclared attributes.

mod program_versions;
mod setup;
mod timestamps;
mod update_in_place;
mod versions;
