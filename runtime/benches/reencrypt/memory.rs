//! The memory needed to read and write a table in a file. Each measurement has its own process: memory that one has
//! freed would hide the needs of the next one.

use std::path::Path;
use std::process::Command;

use dynaseal::embedded::Database;

use crate::plain::{Write, read_and_write};
use crate::store::{fill, reencrypt};
use crate::{process_memory, runtime};

/// The first command-line argument of such a process.
pub(crate) const FLAG: &str = "--process";

const WORK: [&str; 3] = ["SDK, PutItem", "SDK, UpdateItem", "dynaseal"];

/// Prints the memory for tables of these sizes.
pub(crate) fn compare(sizes: &[usize]) {
    let [put, update, ours] = WORK;
    println!("{:>24}{put:>14}{update:>16}{ours:>14}", "memory, at most");
    for items in sizes {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tables");
        runtime().block_on(async { fill(&Database::open(&path).unwrap().client(), *items, 1).await });
        let [put, update, ours] = WORK.map(|work| spend(work, &path, *items));
        println!("{:>24}{put:>14}{update:>16}{ours:>14}", format!("{items} items in a file"));
    }
}

fn spend(work: &str, path: &Path, items: usize) -> String {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args([FLAG, work]).arg(path).arg(items.to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs the measured process.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) {
    let (work, path) = (arguments.next().unwrap(), arguments.next().unwrap());
    let items: usize = arguments.next().unwrap().parse().unwrap();
    runtime().block_on(async {
        let client = Database::open(&path).unwrap().client();
        process_memory::forget_peak();
        let before = process_memory::now();
        let written = match work.as_str() {
            "SDK, PutItem" => read_and_write(&client, Write::Put).await,
            "SDK, UpdateItem" => read_and_write(&client, Write::Update).await,
            "dynaseal" => reencrypt(&client, 1, 2).await,
            other => panic!("nothing is called {other}"),
        };
        assert_eq!(written, items);
        match (before, process_memory::peak()) {
            (Some(before), Some(most)) => println!("{:.1} MiB", most.saturating_sub(before) as f64 / 1024.0),
            _ => println!("unknown"),
        }
    });
}
