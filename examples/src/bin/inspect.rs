//! Shows what protects stored items, and whether they verify.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::{eprintln, println};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeyType;
use clap::{Args, Parser};
use dynaseal::embedded::Database;
use dynaseal::materials::KeyFileProvider;
use dynaseal::{AttributeAction, Item};
use dynaseal_examples::environment;
use dynaseal_examples::inspect::{ItemReport, Keys, Knowledge, inspect, print};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Some item did not verify.
const NOT_VERIFIED: u8 = 3;

/// Reads one item or a page of a table, and shows which attributes are encrypted, signed or plain, how, and whether the item
/// verifies. Values are never shown, and nothing is written.
///
/// Without keys, what happens to an attribute is guessed from its looks: a binary of whole blocks is taken for encrypted, all
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
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    spec: Spec,
    #[command(flatten)]
    keys: KeyArguments,
    /// Prints one JSON document instead of tables.
    #[arg(long)]
    json: bool,
}

/// Where items come from.
#[derive(Args)]
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

/// What to verify with.
#[derive(Args)]
struct KeyArguments {
    /// A key file of dynaseal.
    #[arg(long, conflicts_with_all = ["signing_key", "kms_key"])]
    key_file: Option<PathBuf>,
    /// A file with the key that wraps content keys, in hexadecimal.
    #[arg(long, requires = "signing_key", conflicts_with = "content_key")]
    wrapping_key: Option<PathBuf>,
    /// A file with the key that encrypts attributes, in hexadecimal.
    #[arg(long, requires = "signing_key")]
    content_key: Option<PathBuf>,
    /// A file with the key of the HMAC that signs items, in hexadecimal.
    #[arg(long, conflicts_with = "kms_key")]
    signing_key: Option<PathBuf>,
    /// The ARN, id or alias of a key in AWS KMS.
    #[arg(long)]
    kms_key: Option<String>,
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
    let Arguments { source, spec, keys, json } = arguments;
    let keys = keys.read()?;
    let mut knowledge = spec.knowledge()?;
    let items = source.items(&mut knowledge).await?;
    let mut reports = Vec::new();
    for item in &items {
        reports.push(inspect(item, &knowledge, keys.as_ref()).await);
    }
    if json {
        let items: Vec<Value> = reports.iter().map(ItemReport::to_json).collect();
        println!("{}", json!({ "table": knowledge.table_name, "items": items }));
    } else {
        for (position, report) in reports.iter().enumerate() {
            println!("Item {} of {}", position + 1, reports.len());
            print(report);
        }
    }
    Ok(!reports.iter().any(|report| report.verification.is_failed()))
}

impl Source {
    /// The items; what the table says of itself is added to the knowledge.
    async fn items(&self, knowledge: &mut Knowledge) -> Result<Vec<Item>> {
        let Some(table) = &self.table else {
            return read_file(self.file.as_deref().ok_or("neither a table nor a file is given")?);
        };
        let client = match &self.embedded {
            // Opening makes a database where there is none.
            Some(path) if !path.is_file() => return Err(format!("{}: no such file", path.display()).into()),
            Some(path) => Database::open(path)?.client(),
            None => environment::dynamodb(self.endpoint.clone()).map_err(|error| {
                format!("AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are needed: {error}")
            })?,
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

    async fn read(&self, client: &Client, table: &str) -> Result<Vec<Item>> {
        let Some(key) = &self.key else {
            let page = client.scan().table_name(table).limit(self.limit).send().await.map_err(explain)?;
            return Ok(page.items.unwrap_or_default());
        };
        let key = item(serde_json::from_str(key)?)?;
        let answer = client.get_item().table_name(table).set_key(Some(key)).consistent_read(true).send().await;
        Ok(vec![answer.map_err(explain)?.item.ok_or("there is no item with this key")?])
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

impl KeyArguments {
    fn read(&self) -> Result<Option<Keys>> {
        if let Some(path) = &self.key_file {
            return Ok(Some(Keys::File(KeyFileProvider::open(path)?)));
        }
        if let Some(key) = &self.kms_key {
            return kms(key).map(Some);
        }
        let Some(signing_key) = &self.signing_key else { return Ok(None) };
        Keys::read(self.wrapping_key.as_deref(), self.content_key.as_deref(), signing_key).map(Some)
    }
}

#[cfg(feature = "kms")]
fn kms(key: &str) -> Result<Keys> {
    use aws_sdk_kms::config::{BehaviorVersion, Region};

    let mut config = aws_sdk_kms::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(std::env::var("AWS_REGION")?))
        .credentials_provider(environment::credentials()?);
    config.set_endpoint_url(std::env::var("AWS_ENDPOINT_URL_KMS").ok());
    let client = aws_sdk_kms::Client::from_conf(config.build());
    Ok(Keys::Kms(dynaseal::materials::DirectKmsProvider::new(client, key)))
}

#[cfg(not(feature = "kms"))]
fn kms(_: &str) -> Result<Keys> {
    Err("this build has no KMS; build it with `--features kms,https`".into())
}

fn read_file(path: &Path) -> Result<Vec<Item>> {
    let mut text = String::new();
    if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)?;
    } else {
        text = read(path)?;
    }
    let items = match serde_json::from_str(&text)? {
        Value::Array(items) => items,
        Value::Object(mut object) => match (object.remove("Items"), object.remove("Item")) {
            (Some(Value::Array(items)), _) => items,
            (None, Some(item @ Value::Object(_))) => vec![item],
            // No answer of the command line tool, so an item; attributes may have these names.
            (items, item) => {
                object.extend(items.map(|value| ("Items".to_owned(), value)));
                object.extend(item.map(|value| ("Item".to_owned(), value)));
                vec![Value::Object(object)]
            }
        },
        _ => return Err("the file holds neither an item nor a list of items".into()),
    };
    items.into_iter().map(item).collect()
}

fn read(path: &Path) -> Result<String> {
    Ok(std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn item(json: Value) -> Result<Item> {
    let item: serde_dynamo::Item =
        serde_json::from_value(json).map_err(|_| "not an item in DynamoDB JSON, such as {\"id\": {\"S\": \"e-1\"}}")?;
    Ok(item.into())
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
