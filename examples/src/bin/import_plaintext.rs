//! Encrypts a table that was never encrypted.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use dynaseal::EncryptedItem as _;
use dynaseal::danger::import_plaintext;
use dynaseal_examples::staff::{Arguments, Bar, EXIT_CODES, Employee, conclude, exit_code};

/// Encrypts and signs the items of a table that was never encrypted, once.
///
/// Try it: `import_plaintext --database staff.sqlite --keys staff.key --sample 1000`, then the same without `--sample` and
/// with `--write --begin`.
#[derive(Parser)]
#[command(after_help = EXIT_CODES)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
    /// The key file to encrypt the items with.
    #[arg(long)]
    keys: PathBuf,
    /// The checkpoint file. Keep it after completion, too: without it, the import could be started again.
    #[arg(long, default_value = "import.checkpoint")]
    checkpoint: PathBuf,
    /// Confirms that this table has never been imported. Only for the first run that writes.
    #[arg(long, requires = "write")]
    begin: bool,
    /// Writes. Without it, the program only reports what it would do.
    #[arg(long)]
    write: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(run(Command::parse()).await)
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Command { arguments, keys, checkpoint, begin, write } = command;
    let database = arguments.open()?;
    let employees = arguments.repository(&database, arguments.keys(&keys)?);
    if let Some(count) = arguments.sample {
        employees.create_table().await?;
        for number in 0..count {
            let item = Employee::sample(number).to_item()?;
            database.client().put_item().table_name(&arguments.table).set_item(Some(item)).send().await?;
        }
    }

    let checkpoint_exists = checkpoint.exists();
    let bar = Bar::new();
    let mut request = import_plaintext(&employees, checkpoint)
        .segments(arguments.segments)
        .only_segments(arguments.only_segments())
        .requests_per_second(arguments.requests_per_second)
        .on_left(bar.tell_left(&arguments))
        .progress(bar);
    if begin {
        request = request.begin();
    }
    if !write {
        request = request.dry_run();
    }
    let to_write = if checkpoint_exists { "--write" } else { "--write --begin" };
    Ok(conclude(&request.await?, &arguments, to_write)?)
}
