//! `TransactWriteItems`: operations on items of several tables that are executed atomically.

mod cancelled;

use std::collections::HashSet;
use std::sync::Arc;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};
use futures_util::future::join_all;

use crate::aws::sdk_error::from_sdk;
use crate::condition::render::{Expression, Placeholders};
use crate::error::{Error, ErrorKind, Result};
use crate::item::{Item, item_size};

use super::Table;
use super::attempts::{Attempts, Repeat};
use super::batch::ConcurrencyLimit;
use super::change_request::ChangeRequest;
use super::precondition::Precondition;
use super::snapshot::Snapshot;
use crate::condition::changes::UnsignedUpdate;

pub(crate) use cancelled::explain_cancelled_reads;

/// DynamoDB's limit for operations in one transaction.
pub(crate) const MAX_OPERATIONS: usize = 100;

/// DynamoDB's limit for the size of one transaction, in bytes.
const MAX_SIZE: usize = 4 * 1024 * 1024;

const OPERATION: &str = "TransactWriteItems";

/// One plaintext operation of a transaction.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) table: Arc<Table>,
    pub(crate) action: Action,
    pub(crate) precondition: Precondition,
}

/// The effect of an operation.
pub(crate) enum Action {
    Put(Item),
    Delete(Item),
    Check(Item),
    /// Checks that the item of this key is unchanged since the snapshot.
    CheckUnchanged(Item, Box<Snapshot>),
    Update(Item, UnsignedUpdate),
    /// Deletes the item of this key, if it is unchanged since the snapshot.
    DeleteUnchanged(Item, Box<Snapshot>),
    /// Changes the snapshot's item to this one, which has the same key.
    Change(Item, Box<Snapshot>),
}

/// A transaction whose items are encrypted: it is the same each time it is sent.
#[derive(Debug)]
pub(crate) struct EncryptedTransaction {
    /// The table of the first operation, whose client sends them all.
    table: Arc<Table>,
    token: String,
    items: Vec<TransactWriteItem>,
    precondition: Vec<Precondition>,
}

/// Why a transaction has no successful response.
pub(crate) enum Unfinished {
    /// It was not executed.
    Rejected(Error),
    /// It may have been executed.
    Unclear(Error),
}

impl EncryptedTransaction {
    /// Encrypts the operations concurrently. The error states which of them it was.
    pub(crate) async fn new(operations: Vec<Operation>, token: String) -> Result<Option<Self>> {
        let Some(table) = operations.first().map(|first| Arc::clone(&first.table)) else { return Ok(None) };
        check_distinct(&operations)?;
        let turns = ConcurrencyLimit::default();
        let sealed = join_all(operations.into_iter().map(|operation| operation.seal(&turns))).await;
        let sealed = all_or_reasons(sealed)?;
        let size: usize = sealed.iter().map(|(_, _, size)| size).sum();
        if size > MAX_SIZE {
            return Err(Error::new(
                ErrorKind::TooLarge,
                format!("the transaction has {size} bytes after encryption, DynamoDB takes at most {MAX_SIZE}"),
            ));
        }
        let (items, precondition) = sealed.into_iter().map(|(item, precondition, _)| (item, precondition)).unzip();
        Ok(Some(Self { table, token, items, precondition }))
    }

    pub(crate) async fn send(&self) -> Result<(), Unfinished> {
        self.table.span("transaction").run(self.send_once()).await
    }

