//! The shared parts of the programs that migrate a table: table, arguments, progress bar and exit codes.

use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use dynaseal::embedded::Database;
use dynaseal::materials::KeyFileProvider;
use dynaseal::migration::{Progress, Report, Status};
use dynaseal::{EncryptedItem, Error, ErrorKind, Item, Repository};
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

/// The end of the `--help` text.
pub const EXIT_CODES: &str = "\
Exit codes: 0 if every item has its new form, or would get it by --write; 1 if items cannot be read or rewritten, and are \
left as they are; 2 if the arguments are wrong, or the program was rejected or failed. It can be killed at any time, and \
goes on from the checkpoint when it is run again.";

/// An employee in the current version of the table.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub struct Employee {
    /// The key.
    #[partition_key]
    pub employee_id: String,
    /// Encrypted, which is the default.
    pub salary: u64,
    /// Signed and not encrypted.
    #[sign_only]
    pub department: String,
    /// Neither encrypted nor signed, so that anyone can increment it.
    #[do_nothing]
    pub logins: u64,
}

impl Employee {
    /// Returns the employee of this number.
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

/// The arguments of all programs.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The file of the embedded database.
    #[arg(long)]
    pub database: PathBuf,
    /// The name of the table.
    #[arg(long, default_value = "employees")]
    pub table: String,
    /// First creates the database and missing key files, with this many employees in the state before the migration.
    #[arg(long, value_name = "EMPLOYEES")]
    pub sample: Option<u32>,
    /// The number of segments of the table, which are processed in parallel.
    #[arg(long, default_value_t = 4)]
    pub segments: u32,
    /// Processes only these segments, counted from 0, such as `0..2`. Other processes handle the others, each with its
    /// own checkpoint.
    #[arg(long, value_name = "FIRST..END", value_parser = range)]
    only_segments: Option<Range<u32>>,
    /// The maximum number of requests per second.
    #[arg(long)]
    pub requests_per_second: Option<u32>,
    /// Lists the items that cannot be read or rewritten, with the reason.
    #[arg(long)]
    pub list: bool,
}

impl Arguments {
    /// Opens the database.
    ///
    /// # Errors
    /// Fails if the database is missing and must exist, or exists and must be created.
    pub fn open(&self) -> Result<Database, Box<dyn std::error::Error>> {
        match (self.database.exists(), self.sample) {
            (false, None) => Err(format!("there is no {}; `--sample 1000` makes one", self.database.display()).into()),
            (true, Some(_)) => Err(format!("{} exists; leave `--sample` out", self.database.display()).into()),
            _ => Ok(Database::open(&self.database)?),
        }
    }

    /// Returns the repository of the table with these keys.
    pub fn repository(&self, database: &Database, keys: KeyFileProvider) -> Repository<Employee> {
        Repository::builder(database.client()).table(&self.table).materials(keys).build()
    }

    /// Returns the segments of this process.
    pub fn only_segments(&self) -> Range<u32> {
        self.only_segments.clone().unwrap_or(0..self.segments)
    }

    /// Opens a key file. It is only created together with the sample, so that a mistyped name does not create another
    /// key.
    ///
    /// # Errors
    /// Fails if the file cannot be read or created.
    pub fn keys(&self, path: &Path) -> dynaseal::Result<KeyFileProvider> {
        if self.sample.is_none() || path.exists() { KeyFileProvider::open(path) } else { KeyFileProvider::create(path) }
    }
}

fn range(text: &str) -> Result<Range<u32>, String> {
    let numbers = text.split_once("..").and_then(|(first, end)| Some(first.parse().ok()?..end.parse().ok()?));
    numbers.ok_or_else(|| "write two numbers, such as 0..2 for the first two".to_owned())
}

/// A progress bar of a migration, with its rate and the remaining time.
pub struct Bar(ProgressBar);

impl Bar {
    /// Creates a bar, which is shown if standard error is a terminal.
    pub fn new() -> Self {
        const STYLE: &str = "{bar:40.green} {pos}/{len} items  {msg}";

        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(STYLE) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Prints items that cannot be read or rewritten above the bar, if that was requested.
    pub fn tell_left(&self, arguments: &Arguments) -> impl Fn(&Item, &Error) + Send + Sync + use<> {
        let (bar, list) = (self.0.clone(), arguments.list);
        move |key, error| {
            if list {
                let id = key.get("employee_id").and_then(|id| id.as_s().ok());
                // If printing fails, the report at the end contains the error.
                let _ = bar.suspend(|| writeln!(anstream::stdout(), "{}: {error}", id.map_or("?", String::as_str)));
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
        let left = status.time_left.filter(|left| left.as_secs() > 0);
        let left = left.map_or_else(String::new, |left| format!(", {:#} left", HumanDuration(left)));
        let verifying = if status.is_verifying { ", verifying" } else { "" };
        self.0.set_message(format!("{:.0}/s{left}{verifying}", status.items_per_second));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        match self.0.position() {
            // The bar would show 0 of 0.
            0 => self.0.finish_and_clear(),
            _ => self.0.abandon(),
        }
    }
}

/// Prints the results, and how to apply them if nothing was written, and returns the exit code.
///
/// # Errors
/// Fails if the output fails.
pub fn conclude(report: &Report, arguments: &Arguments, to_write: &str) -> io::Result<ExitCode> {
    let mut output = anstream::stdout();
    writeln!(output, "{report}")?;
    if report.is_dry_run() {
        match report.rewritten() {
            0 => writeln!(output, "There is nothing to write.")?,
            _ => writeln!(output, "Nothing was written. Run it with {to_write} to do it.")?,
        }
    }
    tell_of_list(report.left(), arguments)?;
    Ok(if report.left() == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Prints how to list the items that cannot be read or rewritten, if there are any and they were not listed.
///
/// # Errors
/// Fails if the output fails.
pub fn tell_of_list(items: u64, arguments: &Arguments) -> io::Result<()> {
    if items > 0 && !arguments.list {
        writeln!(anstream::stdout(), "Run it with --list to see which, and why.")?;
    }
    Ok(())
}

/// Returns the exit code, after printing the error if there is one.
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
    // An import is incomplete because of items that do not verify.
    let is_about_items = error.downcast_ref().is_some_and(|error: &Error| error.kind() == ErrorKind::Integrity);
    if is_about_items {
        text.push_str("; --list tells which they are");
    }
    // A failure to print the error cannot be reported.
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(if is_about_items { 1 } else { 2 })
}
