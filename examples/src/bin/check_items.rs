//! Reports which versions of a struct can read which items of a table, and moves all items to the current one.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use dynaseal::migration::{ItemCheck, Obstacle};
use dynaseal::{AttributeAction, AttributeActions, ItemContext, SchemaVersion};
use dynaseal_examples::staff::{Arguments, Bar, EXIT_CODES, Employee, conclude, exit_code, tell_of_list};

/// Reports how many items each version of `Employee` can read, and which attributes prevent it. There are two versions:
/// the current one, and the first one, in which the salary was only signed.
///
/// Try it: `check_items --database staff.sqlite --keys staff.key --sample 1000`, then the same without `--sample` and with
/// `--write`.
#[derive(Parser)]
#[command(after_help = EXIT_CODES)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
    /// The key file that the items are encrypted with.
    #[arg(long)]
    keys: PathBuf,
    /// The checkpoint file, which is removed after completion.
    #[arg(long, default_value = "evolve.checkpoint")]
    checkpoint: PathBuf,
    /// Moves every item to the current version. Without it, the program only reports.
    #[arg(long)]
    write: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    exit_code(run(Command::parse()).await)
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Command { arguments, keys, checkpoint, write } = command;
    let database = arguments.open()?;
    let employees = arguments.repository(&database, arguments.keys(&keys)?);
    let first_actions = AttributeActions::of::<Employee>().with("salary", AttributeAction::SignOnly);
    if let Some(count) = arguments.sample {
        use dynaseal::EncryptedItem as _;

        employees.create_table().await?;
        let context = ItemContext::new(&arguments.table).partition_key("employee_id");
        for number in 0..count {
            // Every other employee has the actions of the first version.
            let actions = if number % 2 == 0 { &first_actions } else { &AttributeActions::of::<Employee>() };
            let item = employees.encryptor().encrypt(Employee::sample(number).to_item()?, actions, &context).await?;
            database.client().put_item().table_name(&arguments.table).set_item(Some(item)).send().await?;
        }
    }

    let first = SchemaVersion::new("first", first_actions);
    let bar = Bar::new();
    if !write {
        let check = employees
            .check_items()
            .also_reads(first)
            .segments(arguments.segments)
            .only_segments(arguments.only_segments())
            .requests_per_second(arguments.requests_per_second)
            .on_left(bar.tell_left(&arguments))
            .progress(bar);
        return Ok(tell(&check.await?, &arguments)?);
    }
    let request = employees
        .reencrypt()
        .also_reads(first)
        .checkpoint(checkpoint)
        .segments(arguments.segments)
        .only_segments(arguments.only_segments())
        .requests_per_second(arguments.requests_per_second)
        .on_left(bar.tell_left(&arguments))
        .progress(bar);
    Ok(conclude(&request.await?, &arguments, "--write")?)
}

fn tell(check: &ItemCheck, arguments: &Arguments) -> io::Result<ExitCode> {
    let mut output = anstream::stdout();
    let ItemCheck { items, plaintext, unreadable, versions, .. } = check;
    writeln!(output, "{items} items, {plaintext} of them in plaintext, {unreadable} that no version reads")?;
    for version in versions {
        writeln!(output, "  version {:10} reads {}", version.name, version.readable)?;
        for obstacle in &version.obstacles {
            let written =
                obstacle.written_as.map_or_else(|| "something else".to_owned(), |action| format!("{action:?}"));
            let Obstacle { attribute, items, .. } = obstacle;
            writeln!(output, "    cannot read {items} or more: {attribute:?} was written as {written}")?;
        }
        for otherwise in &version.written_otherwise {
            let written = otherwise.written_as.map(|action| format!(" as {action:?}")).unwrap_or_default();
            let Obstacle { attribute, items, .. } = otherwise;
            writeln!(output, "    reads {items} in which {attribute:?} was written{written}")?;
        }
        if version.unexplained > 0 {
            let items = version.unexplained;
            writeln!(output, "    cannot read {items} or more: other keys, another table name, or changed since")?;
        }
    }
    let current = versions.first().map_or(0, |current| current.readable);
    if current + plaintext + unreadable < *items {
        writeln!(output, "Nothing was written. Run it with --write to move the others to the current version.")?;
    }
    tell_of_list(plaintext + unreadable, arguments)?;
    Ok(if plaintext + unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
