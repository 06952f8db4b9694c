//! Plans a change of the format under a live service: what every client has to be deployed with in each step.

use std::io::{self, Write as _};

use clap::{Parser, ValueEnum};
use dynaseal::keyrings::{AesKey, RawAesKeyring};
use dynaseal::materials::{HmacKey, WrappedProvider};
use dynaseal::{AttributeAction, AttributeActions, Result, SchemaVersion, migration};

/// Prints the four deployments from one form of stored items to another, for Rust, Java and Python services.
///
/// Try it: `migration_plan --sign-only id,department --do-nothing logins`, or `migration_plan --from dbesdk --to ddbec` for
/// the way back.
#[derive(Parser)]
struct Command {
    /// The format of the stored items.
    #[arg(long, value_enum, default_value = "ddbec")]
    from: Format,
    /// The format that they are to have.
    #[arg(long, value_enum, default_value = "dbesdk")]
    to: Format,
    /// The attributes that are signed and not encrypted. All others are encrypted.
    #[arg(long, value_delimiter = ',', default_value = "id")]
    sign_only: Vec<String>,
    /// The attributes that are neither.
    #[arg(long, value_delimiter = ',')]
    do_nothing: Vec<String>,
    /// The name that signatures are bound to, if it is not the name of the table.
    #[arg(long)]
    logical_table_name: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// That of the DynamoDB Encryption Client.
    Ddbec,
    /// That of the AWS Database Encryption SDK for DynamoDB.
    Dbesdk,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let command = Command::parse();
    let plan = migration::plan(&version("before", command.from, &command)?, &version("after", command.to, &command)?)?;
    write!(io::stdout(), "{plan}")?;
    Ok(())
}

/// The keys are not used: only the format counts.
fn version(name: &str, format: Format, command: &Command) -> Result<SchemaVersion> {
    let mut actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    for attribute in &command.sign_only {
        actions = actions.with(attribute, AttributeAction::SignOnly);
    }
    for attribute in &command.do_nothing {
        actions = actions.with(attribute, AttributeAction::DoNothing);
    }
    let mut version = SchemaVersion::new(name, actions);
    if let Some(table) = &command.logical_table_name {
        version = version.logical_table_name(table);
    }
    Ok(match format {
        Format::Ddbec => version.materials(WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?)),
        Format::Dbesdk => version.keyring(RawAesKeyring::new("plan", "key", &AesKey::generate()?)?),
    })
}
