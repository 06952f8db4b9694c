//! Imports run downward.

use std::collections::{BTreeMap, BTreeSet};

use super::{code_of, sources};

/// Contains the table of the floors, from top to bottom.
const DOCUMENT: &str = include_str!("../../../CONTRIBUTING.md");

#[test]
fn imports_run_downward_and_form_no_circle() {
    let violations = violations(&sources(), &floors());
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

#[test]
fn upward_imports_and_circles_are_found() {
    let sources =
        |files: &[(&str, &str)]| files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    let floors = vec![vec!["up".to_owned()], vec!["down".to_owned(), "beside".to_owned()]];

    // A re-export names what it re-exports, so an import from it counts as one of the original file.
    let allowed = [
        ("lib.rs", "mod up;\nmod down;\npub use down::thing::Thing;"),
        ("up/mod.rs", "mod user;\n/// See [`crate::down`].\nuse crate::Thing;\nfn f() { $crate::up::f() }"),
        ("up/user.rs", "use super::f; // use crate::nowhere;\n#[cfg(test)]\nmod tests {\n use crate::beside::B;\n}"),
        ("down/mod.rs", "mod other;\npub(crate) mod thing;\npub use thing::Thing;\nuse other::Other;"),
        ("down/thing.rs", "use super::other::{Other, More as _};"),
        ("down/other.rs", "use super::Shared;"),
        ("beside.rs", ""),
    ];
    assert_eq!(violations(&sources(&allowed), &floors), Vec::<String>::new());

    let upward = [
        ("lib.rs", ""),
        ("up.rs", ""),
        ("down/mod.rs", "fn f() { crate::up::g() }"),
        ("beside.rs", "use crate::down::{f};"),
    ];
    assert_eq!(
        violations(&sources(&upward), &floors),
        ["beside.rs imports down/mod.rs, which is not below it", "down/mod.rs imports up.rs, which is not below it"]
    );

    let circle = [
        ("lib.rs", ""),
        ("up/mod.rs", "mod a;\nmod b;"),
        ("up/a.rs", "use super::b::inner::B;"),
        ("up/b/mod.rs", "pub(super) mod inner;"),
        ("up/b/inner.rs", "use crate::up::a::{self, A};"),
    ];
    assert_eq!(violations(&sources(&circle), &floors), ["up/a.rs and up/b/inner.rs import each other"]);

    let circle_within = [
        ("lib.rs", ""),
        ("up/mod.rs", "mod a;\nmod b;\nmod c;\nuse a::A;"),
        ("up/a.rs", "use super::b::B;\nuse super::Shared;"),
        ("up/b.rs", "fn f() -> crate::up::c::C {}"),
        ("up/c.rs", "use super::a::A;"),
    ];
    assert_eq!(
        violations(&sources(&circle_within), &floors),
        [
            "up/a.rs and up/b.rs import each other",
            "up/a.rs and up/c.rs import each other",
            "up/b.rs and up/c.rs import each other"
        ]
    );

    let homeless = [("lib.rs", ""), ("attic.rs", "")];
    assert_eq!(violations(&sources(&homeless), &floors), ["attic.rs is on no floor of CONTRIBUTING.md"]);
}

/// Returns the files and folders of each floor.
fn floors() -> Vec<Vec<String>> {
    let table = DOCUMENT.lines().skip_while(|line| !line.starts_with("| floor |")).skip(2);
    let rows = table.take_while(|line| line.starts_with("| "));
    let rooms = |row: &str| {
        let cell = row.split(" | ").nth(1).unwrap_or_default();
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(|name| name.trim_end_matches('/').trim_end_matches(".rs").to_owned())
            .collect()
    };
    rows.map(rooms).collect()
}

fn violations(sources: &BTreeMap<String, String>, floors: &[Vec<String>]) -> Vec<String> {
    let crate_sources = Sources::new(sources);
    let floor = |file: &str| floors.iter().position(|rooms| rooms.iter().any(|room| room == room_of(file)));
    let mut found = Vec::new();
    let mut imports = BTreeMap::new();
    for file in sources.keys().filter(|file| *file != "lib.rs") {
        let Some(own) = floor(file) else {
            found.push(format!("{file} is on no floor of CONTRIBUTING.md"));
            continue;
        };
        let imported = crate_sources.imports(file);
        for other in imported.iter().filter(|other| room_of(other) != room_of(file)) {
            if floor(other).is_some_and(|other| other <= own) {
                found.push(format!("{file} imports {other}, which is not below it"));
            }
        }
        imports.insert(file.as_str(), imported);
    }
    let circles = circles(&imports).into_iter().filter(|(one, other)| folder_of(one) != folder_of(other));
    let circles: BTreeSet<_> = circles.chain(self::circles(&without_parents(&imports))).collect();
    found.extend(circles.into_iter().map(|(one, other)| format!("{one} and {other} import each other")));
    found
}

type Imports<'a> = BTreeMap<&'a str, BTreeSet<String>>;

/// Returns the pairs of files that import each other, directly or through others.
fn circles(imports: &Imports<'_>) -> BTreeSet<(String, String)> {
    let reachable: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|file| (*file, reachable_from(file, imports))).collect();
    let is_circle = |one: &str, other: &str| reachable.get(other).is_some_and(|back| back.contains(one));
    let pairs = reachable.iter().flat_map(|(one, reached)| reached.iter().map(move |other| (*one, *other)));
    let circles = pairs.filter(|(one, other)| one < other && is_circle(one, other));
    circles.map(|(one, other)| (one.to_owned(), other.to_owned())).collect()
}