    async fn send_once(&self) -> Result<(), Unfinished> {
        // The token prevents a second execution, however often the SDK sends the transaction.
        let attempts = Attempts::new(Repeat::Freely);
        let items = Some(self.items.clone());
        let request =
            self.table.client.transact_write_items().set_transact_items(items).client_request_token(&self.token);
        let Err(error) = attempts.of(request.send()).await else { return Ok(()) };
        if let Some(reasons) = cancelled::reasons(&error) {
            let reasons = reasons
                .iter()
                .zip(&self.precondition)
                .map(|(reason, precondition)| reason.explain(precondition))
                .collect();
            return Err(Unfinished::Rejected(cancelled::explain(from_sdk(OPERATION, error), reasons)));
        }
        let error = from_sdk(OPERATION, error);
        Err(match error.aws_code() {
            Some("IdempotentParameterMismatchException") => Unfinished::Rejected(error.recast(
                ErrorKind::Usage,
                "another transaction with this token was sent within ten minutes. A transaction that is built again \
                 differs, because encryption is randomized: send the same object again, or use another token",
            )),
            Some("TransactionInProgressException") => Unfinished::Unclear(error),
            _ if attempts.were_unclear() => Unfinished::Unclear(error),
            _ => Unfinished::Rejected(error),
        })
    }
}

impl Operation {
    /// Changes the snapshot's item to `item`, which has the same key.
    pub(crate) fn change(table: Arc<Table>, before: Snapshot, item: Item) -> Self {
        Self { table, action: Action::Change(item, Box::new(before)), precondition: Precondition::unchanged() }
    }

    /// Deletes the item of this key if it is unchanged since the snapshot.
    pub(crate) fn delete_unchanged(table: Arc<Table>, before: Snapshot, key: Item) -> Self {
        Self { table, action: Action::DeleteUnchanged(key, Box::new(before)), precondition: Precondition::unchanged() }
    }

    /// Checks that the item of this key is unchanged since the snapshot.
    pub(crate) fn check_unchanged(table: Arc<Table>, before: Snapshot, key: Item) -> Self {
        Self { table, action: Action::CheckUnchanged(key, Box::new(before)), precondition: Precondition::unchanged() }
    }

    /// The attributes of its key, and possibly others.
    fn key(&self) -> &Item {
        match &self.action {
            Action::Put(item) | Action::Delete(item) | Action::Check(item) | Action::Update(item, _) => item,
            Action::CheckUnchanged(item, _) | Action::DeleteUnchanged(item, _) | Action::Change(item, _) => item,
        }
    }

    /// The request, its precondition, and its size.
    async fn seal(self, turns: &ConcurrencyLimit) -> Result<(TransactWriteItem, Precondition, usize)> {
        let Self { table, action, precondition } = self;
        table.reject_unverified(&precondition)?;
        let mut placeholders = Placeholders::default();
        let mut condition = precondition.expression(&table, &mut placeholders)?;
        let write = match action {
            Action::Put(plain) => {
                let _turn = turns.next().await;
                Write::Put(table.encrypt(plain).await?)
            }
            Action::Delete(key) => Write::Delete(key),
            Action::Check(key) => Write::Check(key),
            Action::Update(key, changes) => {
                let update = Expression::update_unsigned(changes, &mut placeholders);
                if !update.fits() {
                    return Err(Expression::too_long("update"));
                }
                Write::Update(key, update)
            }
            Action::CheckUnchanged(key, before) => {
                condition = Expression::all(before.identity(&table), &mut placeholders);
                Write::Check(key)
            }
            Action::DeleteUnchanged(key, before) => {
                condition = Expression::all(before.identity(&table), &mut placeholders);
                Write::Delete(key)
            }
            Action::Change(plain, before) => {
                let turn = turns.next().await;
                let stored = table.encrypt_again(&before, plain).await?;
                drop(turn);
                let key = table.key.of(&stored);
                match ChangeRequest::new(&table, &before, stored)? {
                    ChangeRequest::Update { update, condition: unchanged, placeholders: all } => {
                        (condition, placeholders) = (unchanged, all);
                        Write::Update(key, update)
                    }
                    ChangeRequest::Put { stored, condition: unchanged, placeholders: all } => {
                        (condition, placeholders) = (unchanged, all);
                        Write::Put(stored)
                    }
                }
            }
        };
        let (item, size) = write.describe(&table, condition, placeholders)?;
        Ok((item, precondition, size))
    }
}

/// An operation whose items are encrypted.
enum Write {
    Put(Item),
    Delete(Item),
    Check(Item),
    Update(Item, Expression),
}

