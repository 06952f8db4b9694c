//! The sources of random numbers.

use std::fs;
use std::path::{Path, PathBuf};

/// The files that may use a generator of the process. Two forked processes draw the same numbers from it.
const HARMLESS: [&str; 6] = [
    // Initialization vectors under a content key that was generated for the same item; under every other key they come
    // from the operating system.
    "crypto/random.rs",
    // Added to a nonce that depends on key and message (RFC 6979).
    "crypto/ecdsa/pure_rust.rs",
    // An existing temporary file is not overwritten.
    "private_file/mod.rs",
    // Jitter.
    "table/pause.rs",
    // Doubles of services.
    "testing/",
    // Examples.
    "guide/",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The salts, nonces and tokens of two forked processes must differ, so they come from the operating system.
#[test]
fn the_thread_generator_is_used_only_where_a_fork_may_repeat_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src");
    let mut found = 0;
    for source in sources(&root) {
        let text = fs::read_to_string(&source).unwrap();
        // Tests at the end of a file are excluded.
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        if !["rand::rng()", "rand::random", "ThreadRng"].iter().any(|generator| code.contains(generator)) {
            continue;
        }
        found += 1;
        let name = source.strip_prefix(&root).unwrap().to_str().unwrap();
        let is_harmless = HARMLESS.iter().any(|harmless| name.starts_with(harmless)) || name.contains("tests");
        assert!(is_harmless, "{name} draws from a generator that a forked process repeats");
    }
    assert!(found >= 4, "the sources were not found");
}
