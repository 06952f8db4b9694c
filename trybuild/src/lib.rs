//! Entities with every option, in a crate that denies all warnings: neither the generated code nor the code around it
//! may cause one. Code that must not compile is in `tests/ui`.
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
pub mod searched;
pub mod traits_in_scope;