/// Adds the parts that all operations have, under the same names.
macro_rules! conditioned {
    ($operation:expr, $table:expr, $condition:expr, $names:expr, $values:expr) => {
        $operation
            .table_name(&$table.name)
            .set_condition_expression($condition.into_text())
            .set_expression_attribute_names($names)
            .set_expression_attribute_values($values)
            .return_values_on_condition_check_failure(AllOld)
            .build()
            .map_err(unbuildable)?
    };
}

impl Write {
    /// Returns the operation as sent to DynamoDB, and its size.
    fn describe(
        self,
        table: &Table,
        condition: Expression,
        placeholders: Placeholders,
    ) -> Result<(TransactWriteItem, usize)> {
        let (names, values) = placeholders.into_parts();
        let item = TransactWriteItem::builder();
        let (item, size) = match self {
            Self::Put(stored) => {
                let size = item_size(&stored);
                let put = Put::builder().set_item(Some(stored));
                (item.put(conditioned!(put, table, condition, names, values)), size)
            }
            Self::Delete(key) => {
                let size = item_size(&key);
                let delete = Delete::builder().set_key(Some(key));
                (item.delete(conditioned!(delete, table, condition, names, values)), size)
            }
            Self::Check(key) => {
                let size = item_size(&key);
                let check = ConditionCheck::builder().set_key(Some(key));
                (item.condition_check(conditioned!(check, table, condition, names, values)), size)
            }
            Self::Update(key, update) => {
                let size = item_size(&key) + values.as_ref().map_or(0, item_size);
                let update = Update::builder().set_key(Some(key)).set_update_expression(update.into_text());
                (item.update(conditioned!(update, table, condition, names, values)), size)
            }
        };
        Ok((item.build(), size))
    }
}

/// DynamoDB rejects two operations on one item, and operations in several Regions.
fn check_distinct(operations: &[Operation]) -> Result<()> {
    if operations.len() > MAX_OPERATIONS {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("a transaction of {} operations; DynamoDB takes at most {MAX_OPERATIONS}", operations.len()),
        ));
    }
    let region = |operation: &Operation| operation.table.client.config().region().cloned();
    let first_region = operations.first().and_then(region);
    let mut known = HashSet::new();
    let mut verdicts = Vec::with_capacity(operations.len());
    for operation in operations {
        verdicts.push(match operation.table.key.bytes(operation.key()) {
            Err(error) => Err(error),
            Ok(_) if region(operation) != first_region => {
                Err(Error::new(ErrorKind::Usage, "a transaction is of one Region, and this table's client of another"))
            }
            Ok(key) if known.insert((table_name(operation), key.clone())) => Ok(()),
            Ok(_) => Err(Error::new(ErrorKind::Usage, "another operation of this transaction is on the same item")),
        });
    }
    all_or_reasons(verdicts).map(drop)
}

/// Returns the name of the table, even if it is given by its ARN.
fn table_name(operation: &Operation) -> &str {
    let name = operation.table.name.as_str();
    name.rsplit_once(":table/").map_or(name, |(_, name)| name)
}

/// Returns all results, or an error with the reason for each that failed.
pub(crate) fn all_or_reasons<A>(results: Vec<Result<A>>) -> Result<Vec<A>> {
    if results.iter().all(Result::is_ok) {
        return results.into_iter().collect();
    }
    let reasons: Vec<_> = results.into_iter().map(Result::err).collect();
    Err(cancelled::not_sent(reasons))
}

fn unbuildable(error: BuildError) -> Error {
    Error::new(ErrorKind::Usage, "the operation cannot be described to DynamoDB").with_source(error)
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Put(_) => "Put",
            Self::Delete(_) => "Delete",
            Self::Check(_) => "Check",
            Self::CheckUnchanged(..) => "CheckUnchanged",
            Self::Update(..) => "Update",
            Self::DeleteUnchanged(..) => "DeleteUnchanged",
            Self::Change(..) => "Change",
        })
    }
}
