//! What the programs that move a table have in common: their table, their arguments, their progress bar and their exit codes.

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

/// What `--help` says at the end.
pub const EXIT_CODES: &str = "\
Exit codes: 0 if every item has its new form, or would get it by --write; 1 if items cannot be read or rewritten, and are \
left as they are; 2 if the arguments are wrong, or the program was refused or failed. It can be killed at any time, and \
goes on from the checkpoint when it is run again.";

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
    /// Only these segments, counted from 0, such as `0..2`: other processes do the others, each with a checkpoint of its own.
    #[arg(long, value_name = "FIRST..END", value_parser = range)]
    only_segments: Option<Range<u32>>,
    /// How many requests are sent in a second, at most.
    #[arg(long)]
    pub requests_per_second: Option<u32>,
    /// Tells which items cannot be read or rewritten, and why.
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

    /// The segments that this process works on.
    pub fn only_segments(&self) -> Range<u32> {
        self.only_segments.clone().unwrap_or(0..self.segments)
    }

    /// Opens a key file. It is only made together with the sample: a mistyped name must not become another key.
    ///
    /// # Errors
    /// If it cannot be read or created.
    pub fn keys(&self, path: &Path) -> dynaseal::Result<KeyFileProvider> {
        if self.sample.is_none() || path.exists() { KeyFileProvider::open(path) } else { KeyFileProvider::create(path) }
    }
}

fn range(text: &str) -> Result<Range<u32>, String> {
    let numbers = text.split_once("..").and_then(|(first, end)| Some(first.parse().ok()?..end.parse().ok()?));
    numbers.ok_or_else(|| "write two numbers, such as 0..2 for the first two".to_owned())
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

    /// Tells above the bar of items that cannot be read or rewritten, if that is asked for.
    pub fn tell_left(&self, arguments: &Arguments) -> impl Fn(&Item, &Error) + Send + Sync + use<> {
        let (bar, list) = (self.0.clone(), arguments.list);
        move |key, error| {
            if list {
                let id = key.get("employee_id").and_then(|id| id.as_s().ok());
                // If nothing can be printed, the report at the end says so.
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
            // It would show that nothing of nothing is done.
            0 => self.0.finish_and_clear(),
            _ => self.0.abandon(),
        }
    }
}

/// Prints what was done, and how to do it if it was not, and returns what the program ends with.
///
/// # Errors
/// If it cannot be printed.
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

/// Says how to find out which items cannot be read or rewritten, if there are any and that was not asked for.
///
/// # Errors
/// If it cannot be printed.
pub fn tell_of_list(items: u64, arguments: &Arguments) -> io::Result<()> {
    if items > 0 && !arguments.list {
        writeln!(anstream::stdout(), "Run it with --list to see which, and why.")?;
    }
    Ok(())
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
    // An import that is not finished: there are items that do not verify.
    let is_about_items = error.downcast_ref().is_some_and(|error: &Error| error.kind() == ErrorKind::Integrity);
    if is_about_items {
        text.push_str("; --list tells which they are");
    }
    // There is nobody else to tell if this fails.
    let _ = writeln!(io::stderr(), "{text}");
    ExitCode::from(if is_about_items { 1 } else { 2 })
}
