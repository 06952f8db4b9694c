//! Measures `cargo check` for 100 entities of 12 fields, compared with the same structs with serde's two derives.
//!
//! `cargo bench -p dynaseal --bench compile`. Two crates are generated in one workspace and checked alternately, after
//! all their dependencies were checked. The result is the ratio of the medians, and the bench fails if it exceeds the
//! budget.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs, io};

const ENTITIES: usize = 100;
const RUNS: usize = 9;
const BUDGET: f64 = 2.0;

/// The fields of each struct, with the attributes that only the entity has.
const FIELDS: [(&str, &str); 12] = [
    ("#[partition_key]", "id: String"),
    ("#[sort_key]", "hired: u32"),
    ("", "name: String"),
    ("", "salary: u64"),
    ("", "manager: Option<String>"),
    ("", "skills: Vec<String>"),
    ("", "grade: f64"),
    ("", "active: bool"),
    ("#[sign_only]", "department: String"),
    ("#[sign_only]", "office: Option<u16>"),
    ("#[do_nothing]", "logins: u64"),
    ("#[do_nothing] #[item(rename = \"n\")]", "note: Option<String>"),
];

fn main() -> io::Result<()> {
    // `cargo test --benches` only checks that the benchmark runs.
    if !env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let workspace = generate()?;
    for package in ["structs", "entities"] {
        check(&workspace, package)?;
    }
    let (mut structs, mut entities) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        structs.push(check(&workspace, "structs")?);
        entities.push(check(&workspace, "entities")?);
    }
    let (structs, entities) = (median(structs), median(entities));
    let ratio = entities.as_secs_f64() / structs.as_secs_f64();
    println!("cargo check of {ENTITIES} structs of {} fields, median of {RUNS} runs", FIELDS.len());
    println!("serde's two derives: {structs:.2?}");
    println!("EncryptedItem:       {entities:.2?}");
    println!("ratio:               {ratio:.2}, of at most {BUDGET:.2}");
    if ratio > BUDGET { Err(io::Error::other("above the budget")) } else { Ok(()) }
}

/// Generates the workspace of both crates.
fn generate() -> io::Result<PathBuf> {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile");
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR"));
    let serde = "serde = { version = \"1\", features = [\"derive\"] }";
    let dynaseal = format!("dynaseal = {{ path = {runtime:?}, default-features = false }}");
    write(&workspace.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"structs\", \"entities\"]\n")?;
    fs::copy(runtime.join("../Cargo.lock"), workspace.join("Cargo.lock"))?;
    for (package, dependency) in [("structs", serde), ("entities", &dynaseal)] {
        let manifest = format!(
            "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n"
        );
        write(&workspace.join(package).join("Cargo.toml"), &manifest)?;
        write(&source(&workspace, package), &structs(package == "entities"))?;
    }
    Ok(workspace)
}

fn structs(are_entities: bool) -> String {
    let derives = if are_entities { "dynaseal::EncryptedItem" } else { "serde::Serialize, serde::Deserialize" };
    let mut text = String::new();
    for number in 0..ENTITIES {
        let _ = writeln!(text, "#[derive({derives})]\npub struct Entity{number} {{");
        for (attributes, field) in FIELDS {
            let attributes = if are_entities { attributes } else { "" };
            let _ = writeln!(text, "    {attributes} pub {field},");
        }
        text.push_str("}\n");
    }
    text
}

/// Returns the time that checking a changed crate takes.
fn check(workspace: &Path, package: &str) -> io::Result<Duration> {
    let source = source(workspace, package);
    write(&source, &fs::read_to_string(&source)?)?;
    let start = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--package", package])
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .status()?;
    let elapsed = start.elapsed();
    if status.success() { Ok(elapsed) } else { Err(io::Error::other(format!("{package} does not compile"))) }
}

fn source(workspace: &Path, package: &str) -> PathBuf {
    workspace.join(package).join("src/lib.rs")
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, text)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
