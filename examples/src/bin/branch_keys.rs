//! Manages the branch keys of a key store: creates, lists, versions, shows and shreds them.

use std::process::ExitCode;

use anstream::{eprintln, println};
use clap::{Parser, Subcommand};
use dynaseal::danger;
use dynaseal::keyrings::{BranchKeyInfo, KeyStore, NewBranchKey};
use dynaseal_examples::key_store::Arguments;

/// Manages the branch keys of tenants in a DynamoDB table. Nothing is written without `--write`.
///
/// Try it without an account: `branch_keys --database keys.sqlite --write create-table`, then
/// `branch_keys --database keys.sqlite --write create tenant-7 --context department=sales`, and
/// `branch_keys --database keys.sqlite list`.
#[derive(Parser)]
#[command(
    after_help = "Exit codes: 0 if it was done, or would be by --write; 1 if it failed; 2 if the arguments are wrong."
)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
    /// Writes. Without it, the program only reports what it would do.
    #[arg(long)]
    write: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Creates the table of the key store.
    CreateTable,
    /// Creates a branch key.
    Create {
        /// Its identifier, such as the id of a tenant. The default is a random one.
        id: Option<String>,
        /// A KEY=VALUE pair of its encryption context, which AWS KMS logs. Required with an identifier.
        #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
        context: Vec<(String, String)>,
    },
    /// Lists all branch keys. Reads the whole table.
    List,
    /// Creates a new version of a branch key, which encrypts new items from now on.
    Version {
        /// Its identifier.
        id: String,
    },
    /// Shows a branch key, without the key itself.
    Show {
        /// Its identifier.
        id: String,
    },
    /// Deletes a branch key permanently: items that were encrypted with it can no longer be decrypted.
    Shred {
        /// Its identifier.
        id: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command { arguments, write, action } = Command::parse();
    let key_store = match arguments.open() {
        Ok(key_store) => key_store,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    match run(&key_store, action, write).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(key_store: &KeyStore, action: Action, write: bool) -> dynaseal::Result<()> {
    let info = key_store.info();
    match action {
        Action::CreateTable if write => {
            key_store.create_table().await?;
            println!("The table {:?} is there.", info.table_name);
        }
        Action::CreateTable => would(format_args!("create the table {:?}, unless it is there", info.table_name)),
        Action::Create { id, context } if write => {
            let new = id.map_or_else(NewBranchKey::random, NewBranchKey::with_id);
            let new = context.into_iter().fold(new, |new, (key, value)| new.context(key, value));
            println!("Created {}", key_store.create_branch_key(new).await?);
        }
        Action::Create { id, .. } => {
            let id = id.unwrap_or_else(|| "a random identifier".to_owned());
            would(format_args!("create a branch key with {id}, protected by {}", info.kms));
        }
        Action::List => {
            for branch_key in key_store.list_branch_keys().await? {
                println!("{}", summary(&branch_key));
            }
        }
        Action::Version { id } if write => println!("Made version {}", key_store.version_branch_key(&id).await?),
        Action::Version { id } => {
            let branch_key = key_store.describe_branch_key(&id).await?;
            would(format_args!("make version {} of {id}", branch_key.versions.len() + 1));
        }
        Action::Show { id } => show(&key_store.describe_branch_key(&id).await?),
        Action::Shred { id } if write => {
            let report = danger::shred(key_store, &id).await?;
            println!("Deleted {} records of {id}. It can never be created again.", report.deleted_records);
            println!("Processes that have it in their caches go on until the TTL of their keyring has passed.");
            for copy in report.copies {
                println!("Still there: {copy}");
            }
            for unknown in report.unknown {
                println!("Not looked up: {unknown}");
            }
        }
        Action::Shred { id } => {
            let branch_key = key_store.describe_branch_key(&id).await?;
            would(format_args!(
                "delete all {} versions of {id} and its beacon key, for good; what was encrypted with it could never be \
                 decrypted again",
                branch_key.versions.len()
            ));
        }
    }
    Ok(())
}

fn would(what: std::fmt::Arguments<'_>) {
    println!("Would {what}.\nNothing was written. Run it with --write to do it.");
}

fn summary(branch_key: &BranchKeyInfo) -> String {
    let BranchKeyInfo { id, versions, create_time, is_shredded, .. } = branch_key;
    match create_time {
        _ if *is_shredded => format!("{id:40} shredded"),
        Some(time) => format!("{id:40} {} versions, the last of {time}", versions.len()),
        None => format!("{id:40} {} versions, and none is active", versions.len()),
    }
}

fn show(branch_key: &BranchKeyInfo) {
    println!("{}", summary(branch_key));
    let active = branch_key.active_version.as_deref();
    for version in &branch_key.versions {
        println!("  version     {version}{}", if active == Some(version) { "  active" } else { "" });
    }
    println!("  beacon key  {}", if branch_key.has_beacon_key { "yes" } else { "none" });
    if let Some(arn) = &branch_key.kms_arn {
        println!("  KMS key     {arn}");
    }
    for (key, value) in &branch_key.encryption_context {
        println!("  context     {key}={value}");
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) =
        text.split_once('=').ok_or_else(|| "write a key and a value, such as department=sales".to_owned())?;
    Ok((key.to_owned(), value.to_owned()))
}
