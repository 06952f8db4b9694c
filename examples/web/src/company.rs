//! Companies, which are tenants with a branch key each, and the operations on these keys.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use dynaseal::danger;
use dynaseal::keyrings::{BranchKeyInfo, KeyStore};
use dynaseal::{Error, ErrorKind};
use serde::Serialize;

use crate::Directory;
use crate::api::Path;
use crate::dto::check_id;
use crate::error::{NoKey, Problem};
use crate::record::Record;

/// The companies of a new folder.
pub(crate) const SAMPLES: [&str; 2] = ["acme", "initech"];

/// The configuration of the service.
#[derive(Serialize)]
struct About {
    /// `dbesdk` or `ddbec`.
    format: &'static str,
    /// The source of the keys: `file`, `double` or `aws`.
    keys: &'static str,
    has_beacons: bool,
    is_demo: bool,
    /// Only listed for demonstration.
    companies: Option<Vec<Company>>,
}

/// A company as clients see it.
#[derive(Serialize)]
struct Company {
    id: String,
    /// `None` if all companies have one key.
    key: Option<Key>,
}

/// A branch key, without the key itself.
#[derive(Serialize)]
struct Key {
    is_shredded: bool,
    /// The version that encrypts records.
    active_version: Option<String>,
    /// The oldest first.
    versions: Vec<String>,
    create_time: Option<String>,
}

/// The routes that show companies and, for demonstration, those that change their keys.
pub(crate) fn routes<E: Record>(is_demo: bool) -> Router<Directory<E>> {
    let routes = Router::new().route("/", get(about::<E>)).route("/{company}", get(show::<E>));
    if !is_demo {
        return routes;
    }
    routes.route("/{company}/rotate", post(rotate::<E>)).route("/{company}/shred", post(shred::<E>))
}

async fn about<E: Record>(State(directory): State<Directory<E>>) -> Result<Json<About>, Problem> {
    let Directory { key_store, keys, is_demo, .. } = directory;
    let companies = match &key_store {
        _ if !is_demo => None,
        Some(key_store) => Some(key_store.list_branch_keys().await?.into_iter().map(Company::from).collect()),
        None => Some(SAMPLES.map(|id| Company { id: id.to_owned(), key: None }).into()),
    };
    let format = if E::HAS_BEACONS { "dbesdk" } else { "ddbec" };
    Ok(Json(About { format, keys, has_beacons: E::HAS_BEACONS, is_demo, companies }))
}

async fn show<E: Record>(
    State(Directory { key_store, .. }): State<Directory<E>>,
    Path(company): Path<String>,
) -> Result<Json<Company>, Problem> {
    check_id(&company)?;
    Ok(Json(match key_store {
        Some(key_store) => key_store.describe_branch_key(&company).await?.into(),
        None => Company { id: company, key: None },
    }))
}

/// Creates a new version of the company's key, which encrypts records from now on.
async fn rotate<E: Record>(
    State(directory): State<Directory<E>>,
    Path(company): Path<String>,
) -> Result<Json<Company>, Problem> {
    check_id(&company)?;
    let key_store = directory.key_store.as_ref().ok_or(Problem::one_key())?;
    key_store.version_branch_key(&company).await.map_err(|error| match error.kind() {
        ErrorKind::Conflict => Problem::key_changed(),
        _ => error.into(),
    })?;
    // Other processes use the old version until their TTL has passed.
    directory.employees.encryptor().refresh().await?;
    Ok(Json(key_store.describe_branch_key(&company).await?.into()))
}

/// Deletes the company's key permanently. Its records can no longer be decrypted, including those in backups.
async fn shred<E: Record>(
    State(directory): State<Directory<E>>,
    Path(company): Path<String>,
) -> Result<Json<Company>, Problem> {
    check_id(&company)?;
    let key_store = directory.key_store.as_ref().ok_or(Problem::one_key())?;
    let report = danger::shred(key_store, &company).await?;
    tracing::warn!(target: "alarm", company, ?report.copies, "a company's key was deleted");
    directory.employees.encryptor().refresh().await?;
    Ok(Json(key_store.describe_branch_key(&company).await?.into()))
}

/// Replaces the response if a key could not be used because the company does not exist or was shredded.
pub(crate) async fn explain<E: Record>(
    State(Directory { key_store, .. }): State<Directory<E>>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    // The handler rejects a path that is not UTF-8.
    let company = params.ok().and_then(|params| {
        let mut params = params.iter();
        params.find(|(name, _)| *name == "company").map(|(_, value)| value.to_owned())
    });
    let response = next.run(request).await;
    let (Some(key_store), Some(company)) = (key_store, company) else { return response };
    if response.extensions().get::<NoKey>().is_none() {
        return response;
    }
    match problem(&key_store, &company).await {
        Ok(Some(problem)) => problem.into_response(),
        Ok(None) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Returns the problem if the company does not exist or was shredded.
pub(crate) async fn problem(key_store: &KeyStore, company: &str) -> Result<Option<Problem>, Error> {
    match key_store.describe_branch_key(company).await {
        Ok(branch_key) if branch_key.is_shredded => Ok(Some(Problem::shredded())),
        Ok(_) => Ok(None),
        // The key store could be read and has no such branch key.
        Err(error) if error.kind() == ErrorKind::Materials && error.aws_code().is_none() => {
            Ok(Some(Problem::no_such_company()))
        }
        Err(error) => Err(error),
    }
}

impl From<BranchKeyInfo> for Company {
    fn from(branch_key: BranchKeyInfo) -> Self {
        let BranchKeyInfo { id, is_shredded, active_version, versions, create_time, .. } = branch_key;
        Self { id, key: Some(Key { is_shredded, active_version, versions, create_time }) }
    }
}
