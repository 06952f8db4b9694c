//! The dependencies of the crates.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// The document about the dependencies.
const TABLE: &str = include_str!("../../../DEPENDENCIES.md");

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the names of the packages that are compiled for this machine when `package` is built with these features.
fn tree(package: &str, edges: &str, features: &[&str]) -> BTreeSet<String> {
    let mut arguments = vec!["tree", "--locked", "--prefix=none", "--format={p}", "-p", package, "-e", edges];
    arguments.extend(features);
    let names = cargo(&arguments);
    names.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// Returns the packages of the workspace and of the registry, as described by `cargo metadata`.
fn packages(arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["metadata", "--locked", "--format-version=1"];
    all.extend(arguments);
    let metadata: Value = serde_json::from_str(&cargo(&all)).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

#[test]
fn the_macros_depend_only_on_the_parser_crates() {
    let names = tree("dynaseal-macros", "normal,build", &[]);
    let expected = ["dynaseal-macros", "proc-macro2", "quote", "syn", "unicode-ident"].map(str::to_owned);
    assert_eq!(names, BTreeSet::from(expected));
}

/// C code shows as a build script that calls a compiler, or as a linked library.
#[test]
fn without_aws_lc_and_https_there_is_no_c_code() {
    const COMPILERS: [&str; 5] = ["bindgen", "cc", "cmake", "nasm-rs", "pkg-config"];
    let packages = packages(&[]);
    let links = packages.iter().filter(|package| !package["links"].is_null());
    let links: BTreeSet<&str> = links.map(|package| package["name"].as_str().unwrap()).collect();
    let in_c = |features: &[&str]| -> Vec<String> {
        let names = tree("dynaseal", "normal,build", features).into_iter();
        let names = names.filter(|name| COMPILERS.contains(&name.as_str()) || links.contains(name.as_str()));
        // The attribute `links` of this package only prevents two versions of it.
        names.filter(|name| name != "rayon-core").collect()
    };
    for features in ["", "kms", "rsa", "ecdsa", "testing", "kms,rsa,ecdsa,testing"] {
        let found = in_c(&["--no-default-features", "--features", features]);
        assert_eq!(found, Vec::<String>::new(), "with the features `{features}`");
    }
    assert!(in_c(&[]).contains(&"aws-lc-sys".to_owned()), "the search finds nothing where there is something");
}

#[test]
fn every_direct_dependency_is_documented() {
    let crates = packages(&["--no-deps"]).into_iter();
    let crates = crates.filter(|package| matches!(package["name"].as_str(), Some("dynaseal" | "dynaseal-macros")));
    let used: BTreeSet<String> = crates
        .flat_map(|package| package["dependencies"].as_array().unwrap().clone())
        .filter(|dependency| dependency["kind"].is_null() && dependency["name"] != "dynaseal-macros")
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect();

    let mut listed = BTreeSet::new();
    for row in TABLE.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [names, purpose, price] = cells[..] else { panic!("not three cells: {row}") };
        assert!(!purpose.is_empty() && !price.is_empty(), "{row}");
        listed.extend(names.split(", ").map(|name| name.trim_matches('`').to_owned()));
    }
    let missing: Vec<_> = used.difference(&listed).collect();
    let superfluous: Vec<_> = listed.difference(&used).collect();
    assert!(missing.is_empty() && superfluous.is_empty(), "missing: {missing:?}; superfluous: {superfluous:?}");
}
