//! What the programs that move a table have in common: their table, their arguments, their progress bar and their exit codes.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::println;
use clap::Args;
use dynaseal::embedded::Database;
use dynaseal::materials::KeyFileProvider;
use dynaseal::migration::{Progress, Report, Status};
use dynaseal::{EncryptedItem, Error, Item, Repository};
use indicatif::{ProgressBar, ProgressStyle};

/// What `--help` says at the end.
pub const EXIT_CODES: &str = "\
Exit codes: 0 if every item has its new form, or would have it after a dry run; 1 if items were left as they are; 2 if the \
program failed. It can be killed at any time and run again.";

/// Somebody on the staff, as the table has them now.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub struct Employee {
    /// The key.
    #[partition_key]
    pub employee_id: String,
    /// Not annotated, so encrypted.
    pub salary: u64,
    /// Readable, but nobody can change it.
    #[sign_only]
    pub department: String,
    /// Anyone may count.
    #[do_nothing]
    pub logins: u64,
}

impl Employee {
    /// The employee of this number.
    pub fn sample(number: u32) -> Self {
        let department = ["Engines", "Legal", "Poetry"].iter().cycle().nth(number as usize % 3);
        Self {
            employee_id: format!("e-{number}"),
            salary: 4000 + u64::from(number),
            department: department.copied().unwrap_or("Engines").to_owned(),
            logins: 0,
        }
    }
}

/// Arguments of all the programs.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The file of the embedded database.
    #[arg(long)]
    pub database: PathBuf,
    /// The name of the table.
    #[arg(long, default_value = "employees")]
    pub table: String,
    /// Makes the database and missing key files first, with this many employees as they would be before the program does its
    /// work.
    #[arg(long, value_name = "EMPLOYEES")]
    pub sample: Option<u32>,
    /// Into how many segments the table is split, which are worked on in parallel.
    #[arg(long, default_value_t = 4)]
    pub segments: u32,
    /// How many requests are sent in a second, at most.
    #[arg(long)]
    pub requests_per_second: Option<u32>,
    /// Tells which items are left as they are, and why.
    #[arg(long)]
    pub list: bool,
}

impl Arguments {
    /// Opens the database.
    ///
    /// # Errors
    /// If there is none and none shall be made, or there is one and it shall.
    pub fn open(&self) -> Result<Database, Box<dyn std::error::Error>> {
        match (self.database.exists(), self.sample) {
            (false, None) => Err(format!("there is no {}; `--sample 1000` makes one", self.database.display()).into()),
            (true, Some(_)) => Err(format!("{} exists; leave `--sample` out", self.database.display()).into()),
            _ => Ok(Database::open(&self.database)?),
        }
    }

    /// The table under these keys.
    pub fn repository(&self, database: &Database, keys: KeyFileProvider) -> Repository<Employee> {
        Repository::builder(database.client()).table(&self.table).materials(keys).build()
    }

    /// Opens a key file. It is only made together with the sample: a mistyped name must not become another key.
    ///
    /// # Errors
    /// If it cannot be read or created.
    pub fn keys(&self, path: &Path) -> dynaseal::Result<KeyFileProvider> {
        if self.sample.is_none() || path.exists() { KeyFileProvider::open(path) } else { KeyFileProvider::create(path) }
    }
}

/// Shows how far a migration is, with its rate and the time that is left.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar that appears on the terminal, if standard error is one.
    pub fn new() -> Self {
        const STYLE: &str = "{bar:40.green} {pos}/{len} items  {msg}";

        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(STYLE) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Tells above the bar of items that are left as they are, if that is asked for.
    pub fn tell_left(&self, arguments: &Arguments) -> impl Fn(&Item, &Error) + Send + Sync + use<> {
        let (bar, list) = (self.0.clone(), arguments.list);
        move |key, error| {
            if list {
                let id = key.get("employee_id").and_then(|id| id.as_s().ok());
                bar.suspend(|| println!("left: {}: {error}", id.map_or("?", String::as_str)));
            }
        }
    }
}

impl Default for Bar {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress for Bar {
    fn update(&self, status: &Status) {
        self.0.set_length(status.expected.unwrap_or(status.items).max(status.items));
        self.0.set_position(status.items);
        let left = status.time_left.map_or_else(String::new, |left| format!(", {} s left", left.as_secs()));
        let verifying = if status.is_verifying { ", verifying" } else { "" };
        self.0.set_message(format!("{:.0}/s{left}{verifying}", status.items_per_second));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Prints what was done, and what the program ends with.
pub fn conclude(report: &Report) -> ExitCode {
    println!("{report}");
    if report.is_dry_run() {
        println!("Nothing was written. Run it with --write to do it.");
    }
    if report.left() == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// What the program ends with, after printing why if it failed.
pub fn exit_code(outcome: Result<ExitCode, Box<dyn std::error::Error>>) -> ExitCode {
    match outcome {
        Ok(code) => code,
        Err(error) => fail(&*error),
    }
}

fn fail(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    let mut text = format!("error: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    // There is nobody else to tell if this fails.
    let _ = io::Write::write_all(&mut io::stderr(), format!("{text}\n").as_bytes());
    ExitCode::from(2)
}
