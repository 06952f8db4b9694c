//! Every line of the threat model names a test that exists, or says that it is no promise.

use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = include_str!("../../../SECURITY.md");

/// What a line says that no test shows.
const NO_TEST: [&str; 2] = ["a stated non-promise", "a matter of review"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn every_line_of_the_threat_model_has_a_test_or_is_no_promise() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["tests/tests", "runtime/src", "fuzz/fuzz_targets"].map(|folder| root.join(folder));
    let sources: Vec<PathBuf> = folders.iter().flat_map(|folder| sources(folder)).collect();
    let exists = |reference: &str| {
        let (file, name) = reference.split_once("::").unwrap_or_else(|| panic!("not file::test: {reference}"));
        if file == "fuzz" {
            return sources.contains(&root.join("fuzz/fuzz_targets").join(name).with_extension("rs"));
        }
        // A test of several files is called by its folder.
        let of_folder = ["mod.rs", "main.rs"].map(|name| format!("{file}/{name}"));
        let is_named =
            |path: &&PathBuf| path.with_extension("").ends_with(file) || of_folder.iter().any(|of| path.ends_with(of));
        let named = sources.iter().filter(is_named);
        let function = format!("fn {name}(");
        named.into_iter().any(|path| fs::read_to_string(path).unwrap().contains(&function))
    };

    let rows = DOCUMENT.lines().filter(|line| line.starts_with("| ") && !line.ends_with("| shown by |"));
    let mut count = 0;
    for row in rows {
        let shown_by = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        if !NO_TEST.contains(&shown_by) {
            for reference in shown_by.split(", ") {
                assert!(exists(reference.trim_matches('`')), "there is no {reference}: {row}");
            }
        }
        count += 1;
    }
    assert!(count > 30, "the tables were not found");
}
