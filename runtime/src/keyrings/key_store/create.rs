//! New branch keys, and new versions of them.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{ConditionCheck, Put, TransactWriteItem};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::aws::audit;
use crate::aws::kms::key_arn::KeyArn;
use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind, Result};
use crate::item::AttributeValue;

use super::KeyStore;
use super::record::{self, Common, Kind, Record, check_id, shown};
use super::uuid::Uuid;

/// The placeholder that AWS's clients use.
const ID_PLACEHOLDER: &str = "#BranchKeyIdentifierField";

/// A branch key to be created.
///
/// Its encryption context consists of pairs of strings that KMS binds every key to, that key policies can refer to, and
/// that KMS logs. Do not put secrets into it.
#[derive(Clone, Debug)]
#[must_use = "pass it to `KeyStore::create_branch_key`"]
pub struct NewBranchKey {
    id: Option<String>,
    context: BTreeMap<String, String>,
}

impl NewBranchKey {
    /// Creates a branch key with a random UUID as its identifier.
    #[inline]
    pub fn random() -> Self {
        Self { id: None, context: BTreeMap::new() }
    }

    /// Creates a branch key with a custom identifier, which needs a [`context`](Self::context), as AWS's clients
    /// require.
    #[inline]
    pub fn with_id(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), context: BTreeMap::new() }
    }

    /// Adds a pair to the encryption context.
    #[inline]
    pub fn context(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.context.insert(key.into(), value.into());
        self
    }
}

#[inline]
pub(super) async fn branch_key(store: &KeyStore, NewBranchKey { id, context }: NewBranchKey) -> Result<String> {
    let key = store.kms.own_key()?;
    if id.is_some() && context.is_empty() {
        return Err(Error::new(
            ErrorKind::Usage,
            "a branch key with an identifier of one's own needs an encryption context; add one with `.context(key, value)`",
        ));
    }
    if context.keys().any(String::is_empty) {
        return Err(Error::new(ErrorKind::Usage, "a key of a branch key's encryption context is empty"));
    }
    let id = id.map_or_else(|| Uuid::random().map(|uuid| uuid.to_string()), Ok)?;
    check_id(&id)?;
    let records = Common::new(&id, key, &context)?;
    let (version, active) = new_version(store, key, &records).await?;
    let beacon = store.kms.generate(key, records.context(Kind::Beacon, &store.logical_name)).await?;
    let beacon = records.record(Kind::Beacon, beacon);
    let operations =
        [put(store, version, NEW)?, put(store, active, NEW)?, put(store, beacon, NEW)?, not_shredded(store, &id)?];
    let tombstone = operations.len() - 1;
    send(store, operations)
        .await
        .map_err(|failure| failure.into_error(store, |failed| explain(&id, failed, tombstone)))?;
    audit::branch_key_changed("Create", &id, &records.version().to_string(), &store.logical_name);
    Ok(id)
}

#[inline]
pub(super) async fn version(store: &KeyStore, id: &str) -> Result<String> {
    store.kms.own_key()?;
    let active = store.read(id, Kind::Active).await?;
    let key = store.kms.key_of_record(&active.kms_arn()?);
    let key = key.map_err(|what| active.broken(record::KMS_ARN, &what))?;
    // Only KMS can authenticate the record, whose contents the new version inherits.
    let context = active.context(&store.logical_name);
    let verified = store.kms.re_encrypt(&key, &active.encrypted_key, context.clone(), context).await;
    verified.map_err(|error| active.explain(error, &store.logical_name))?;
    let records = Common::next(&active)?;
    let (version, new_active) = new_version(store, &key, &records).await?;
    let operations = [put(store, version, NEW)?, put(store, new_active, Condition::Replaces(active.encrypted_key))?];
    send(store, operations).await.map_err(|failure| failure.into_error(store, |_| overtaken(id)))?;
    let version = records.version().to_string();
    audit::branch_key_changed("Version", id, &version, &store.logical_name);
    Ok(version)
}

/// Returns the record of a new version, and the ACTIVE record that names it. The plaintext key never leaves KMS.
#[inline]
async fn new_version(store: &KeyStore, key: &KeyArn, records: &Common) -> Result<(Record, Record)> {
    let version = Kind::Version(records.version());
    let context = records.context(version, &store.logical_name);
    let generated = store.kms.generate(key, context.clone()).await?;
    let active = records.context(Kind::Active, &store.logical_name);
    let active = store.kms.re_encrypt(key, &generated, context, active).await?;
    Ok((records.record(version, generated), records.record(Kind::Active, active)))
}

