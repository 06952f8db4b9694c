//! The guide explains what the compiler really says.
#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../runtime/src/guide/compile_errors.md");

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_message_of_the_guide_is_one_of_the_compilers() {
    let fail = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/fail");
    let texts = files(&fail).into_iter().filter(|path| path.extension().is_some_and(|end| end == "stderr"));
    let said: Vec<String> = texts.map(|path| fs::read_to_string(path).unwrap()).collect();
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let messages: Vec<&str> = rows.filter(|message| *message != "message").collect();
    assert!(messages.len() > 20, "the tables were not found");
    for message in messages {
        let line = format!(": {message}\n");
        assert!(said.iter().any(|text| text.contains(&line)), "the compiler does not say: {message}");
    }
}
