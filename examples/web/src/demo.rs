//! The stored item of an employee, and a way to damage it. A real service has neither.

use std::fmt;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use dynaseal::{AttributeAction, AttributeValue, EncryptedItem as _, Item, ItemKey as _};
use serde::Serialize;

use crate::api::Key;
use crate::error::Problem;
use crate::{Directory, Employee};

/// The client that reads and writes the table directly.
#[derive(Clone)]
pub(crate) struct Demo {
    client: Client,
    may_tamper: bool,
}

/// A stored item.
#[derive(Serialize)]
struct Stored {
    attributes: Vec<StoredAttribute>,
    may_tamper: bool,
}

/// A stored attribute.
#[derive(Serialize)]
struct StoredAttribute {
    name: String,
    value: String,
    protection: &'static str,
}

/// The routes below `/companies/{company}/employees`.
pub(crate) fn routes(may_tamper: bool) -> Router<Directory> {
    let routes = Router::new().route("/{employee_id}/stored", get(stored));
    if may_tamper { routes.route("/{employee_id}/tamper", post(tamper)) } else { routes }
}

/// Returns every attribute of the stored item, those of the employee first.
async fn stored(State(directory): State<Directory>, Key(key): Key) -> Result<Json<Stored>, Problem> {
    let item = directory.read_stored(key).await?;
    let mut attributes: Vec<_> = item.iter().map(|(name, value)| StoredAttribute::new(name, value)).collect();
    attributes.sort_by_key(|attribute| (attribute.name.starts_with('*'), attribute.name.clone()));
    Ok(Json(Stored { attributes, may_tamper: directory.demo.may_tamper }))
}

/// Flips the last bit of the stored name.
async fn tamper(State(directory): State<Directory>, Key(key): Key) -> Result<StatusCode, Problem> {
    let mut item = directory.read_stored(key).await?;
    if let Some(AttributeValue::B(stored)) = item.remove("name") {
        let mut bytes = stored.into_inner();
        bytes.last_mut().into_iter().for_each(|byte| *byte ^= 1);
        item.insert("name".to_owned(), AttributeValue::B(Blob::new(bytes)));
    }
    let put = directory.demo.client.put_item().table_name(directory.employees.table_name()).set_item(Some(item));
    put.send().await.map_err(|_| Problem::overloaded())?;
    Ok(StatusCode::NO_CONTENT)
}

impl Demo {
    pub(crate) fn new(client: Client, may_tamper: bool) -> Self {
        Self { client, may_tamper }
    }
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Demo")
    }
}

impl Directory {
    async fn read_stored(&self, key: (String, String)) -> Result<Item, Problem> {
        let key = <Employee as dynaseal::EncryptedItem>::Key::from(key).to_item()?;
        let get = self.demo.client.get_item().table_name(self.employees.table_name()).set_key(Some(key));
        let answer = get.consistent_read(true).send().await.map_err(|_| Problem::overloaded())?;
        answer.item.ok_or(Problem::no_such_employee())
    }
}

impl StoredAttribute {
    fn new(name: &str, value: &AttributeValue) -> Self {
        let known = Employee::ACTIONS.iter().find(|(known, _)| *known == name);
        let protection = match known {
            Some((_, AttributeAction::EncryptAndSign)) => "encrypted",
            Some((_, AttributeAction::DoNothing)) => "plain",
            Some(_) => "signed",
            None => "added",
        };
        Self { name: name.to_owned(), value: show(value), protection }
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