/// The condition under which a record is written.
enum Condition {
    New,
    /// The existing record still has this encrypted key.
    Replaces(Blob),
}

use Condition::New as NEW;

#[inline]
fn put(store: &KeyStore, record: Record, condition: Condition) -> Result<TransactWriteItem> {
    let put = Put::builder().table_name(&store.table_name).set_item(Some(record.into_item()));
    let put = put.expression_attribute_names(ID_PLACEHOLDER, record::ID);
    let put = match condition {
        Condition::New => put.condition_expression(format!("attribute_not_exists({ID_PLACEHOLDER})")),
        Condition::Replaces(encrypted_key) => put
            .condition_expression(format!("attribute_exists({ID_PLACEHOLDER}) AND enc = :encOld"))
            .expression_attribute_values(":encOld", AttributeValue::B(encrypted_key)),
    };
    Ok(TransactWriteItem::builder().put(put.build().map_err(not_built)?).build())
}

/// Checks within the same transaction, so that no other write can occur between.
#[inline]
fn not_shredded(store: &KeyStore, id: &str) -> Result<TransactWriteItem> {
    let check = ConditionCheck::builder()
        .table_name(&store.table_name)
        .set_key(Some(record::key(id, record::SHREDDED.to_owned())))
        .condition_expression(format!("attribute_not_exists({ID_PLACEHOLDER})"))
        .expression_attribute_names(ID_PLACEHOLDER, record::ID)
        .build();
    Ok(TransactWriteItem::builder().condition_check(check.map_err(not_built)?).build())
}

/// The reason why a transaction failed.
struct Failure {
    error: Error,
    /// The indexes of the operations whose condition failed.
    failed: Vec<usize>,
}

#[inline]
async fn send(store: &KeyStore, operations: impl IntoIterator<Item = TransactWriteItem>) -> Result<(), Failure> {
    let operations = operations.into_iter().collect();
    let request = store.client.transact_write_items().set_transact_items(Some(operations));
    request.send().await.map(drop).map_err(Failure::new)
}

impl Failure {
    #[inline]
    fn new(error: SdkError<TransactWriteItemsError, HttpResponse>) -> Self {
        let reasons = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
            _ => &[],
        };
        let codes: Vec<String> = reasons.iter().map(|reason| reason.code().unwrap_or_default().to_owned()).collect();
        let failed = codes.iter().enumerate().filter(|(_, code)| *code == "ConditionalCheckFailed");
        let failed: Vec<usize> = failed.map(|(place, _)| place).collect();
        let is = |codes_of_kind: &[&str]| codes.iter().any(|code| codes_of_kind.contains(&code.as_str()));
        let error = from_sdk("TransactWriteItems", error);
        let error = if is(&["TransactionConflict"]) {
            error.recast(
                ErrorKind::Conflict,
                "another process writes the branch key at this moment; nothing was written, try again",
            )
        } else if is(&["ProvisionedThroughputExceeded", "ThrottlingError"]) {
            error.recast(ErrorKind::Throttled, "the key store throttles requests; nothing was written, try again later")
        } else {
            error
        };
        Self { error, failed }
    }

    #[inline]
    fn into_error(self, store: &KeyStore, unmet: impl FnOnce(&[usize]) -> (ErrorKind, String)) -> Error {
        if self.failed.is_empty() {
            return store.explain(self.error);
        }
        let (kind, message) = unmet(&self.failed);
        self.error.recast(kind, message)
    }
}

#[inline]
fn explain(id: &str, failed: &[usize], tombstone: usize) -> (ErrorKind, String) {
    let id = shown(id);
    if failed.contains(&tombstone) {
        let message = format!("the branch key {id:?} was shredded, and its identifier can never be used again");
        return (ErrorKind::Materials, message);
    }
    (ErrorKind::AlreadyExists, format!("a branch key {id:?} already exists; it was not changed"))
}

#[inline]
fn overtaken(id: &str) -> (ErrorKind, String) {
    let message = format!(
        "another process made a version of the branch key {:?}, or removed it, at the same time; nothing was written",
        shown(id)
    );
    (ErrorKind::Conflict, message)
}

#[inline]
fn not_built(error: BuildError) -> Error {
    Error::new(ErrorKind::Usage, "a record of the key store cannot be described to DynamoDB").with_source(error)
}
