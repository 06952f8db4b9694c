//! The guide explains the real messages of the compiler.
#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../runtime/src/guide/compile_errors.md");

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_message_of_the_guide_is_a_real_compiler_message() {
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

/// Each error has a name and a text, and no text remains of a removed error.
#[test]
fn every_case_has_its_expected_output() {
    let fail = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/fail");
    let (sources, texts): (Vec<_>, Vec<_>) =
        files(&fail).into_iter().partition(|path| path.extension().is_some_and(|end| end == "rs"));
    for source in &sources {
        assert!(source.with_extension("stderr").is_file(), "{} has no text", source.display());
    }
    for text in texts {
        assert!(text.with_extension("rs").is_file(), "{} has no mistake", text.display());
        let said = fs::read_to_string(&text).unwrap();
        // A message of the derive is complete: the error, the reason, and the fix.
        let own = said.lines().filter(|line| line.starts_with("       note: ")).count();
        let help = said.lines().filter(|line| line.starts_with("       help: ")).count();
        assert_eq!(own, help, "{}", text.display());
    }
}

/// The crate that permits no warning uses every option, so that neither an option nor what is generated for it needs one.
#[test]
fn the_strict_crate_uses_every_option() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = fs::read_to_string(root.join("../macros/src/names.rs")).unwrap();
    let words: HashMap<&str, &str> = names
        .lines()
        .filter_map(|line| line.strip_prefix("pub(crate) const ")?.strip_suffix("\";")?.split_once(": &str = \""))
        .collect();
    let lists = names.split("_OPTIONS: &[&str] =").skip(1).map(|list| list.split("];").next().unwrap());
    let options = lists.flat_map(|list| list.split(|c: char| !c.is_ascii_uppercase() && c != '_'));
    let actions = ["ENCRYPT", "SIGN_ONLY", "DO_NOTHING", "SIGN_AND_INCLUDE", "ALL", "KEYS_ONLY", "INCLUDE"];
    let options: Vec<&str> =
        options.filter_map(|option| words.get(option)).chain(actions.map(|action| &words[action])).copied().collect();
    assert!(options.len() > 50, "the options were not found: {options:?}");

    let sources = files(&root.join("src")).into_iter().map(|path| fs::read_to_string(path).unwrap());
    // What `#[` and `]` enclose, on however many lines.
    let attributes: String = sources
        .flat_map(|text| {
            text.split("#[").skip(1).map(|rest| rest.split("]\n").next().unwrap().to_owned() + "\n").collect::<Vec<_>>()
        })
        .collect();
    let used: HashSet<&str> = attributes.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let unused: Vec<&str> = options.into_iter().filter(|option| !used.contains(option)).collect();
    assert!(unused.is_empty(), "no entity in src/ has {unused:?}");
}
