//! The stored item of an employee, and a way to damage it. A real service has neither.

use std::fmt;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use dynaseal::format::ItemDescription;
use dynaseal::{AttributeAction, AttributeValue, Item, ItemKey as _};
use serde::Serialize;

use crate::Directory;
use crate::api::Key;
use crate::error::Problem;
use crate::record::Record;

/// The client that reads and writes the table directly.
#[derive(Clone)]
pub(crate) struct Demo(Client);

/// A stored item.
#[derive(Serialize)]
struct Stored {
    attributes: Vec<StoredAttribute>,
    /// `dbesdk`, `ddbec`, or `unknown` for an item without a signature.
    format: &'static str,
    branch_key: Option<BranchKey>,
    may_tamper: bool,
}

/// The key that an item names. It is not verified.
#[derive(Serialize)]
struct BranchKey {
    id: String,
    version: String,
}

/// A stored attribute.
#[derive(Serialize)]
struct StoredAttribute {
    name: String,
    value: String,
    protection: &'static str,
}

/// The signature of items of the DynamoDB Encryption Client.
const DDBEC_SIGNATURE: &str = "*amzn-ddb-map-sig*";

/// The prefix of the names of beacons.
const BEACON: &str = "aws_dbe_b_";

/// The routes below `/companies/{company}/employees`.
pub(crate) fn routes<E: Record>(is_demo: bool) -> Router<Directory<E>> {
    let routes = Router::new().route("/{employee_id}/stored", get(stored::<E>));
    if is_demo { routes.route("/{employee_id}/tamper", post(tamper::<E>)) } else { routes }
}

/// Returns every attribute of the stored item: those of the employee, the beacons, and those that the format adds.
async fn stored<E: Record>(State(directory): State<Directory<E>>, Key(key): Key) -> Result<Json<Stored>, Problem> {
    let item = directory.read_stored(key).await?;
    let mut attributes: Vec<_> = item.iter().map(|(name, value)| StoredAttribute::new::<E>(name, value)).collect();
    attributes.sort_by_key(|attribute| (attribute.rank(), attribute.name.clone()));
    let description = ItemDescription::of(&item).ok();
    let format = match (&description, item.contains_key(DDBEC_SIGNATURE)) {
        (Some(_), _) => "dbesdk",
        (None, true) => "ddbec",
        (None, false) => "unknown",
    };
    let branch_key = description.iter().flat_map(ItemDescription::recipients).find_map(|recipient| {
        let (id, version) = recipient.key_name().zip(recipient.branch_key_version())?;
        Some(BranchKey { id: id.to_owned(), version: version.to_owned() })
    });
    Ok(Json(Stored { attributes, format, branch_key, may_tamper: directory.is_demo }))
}

/// Flips the last bit of the stored name.
async fn tamper<E: Record>(State(directory): State<Directory<E>>, Key(key): Key) -> Result<StatusCode, Problem> {
    let mut item = directory.read_stored(key).await?;
    if let Some(AttributeValue::B(stored)) = item.remove("name") {
        let mut bytes = stored.into_inner();
        bytes.last_mut().into_iter().for_each(|byte| *byte ^= 1);
        item.insert("name".to_owned(), AttributeValue::B(Blob::new(bytes)));
    }
    let put = directory.demo.0.put_item().table_name(directory.employees.table_name()).set_item(Some(item));
    put.send().await.map_err(|_| Problem::overloaded())?;
    Ok(StatusCode::NO_CONTENT)
}

impl Demo {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Demo")
    }
}

impl<E: Record> Directory<E> {
    async fn read_stored(&self, key: (String, String)) -> Result<Item, Problem> {
        let key = E::Key::from(key).to_item()?;
        let get = self.demo.0.get_item().table_name(self.employees.table_name()).set_key(Some(key));
        let response = get.consistent_read(true).send().await.map_err(|_| Problem::overloaded())?;
        response.item.ok_or(Problem::no_such_employee())
    }
}

impl StoredAttribute {
    fn new<E: Record>(name: &str, value: &AttributeValue) -> Self {
        let known = E::ACTIONS.iter().find(|(known, _)| *known == name);
        let protection = match known {
            Some((_, AttributeAction::EncryptAndSign)) => "encrypted",
            Some((_, AttributeAction::DoNothing)) => "plain",
            Some(_) => "signed",
            None if name.starts_with(BEACON) => "beacon",
            None => "added",
        };
        Self { name: name.to_owned(), value: show(value), protection }
    }

    fn rank(&self) -> u8 {
        match self.protection {
            "beacon" => 1,
            "added" => 2,
            _ => 0,
        }
    }
}

/// Returns the beginning of long values, which suffices to show that they are unreadable.
fn show(value: &AttributeValue) -> String {
    const SHOWN_BYTES: usize = 24;

    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
        AttributeValue::B(blob) => {
            let bytes = blob.as_ref();
            let start: String = bytes.iter().take(SHOWN_BYTES).map(|byte| format!("{byte:02x}")).collect();
            let more = if bytes.len() > SHOWN_BYTES { "…" } else { "" };
            format!("{start}{more} ({} bytes)", bytes.len())
        }
        _ => "…".to_owned(),
    }
}
