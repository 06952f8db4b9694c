//! Shows what protects stored items, and whether they verify.

mod keys;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::eprintln;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeyType;
use clap::{Args, Parser};
use dynaseal::embedded::Database;
use dynaseal::{AttributeAction, Item};
use dynaseal_examples::environment;
use dynaseal_examples::inspect::{ItemReport, Knowledge, inspect, item_of, items_of, print};
use serde_json::{Value, json};

use keys::KeyArguments;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The documented shape of `--json`, which the tests compare with the output.
const SHAPE: &str = include_str!("../../inspect/shape.txt");

/// Some item did not verify.
const NOT_VERIFIED: u8 = 3;

/// Reads one item or a page of a table, and shows which attributes are encrypted, signed or plain, how, and whether the item
/// verifies. Values are never shown, and nothing is written.
///
/// An item of the AWS Database Encryption SDK records what happens to its attributes, in which version and suite, and for which
/// recipients; only which attributes are not signed at all has to be named, as `--action NAME=nothing`. Its beacons are listed
/// without their hashes.
///
/// A record of a key store shows which branch key it holds, in which version, and under which KMS key.
///
/// Without keys, what happens to an attribute of the DynamoDB Encryption Client is guessed from its looks: a binary of whole blocks is taken for encrypted, all
/// else for signed. A signature that verifies proves the guess. One that does not can also mean that it is wrong: then name
/// the actions, the keys' names and the table name that the items were written with.
#[derive(Parser)]
#[command(
    after_help = "Exit codes: 0 if nothing failed to verify, 1 for an error, 2 for wrong arguments, 3 if an item did \
                        not verify.\n\nCredentials and Region come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, \
                        AWS_SESSION_TOKEN and AWS_REGION; `aws configure export-credentials --format env` prints the first \
                        three. Amazon DynamoDB and KMS need a build with `--features https`."
)]
struct Arguments {
    /// Prints one JSON document instead of tables; `--help` describes its shape.
    #[arg(long, long_help = SHAPE)]
    json: bool,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    spec: Spec,
    #[command(flatten)]
    keys: KeyArguments,
}

/// Where items come from.
#[derive(Args)]
#[command(next_help_heading = "Where the items are")]
#[group(skip)]
struct Source {
    /// The table to read.
    #[arg(long, required_unless_present = "file")]
    table: Option<String>,
    /// The item's key as DynamoDB JSON, such as '{"id": {"S": "e-1"}}'; a page of the table if none is given.
    #[arg(long, requires = "table")]
    key: Option<String>,
    /// At most this many items of the table.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i32).range(1..))]
    limit: i32,
    /// The file of an embedded database that holds the table.
    #[arg(long, conflicts_with_all = ["endpoint", "file"])]
    embedded: Option<PathBuf>,
    /// The endpoint of another DynamoDB than Amazon's.
    #[arg(long, env = "AWS_ENDPOINT_URL_DYNAMODB", conflicts_with = "file")]
    endpoint: Option<String>,
    /// A file of DynamoDB JSON instead of a table, `-` for the standard input: an item, a list of items, or what
    /// `aws dynamodb get-item`, `query` or `scan` print.
    #[arg(long, conflicts_with = "table")]
    file: Option<PathBuf>,
}

