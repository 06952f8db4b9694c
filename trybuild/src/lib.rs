//! Entities with every option, in a crate that takes no warning at all: neither what is generated nor what one has to write
//! for it may need one. What must not compile is in `tests/ui`.
#![forbid(
    deprecated,
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    private_interfaces,
    rust_2018_idioms,
    unreachable_pub,
    unsafe_code,
    unused,
    warnings
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

pub mod entities;
pub mod keys;
pub mod traits_in_scope;
