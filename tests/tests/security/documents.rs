//! Documents with tables of promises, whose last column names their tests.

use std::fs;
use std::path::{Path, PathBuf};

/// The sources that contain the tests.
pub(super) struct Tests {
    sources: Vec<PathBuf>,
}

impl Tests {
    pub(super) fn of_this_repository() -> Self {
        let folders = ["tests/tests", "runtime/src", "examples/tests", "trybuild/tests", "fuzz/fuzz_targets"];
        Self { sources: folders.iter().flat_map(|folder| files(&root().join(folder))).collect() }
    }

    /// Fails if a test that the row names does not exist.
    pub(super) fn check(&self, row: &str) {
        for reference in last_column(row).split(", ") {
            assert!(self.has(reference.trim_matches('`')), "there is no {reference}: {row}");
        }
    }

    fn has(&self, reference: &str) -> bool {
        let (file, name) = reference.split_once("::").unwrap_or_else(|| panic!("not file::test: {reference}"));
        match file {
            "fuzz" => self.sources.contains(&root().join("fuzz/fuzz_targets").join(name).with_extension("rs")),
            "ui" => self.sources.contains(&root().join("trybuild/tests/ui").join(name).with_extension("rs")),
            file => self.sources.iter().filter(|path| is_named(path, file)).any(|path| has_item(path, name)),
        }
    }
}

/// A test in a folder of several files can be named by its folder.
fn is_named(path: &Path, file: &str) -> bool {
    let of_folder = ["mod.rs", "main.rs"].map(|name| format!("{file}/{name}"));
    path.with_extension("").ends_with(file) || path.ends_with(file) || of_folder.iter().any(|of| path.ends_with(of))
}

fn has_item(path: &Path, name: &str) -> bool {
    let text = fs::read_to_string(path).unwrap();
    text.contains(&format!("fn {name}(")) || text.contains(&format!("struct {name} "))
}

/// Returns the rows of the tables of a document, without header rows.
pub(super) fn rows(document: &str) -> impl Iterator<Item = &str> {
    document.lines().filter(|line| line.starts_with("| ") && !line.ends_with("| tested by |"))
}

pub(super) fn last_column(row: &str) -> &str {
    row.trim_end_matches(" |").rsplit(" | ").next().unwrap()
}

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