/// How the items were written.
#[derive(Args)]
#[command(next_help_heading = "How they were written")]
#[group(skip)]
struct Spec {
    /// The action of all attributes that are not named: encrypt, sign or nothing.
    #[arg(long, value_name = "ACTION", value_parser = action)]
    default_action: Option<AttributeAction>,
    /// The action of an attribute, such as salary=encrypt; can be given several times.
    #[arg(long = "action", value_name = "NAME=ACTION", value_parser = named_action)]
    actions: Vec<(String, AttributeAction)>,
    /// A file with the actions of more attributes, as JSON: {"salary": "encrypt", "department": "sign"}.
    #[arg(long, value_name = "FILE")]
    actions_file: Option<PathBuf>,
    /// The table name that signatures are bound to, if it is not the table's.
    #[arg(long)]
    logical_table_name: Option<String>,
    /// The name of the partition key, for items from a file.
    #[arg(long)]
    partition_key: Option<String>,
    /// The name of the sort key, for items from a file.
    #[arg(long)]
    sort_key: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(NOT_VERIFIED),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// True if nothing failed to verify.
async fn run(arguments: Arguments) -> Result<bool> {
    let Arguments { json, source, spec, keys } = arguments;
    let client = if source.table.is_some() || keys.is_in_a_table() { Some(source.client()?) } else { None };
    let keys = keys.read(client.clone(), source.embedded.is_some()).await?;
    let mut knowledge = spec.knowledge()?;
    let items = source.items(client, &mut knowledge).await?;
    let mut reports = Vec::new();
    for item in &items {
        reports.push(inspect(item, &knowledge, keys.as_ref()).await);
    }
    match write(&reports, json.then_some(&knowledge)) {
        // Who reads has seen enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => (),
        written => written?,
    }
    Ok(!reports.iter().any(|report| report.verification.is_failed()))
}

/// For people, or as JSON with what is known of the table.
fn write(reports: &[ItemReport], as_json: Option<&Knowledge>) -> io::Result<()> {
    let mut output = anstream::stdout().lock();
    if let Some(Knowledge { table_name, .. }) = as_json {
        let items: Vec<Value> = reports.iter().map(ItemReport::to_json).collect();
        return writeln!(output, "{}", json!({ "table": table_name, "items": items }));
    }
    for (position, report) in reports.iter().enumerate() {
        writeln!(output, "Item {} of {}", position + 1, reports.len())?;
        print(&mut output, report)?;
    }
    Ok(())
}

impl Source {
    /// The items; what the table says of itself is added to the knowledge.
    async fn items(&self, client: Option<Client>, knowledge: &mut Knowledge) -> Result<Vec<Item>> {
        let (Some(table), Some(client)) = (&self.table, client) else {
            return Ok(items_of(&read(self.file.as_deref().ok_or("neither a table nor a file is given")?)?)?);
        };
        if knowledge.table_name.is_empty() {
            knowledge.table_name.clone_from(table);
        }
        let description = client.describe_table().table_name(table).send().await.map_err(explain)?;
        for element in description.table().map(|table| table.key_schema()).unwrap_or_default() {
            let name = Some(element.attribute_name().to_owned());
            match element.key_type() {
                KeyType::Hash => knowledge.partition_key = name,
                _ => knowledge.sort_key = name,
            }
        }
        self.read(&client, table).await
    }

    fn client(&self) -> Result<Client> {
        match &self.embedded {
            // Opening makes a database where there is none.
            Some(path) if !path.is_file() => Err(format!("{}: no such file", path.display()).into()),
            Some(path) => Ok(Database::open(path)?.client()),
            None => Ok(environment::dynamodb(self.endpoint.clone()).map_err(|error| {
                format!("AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are needed: {error}")
            })?),
        }
    }

    async fn read(&self, client: &Client, table: &str) -> Result<Vec<Item>> {
        let Some(key) = &self.key else {
            let page = client.scan().table_name(table).limit(self.limit).send().await.map_err(explain)?;
            return Ok(page.items.unwrap_or_default());
        };
        let key = item_of(serde_json::from_str(key)?)?;
        let response = client.get_item().table_name(table).set_key(Some(key)).consistent_read(true).send().await;
        Ok(vec![response.map_err(explain)?.item.ok_or("there is no item with this key")?])
    }
}

impl Spec {
    fn knowledge(self) -> Result<Knowledge> {
        let mut actions = BTreeMap::new();
        if let Some(path) = &self.actions_file {
            let named: BTreeMap<String, String> = serde_json::from_str(&read(path)?)?;
            for (name, text) in named {
                actions.insert(name, action(&text)?);
            }
        }
        actions.extend(self.actions);
        Ok(Knowledge {
            actions,
            default: self.default_action,
            table_name: self.logical_table_name.unwrap_or_default(),
            partition_key: self.partition_key,
            sort_key: self.sort_key,
        })
    }
}

/// A file, or the standard input.
fn read(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        return Ok(io::read_to_string(io::stdin())?);
    }
    Ok(std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn action(text: &str) -> std::result::Result<AttributeAction, String> {
    match text {
        "encrypt" => Ok(AttributeAction::EncryptAndSign),
        "sign" => Ok(AttributeAction::SignOnly),
        "nothing" => Ok(AttributeAction::DoNothing),
        _ => Err("an action is encrypt, sign or nothing".to_owned()),
    }
}

fn named_action(text: &str) -> std::result::Result<(String, AttributeAction), String> {
    // The name may contain the sign, an action cannot.
    let (name, text) = text.rsplit_once('=').ok_or("write NAME=ACTION, such as salary=encrypt")?;
    Ok((name.to_owned(), action(text)?))
}

fn explain(error: impl aws_sdk_dynamodb::error::ProvideErrorMetadata + Error + 'static) -> Box<dyn Error> {
    match error.code() {
        Some(code) => format!("{code}: {}", error.message().unwrap_or_default()).into(),
        None => aws_sdk_dynamodb::error::DisplayErrorContext(error).to_string().into(),
    }
}
