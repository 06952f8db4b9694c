//! Code that must not compile, with the expected messages, and code that must compile.
//!
//! Each file has one error, which it is named after. The expected text belongs to the compiler of
//! `rust-toolchain.toml`; `TRYBUILD=overwrite cargo test -p dynaseal-ui-tests` regenerates it. Read it as prose before
//! committing it.

#[test]
fn errors_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/**/*.rs");
}

#[test]
fn valid_entities_compile() {
    trybuild::TestCases::new().pass("tests/ui/pass/**/*.rs");
}
