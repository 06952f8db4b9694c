//! Rules for the sources of the crate as a whole.

mod compiled_where_used;
mod imports;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Returns the sources by path, without tests and the guide.
fn sources() -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    read_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut sources);
    assert!(sources.len() > 150, "the sources were not found");
    sources
}

fn read_sources(folder: &Path, prefix: &str, sources: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && name != "tests" {
            read_sources(&path, &format!("{prefix}{name}/"), sources);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            sources.insert(format!("{prefix}{name}"), fs::read_to_string(&path).unwrap());
        }
    }
}

/// Removes comments, and the tests at the end.
fn code_of(text: &str) -> String {
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let tests = code.match_indices("#[cfg(test)]").map(|(at, _)| at);
    let is_inline = |at: &usize| {
        let item = code[*at..].lines().find(|line| !line.trim_start().starts_with("#["));
        item.is_some_and(|line| line.trim_start().starts_with("mod ") && line.ends_with('{'))
    };
    let end = tests.filter(is_inline).min().unwrap_or(code.len());
    code[..end].to_owned()
}
