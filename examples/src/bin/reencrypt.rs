//! Moves a table from the keys of one file to those of another, and from one logical table name to another.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use dynaseal::SchemaVersion;
use dynaseal_examples::staff::{Arguments, Bar, EXIT_CODES, Employee, conclude, exit_code};

/// Re-encrypts a table from old keys to new ones, and from an old logical table name to the current one.
///
/// Try it: `reencrypt --database staff.sqlite --old-keys old.key --new-keys new.key --sample 1000`, then the same without
/// `--sample` and with `--write`.
#[derive(Parser)]
#[command(after_help = EXIT_CODES)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
    /// The key file that the items are encrypted with.
    #[arg(long)]
    old_keys: PathBuf,
    /// The key file to encrypt the items with.
    #[arg(long)]
    new_keys: PathBuf,
    /// The table name that signatures were bound to, if it differs, as for a table that was restored from a backup.
    #[arg(long)]
    old_name: Option<String>,
    /// The checkpoint file, which also records that the migration is finished.
    #[arg(long, default_value = "reencrypt.checkpoint")]
    checkpoint: PathBuf,
    /// Also moves items that were found in the old form after the checkpoint had recorded the end of the migration.
    #[arg(long)]
    move_again: bool,
    /// Writes. Without it, the program only reports what it would do.
    #[arg(long)]
    write: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(run(Command::parse()).await)
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Command { arguments, old_keys, new_keys, old_name, checkpoint, move_again, write } = command;
    let database = arguments.open()?;
    let name = format!("of {} before {}", old_keys.display(), new_keys.display());
    let old_keys = arguments.keys(&old_keys)?;
    let employees = arguments.repository(&database, arguments.keys(&new_keys)?);
    if let Some(count) = arguments.sample {
        let before = arguments.repository(&database, old_keys.clone());
        before.create_table().await?;
        for number in 0..count {
            before.create(&Employee::sample(number)).await?;
        }
    }

    // The checkpoint contains the name, so it is rejected with other keys, and on the way back.
    let mut before = SchemaVersion::of::<Employee>(name).materials(old_keys);
    if let Some(old_name) = old_name {
        before = before.logical_table_name(old_name);
    }
    let bar = Bar::new();
    let mut request = employees
        .reencrypt()
        .also_reads(before)
        .checkpoint(checkpoint)
        .segments(arguments.segments)
        .only_segments(arguments.only_segments())
        .requests_per_second(arguments.requests_per_second)
        .on_left(bar.tell_left(&arguments))
        .progress(bar);
    if move_again {
        request = request.move_again();
    }
    if !write {
        request = request.dry_run();
    }
    Ok(conclude(&request.await?, &arguments, "--write")?)
}
