//! Collects the documentation of the macros, so that its examples are tested here. In the crate of the macros, they
//! would need `dynaseal`, which cargo would compile a second time, with the AWS SDK, as a dependency of a compiler
//! plug-in.
#![allow(clippy::unwrap_used, reason = "a test that cannot be built fails")]

use std::path::Path;

const MACROS: &str = "../macros/src/lib.rs";

fn main() {
    println!("cargo::rerun-if-changed={MACROS}");
    let source = std::fs::read_to_string(MACROS).unwrap();
    let lines = source.lines().filter_map(|line| line.strip_prefix("///"));
    let text: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    assert!(text.iter().filter(|line| line.starts_with("```")).count() > 10, "the examples were not found");
    let folder = std::env::var_os("OUT_DIR").unwrap();
    std::fs::write(Path::new(&folder).join("macros.md"), text.join("\n")).unwrap();
}
