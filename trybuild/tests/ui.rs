//! What must not compile and what it says, and what must compile.
//!
//! Each file has one mistake, which is its name. The expected text belongs to the compiler of `rust-toolchain.toml`;
//! `TRYBUILD=overwrite cargo test -p dynaseal-ui-tests` writes it anew. Read it as prose before committing it.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/fail/**/*.rs");
}

#[test]
fn legal_entities_compile() {
    trybuild::TestCases::new().pass("tests/ui/pass/**/*.rs");
}