/// Leaves out imports from the `mod.rs` of the same folder, which may declare what its files share.
fn without_parents<'a>(imports: &Imports<'a>) -> Imports<'a> {
    let parent = |file: &str| format!("{}/mod.rs", folder_of(file));
    let others = |(file, imported): (&&'a str, &BTreeSet<String>)| {
        (*file, imported.iter().filter(|other| **other != parent(file)).cloned().collect())
    };
    imports.iter().map(others).collect()
}

fn room_of(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn reachable_from<'a>(file: &str, imports: &'a Imports<'_>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = imports.get(file).into_iter().flatten().map(String::as_str).collect();
    while let Some(file) = next.pop() {
        if reached.insert(file) {
            next.extend(imports.get(file).into_iter().flatten().map(String::as_str));
        }
    }
    reached
}

type Module = Vec<String>;

/// The modules of the crate, and their re-exports.
struct Sources<'a> {
    files: BTreeMap<Module, &'a str>,
    texts: BTreeMap<&'a str, String>,
    /// The source of each name in a module.
    handed_on: BTreeMap<(Module, String), Module>,
}

impl<'a> Sources<'a> {
    fn new(sources: &'a BTreeMap<String, String>) -> Self {
        let files = sources.keys().map(|file| (module_of(file), file.as_str())).collect();
        let texts = sources.iter().map(|(file, text)| (file.as_str(), code_of(text))).collect();
        let mut all = Self { files, texts, handed_on: BTreeMap::new() };
        let mut handed_on = BTreeMap::new();
        for (module, file) in &all.files {
            for (_, path) in uses(&all.texts[file]).into_iter().filter(|(is_public, _)| *is_public) {
                if let Some(origin) = all.absolute(module, &path) {
                    handed_on.insert((module.clone(), path.last().cloned().unwrap_or_default()), origin);
                }
            }
        }
        all.handed_on = handed_on;
        all
    }

    /// Returns the files that a file imports from. A re-export from a child is not an import.
    fn imports(&self, file: &str) -> BTreeSet<String> {
        let module = module_of(file);
        let text = &self.texts[file];
        let used = uses(text).into_iter().filter_map(|(is_public, path)| {
            let path = self.absolute(&module, &path)?;
            (!is_public || !path.starts_with(&module)).then_some(path)
        });
        let paths = used.chain(inline_paths(text));
        let files = paths.filter_map(|path| self.file_of(&path, 0));
        files.filter(|other| *other != file && *other != "lib.rs").map(str::to_owned).collect()
    }

    /// Returns `None` for a path outside of the crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let first = path.first()?.as_str();
        if first == "crate" {
            return Some(path[1..].to_vec());
        }
        let ups = path.iter().take_while(|part| *part == "super").count();
        if ups > 0 {
            return Some([&module[..module.len().saturating_sub(ups)], &path[ups..]].concat());
        }
        let rest = if first == "self" { &path[1..] } else { path };
        let child = [&module[..], &rest[..1]].concat();
        (first == "self" || self.files.contains_key(&child)).then(|| [&module[..], rest].concat())
    }

    /// Resolves a path through re-exports.
    fn file_of(&self, path: &[String], depth: usize) -> Option<&'a str> {
        let (length, file) = (0..=path.len()).rev().find_map(|n| Some((n, *self.files.get(&path[..n])?)))?;
        if let Some(name) = path.get(length)
            && let Some(origin) = self.handed_on.get(&(path[..length].to_vec(), name.clone()))
            && depth < 10
            && !origin.starts_with(&path[..=length])
        {
            return self.file_of(&[&origin[..], &path[length + 1..]].concat(), depth + 1);
        }
        Some(file)
    }
}

fn module_of(file: &str) -> Module {
    let mut parts: Module = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

/// Returns every name in a `use`, and whether it is re-exported.
fn uses(code: &str) -> Vec<(bool, Module)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line = code[..at].rsplit('\n').next().unwrap_or_default().trim_start();
        if !["", "pub", "pub(crate)", "pub(super)"].contains(&line.trim_end()) {
            continue;
        }
        let tree = code[at + 4..].split(';').next().unwrap_or_default();
        let mut paths = Vec::new();
        expand(&[], tree, &mut paths);
        found.extend(paths.into_iter().map(|path| (!line.is_empty(), path)));
    }
    found
}

/// Returns the paths of a tree such as `a::{b, c::{self, d}}`, without `self` and `*` at their ends.
fn expand(prefix: &[String], tree: &str, paths: &mut Vec<Module>) {
    let tree = tree.trim();
    let (path, group) = match tree.split_once('{') {
        Some((path, group)) => (path, group.strip_suffix('}')),
        None => (tree.split(" as ").next().unwrap_or_default(), None),
    };
    let parts = path.split("::").map(str::trim).filter(|part| !matches!(*part, "" | "*"));
    let mut path: Module = prefix.iter().cloned().chain(parts.map(str::to_owned)).collect();
    let Some(group) = group else {
        if path.len() > 1 && path.last().is_some_and(|part| part == "self") {
            path.pop();
        }
        return paths.push(path);
    };
    let mut depth = 0;
    let is_separator = |character: char| {
        depth += i32::from(character == '{') - i32::from(character == '}');
        character == ',' && depth == 0
    };
    for branch in group.split(is_separator).filter(|branch| !branch.trim().is_empty()) {
        expand(&path, branch, paths);
    }
}

/// Returns paths from the crate's root inside code. Those with `$` are for other crates.
fn inline_paths(code: &str) -> impl Iterator<Item = Module> {
    let starts = code.match_indices("crate::").filter(|(at, _)| {
        let before = code[..*at].chars().next_back().unwrap_or(' ');
        !before.is_alphanumeric() && !matches!(before, '_' | '$' | ':') && !code[..*at].ends_with("use ")
    });
    starts.map(|(at, _)| {
        let path = code[at + "crate::".len()..].split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':')).next();
        path.unwrap_or_default().split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
    })
}
