//! The memory needed to read and write a table in a file. Each measurement has its own process: memory that one has
//! freed would hide the needs of the next one.

use std::path::Path;
use std::process::Command;

use dynaseal::embedded::Database;

use crate::plain::{Write, read_and_write};
use crate::store::{Counted, MOVES, PLAIN, fill, fill_plain, reencrypt};
use crate::{process_memory, runtime};

/// The first command-line argument of such a process.
pub(crate) const FLAG: &str = "--process";

/// The work of the SDK alone.
const PUT: &str = "SDK, PutItem";
const UPDATE: &str = "SDK, UpdateItem";

/// Prints the memory for tables of these two sizes.
pub(crate) fn compare(sizes: [usize; 2]) {
    let [few, many] = sizes.map(|items| format!("{items} items"));
    println!("{:>24}{few:>16}{many:>16}", "memory in MiB, at most");
    let moves = MOVES.iter().map(|(name, ..)| *name);
    for work in [PUT, UPDATE].into_iter().chain(moves) {
        let [few, many] = sizes.map(|items| spend(work, items));
        println!("{work:>24}{few:>16}{many:>16}");
    }
}

fn spend(work: &str, items: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tables");
    runtime().block_on(async {
        let client = Database::open(&path).unwrap().client();
        match MOVES.iter().find(|(name, ..)| *name == work) {
            Some((_, from, _)) => fill::<Counted>(&client, items, *from).await,
            None => fill_plain(&client, items).await,
        }
    });
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args([FLAG, work]).arg(&path).arg(items.to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs the measured process.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) {
    let (work, path) = (arguments.next().unwrap(), arguments.next().unwrap());
    let items: usize = arguments.next().unwrap().parse().unwrap();
    runtime().block_on(async {
        let client = Database::open(Path::new(&path)).unwrap().client();
        process_memory::forget_peak();
        let before = process_memory::now();
        let written = match (work.as_str(), MOVES.iter().find(|(name, ..)| *name == work)) {
            (PUT, _) => read_and_write(&client, PLAIN, Write::Put).await,
            (UPDATE, _) => read_and_write(&client, PLAIN, Write::Update).await,
            (_, Some((_, from, to))) => reencrypt::<Counted>(&client, *from, *to).await,
            (other, None) => panic!("nothing is called {other}"),
        };
        assert_eq!(written, items);
        match (before, process_memory::peak()) {
            (Some(before), Some(most)) => println!("{:.1}", most.saturating_sub(before) as f64 / 1024.0),
            _ => println!("unknown"),
        }
    });
}
