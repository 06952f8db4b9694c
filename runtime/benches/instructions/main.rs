//! Counts the instructions of encrypting and decrypting one item, independently of other load:
//! `performance/instructions`, which describes the options.
//!
//! The program runs itself under callgrind, which counts only [`counted::run_counted_work`]. It compares the counts
//! with those in `performance/instructions.json`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has nothing to report"
)]

mod added;
#[path = "../item/bare/mod.rs"]
mod bare;
#[cfg(feature = "testing")]
mod beacons;
mod callgrind;
mod comparison;
#[path = "../item/contest.rs"]
#[allow(dead_code, reason = "no time is measured here")]
mod contest;
mod counted;
mod entity;
mod environment;
mod figures;
mod keyrings;
mod providers;
#[path = "../performance/ratio.rs"]
#[allow(dead_code, reason = "no time is measured here")]
mod ratio;
mod requests;
mod server;
#[path = "../item/shape.rs"]
#[allow(dead_code, reason = "instructions have no budget, and items are not measured in batches")]
mod shape;

use std::process::ExitCode;

use comparison::Comparison;
use figures::Figures;

/// Tells the process that it runs under callgrind.
const UNDER_CALLGRIND: &str = "--under-callgrind";

/// The same for the work that reads add.
const ADDED_UNDER_CALLGRIND: &str = "--added-under-callgrind";

/// The same for requests.
const REQUESTS_UNDER_CALLGRIND: &str = "--requests-under-callgrind";

fn main() -> ExitCode {
    // `cargo bench` adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [UNDER_CALLGRIND] => {
            counted::run_all();
            ExitCode::SUCCESS
        }
        [ADDED_UNDER_CALLGRIND] => {
            added::run_all();
            ExitCode::SUCCESS
        }
        [REQUESTS_UNDER_CALLGRIND] => {
            requests::run_all();
            ExitCode::SUCCESS
        }
        ["--added"] => print(ADDED_UNDER_CALLGRIND, Figures::print),
        ["--requests"] => print(REQUESTS_UNDER_CALLGRIND, requests::print),
        [] => count(false),
        ["--update"] => count(true),
        _ => {
            eprintln!("unknown arguments {arguments:?}; `performance/instructions --help` lists the known ones");
            ExitCode::FAILURE
        }
    }
}

/// Counts what the program does with this argument, and prints it.
fn print(argument: &str, print: fn(&Figures)) -> ExitCode {
    match callgrind::figures(argument) {
        Ok(figures) => {
            print(&figures);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn count(update: bool) -> ExitCode {
    let figures = match callgrind::figures(UNDER_CALLGRIND) {
        Ok(figures) => figures,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    figures.print();
    let kept = Figures::kept();
    if update {
        figures.keep();
    }
    match Comparison::of(kept.as_ref(), &figures) {
        Comparison::Same => println!("All counts are within {} % of the kept ones.", comparison::TOLERANCE),
        Comparison::Incomparable(reason) => println!("NOT COMPARED with the kept counts: {reason}"),
        Comparison::Different(changes) if update => println!("Kept. The commit message explains why:\n{changes}"),
        Comparison::Different(changes) => {
            eprintln!("Counts changed by more than {} %:\n{changes}", comparison::TOLERANCE);
            eprintln!(
                "If that is meant, run `performance/instructions --update` and explain it in the commit message."
            );
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
