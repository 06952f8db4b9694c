//! Runs this program under callgrind, and reads the counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::counted::COUNTED;
use crate::environment;
use crate::figures::{Figures, Row};

/// Whether glibc's allocator merges freed blocks depends on their order, and thereby on the random seeds of hash maps.
/// With these settings it merges none of the small ones, and reuses as many as there are.
const ALLOCATOR: &str = "glibc.malloc.mxfast=0:glibc.malloc.tcache_count=65535";

/// Runs the program with this argument, with which it prints a line for every counted operation.
///
/// # Errors
/// Fails if valgrind is missing or does not work.
pub(crate) fn figures(argument: &str) -> Result<Figures, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("instructions");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let program = std::env::current_exe().unwrap();
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", folder.join("dump").display()))
        // With wildcards, the later one of these options would replace the earlier one.
        .arg(format!("--toggle-collect={COUNTED}"))
        .arg(format!("--dump-after={COUNTED}"))
        .arg(program)
        .arg(argument)
        // Environment variables move the stack, and thereby change the alignment of copies.
        .env_clear()
        .env("GLIBC_TUNABLES", ALLOCATOR)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("valgrind cannot be run ({error}); install the package `valgrind`"))?;
    if !output.status.success() {
        return Err(format!("valgrind failed: {}", output.status));
    }
    let rows: Result<Vec<Row>, String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .zip(1..)
        .map(|(line, part)| row(&folder.join(format!("dump.{part}")), line))
        .collect();
    println!("What was counted, function by function: `callgrind_annotate` of a file in {}.", folder.display());
    Ok(Figures { environment: environment::current(), rows: rows? })
}

/// Names the dump after its row, for further analysis.
fn row(dump: &PathBuf, line: &str) -> Result<Row, String> {
    let text = fs::read_to_string(dump).map_err(|error| format!("callgrind left no {}: {error}", dump.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")));
    let total: u64 = total.and_then(|total| total.trim().parse().ok()).ok_or("callgrind's dump has no total")?;
    let described: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let row = Row::new(&described, total);
    fs::rename(dump, dump.with_file_name(row.name.replace(", ", "-").replace(' ', "-"))).unwrap();
    Ok(row)
}
