//! Every promise of the README and every page of the guide is in the map of tests, and every test in the map exists.

use std::collections::BTreeSet;

use super::documents::{Tests, files, root, rows};

const MAP: &str = include_str!("../../README.md");

const README: &str = include_str!("../../../README.md");

/// Returns the part of the map with the promises, without the list of binaries.
fn promises() -> &'static str {
    MAP.split_once("\n# What is promised").unwrap().1
}

/// Returns the sections of the map by heading.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    promises().split("\n## ").skip(1).map(|section| section.split_once('\n').unwrap())
}

#[test]
fn every_test_of_the_map_exists() {
    let tests = Tests::of_this_repository();
    let rows: Vec<&str> = rows(promises()).collect();
    assert!(rows.len() > 60, "the tables were not found");
    rows.iter().for_each(|row| tests.check(row));
}

#[test]
fn every_promise_of_the_readme_is_in_the_map() {
    let list = README.split_once("\n## What it promises\n").unwrap().1.split("\n## ").next().unwrap();
    let promises: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("* **")?.split_once("**"))
        .map(|(promise, _)| promise)
        .collect();
    assert!(promises.len() > 5, "the list was not found");
    let (_, section) = sections().find(|(heading, _)| *heading == "README").unwrap();
    let mapped: Vec<&str> = rows(section).map(|row| row[2..].split(" | ").next().unwrap()).collect();
    assert_eq!(mapped, promises);
}

#[test]
fn every_kind_of_error_and_every_message_is_reachable_from_the_front_page() {
    let read = |path: &str| std::fs::read_to_string(root().join("runtime/src").join(path)).unwrap();
    let front_page = read("lib.rs");
    for link in ["[`ErrorKind`]", "[`guide::errors`]", "[`guide::compile_errors`]"] {
        assert!(front_page.contains(link), "{link} is not on the front page");
    }
    let (errors, page) = (read("error/kind.rs"), read("guide/errors.md"));
    let kinds = errors.split_once("pub enum ErrorKind {").unwrap().1.split("\n}").next().unwrap();
    let kinds: Vec<&str> = kinds.lines().filter_map(|line| line.trim().strip_suffix(',')).collect();
    assert!(kinds.len() > 10, "the kinds were not found");
    for kind in kinds {
        assert!(page.contains(&format!("\n| `{kind}` | ")), "{kind} is not explained");
    }
}

#[test]
fn every_page_of_the_guide_is_in_the_map() {
    let pages: BTreeSet<String> = files(&root().join("runtime/src/guide"))
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name.ends_with(".md"))
        .collect();
    assert!(pages.len() > 10, "the guide was not found");
    let mapped: BTreeSet<String> =
        sections().map(|(heading, _)| heading.to_owned()).filter(|page| page != "README").collect();
    assert_eq!(mapped, pages);
    for (heading, section) in sections() {
        assert!(rows(section).next().is_some(), "{heading} promises nothing");
    }
}

#[test]
fn every_binary_is_in_the_map() {
    let folder = root().join("tests/tests");
    let binaries: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let table = MAP.split_once("\n# What is promised").unwrap().0;
    let mapped = rows(table).filter_map(|row| row.strip_prefix("| `")?.split('`').next());
    assert_eq!(mapped.map(str::to_owned).collect::<BTreeSet<_>>(), binaries);
}
