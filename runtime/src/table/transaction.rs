//! TransactWriteItems: operations on items of several tables, all or none of which happen.

mod cancelled;

use std::collections::HashSet;
use std::sync::Arc;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, TransactWriteItem, Update};
use futures_util::future::join_all;

use crate::error::{Error, ErrorKind, Result};
use crate::item::{Item, item_size};
use crate::sdk_error::from_sdk;

use super::attempts::{Attempts, Repeat};
use super::batch::Turns;
use super::demands::Demands;
use super::expression::{Expression, Placeholders};
use super::{Table, UnsignedUpdate};

pub(crate) use cancelled::explain_cancelled_reads;

/// DynamoDB takes this many operations in one transaction.
pub(crate) const MAX_OPERATIONS: usize = 100;

/// DynamoDB takes this many bytes in one transaction.
const MAX_SIZE: usize = 4 * 1024 * 1024;

const OPERATION: &str = "TransactWriteItems";

/// One operation of a transaction, in plain.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) table: Arc<Table>,
    pub(crate) action: Action,
    pub(crate) demands: Demands,
}

/// What an operation does.
pub(crate) enum Action {
    Put(Item),
    Delete(Item),
    Check(Item),
    Update(Item, UnsignedUpdate),
}

/// A transaction whose items are encrypted: every time that it is sent, it is the same.
#[derive(Debug)]
pub(crate) struct Sealed {
    /// The table of the first operation, whose client sends them all.
    table: Arc<Table>,
    token: String,
    items: Vec<TransactWriteItem>,
    demands: Vec<Demands>,
}

/// Why a transaction did not say that it succeeded.
pub(crate) enum Unfinished {
    /// It did not happen.
    Refused(Error),
    /// It may have happened.
    Unclear(Error),
}

impl Sealed {
    /// Encrypts the operations, side by side. The error says which of them it was.
    pub(crate) async fn new(operations: Vec<Operation>, token: String) -> Result<Option<Self>> {
        let Some(table) = operations.first().map(|first| Arc::clone(&first.table)) else { return Ok(None) };
        check_distinct(&operations)?;
        let turns = Turns::default();
        let sealed = join_all(operations.into_iter().map(|operation| operation.seal(&turns))).await;
        let sealed = all_or_reasons(sealed)?;
        let size: usize = sealed.iter().map(|(_, _, size)| size).sum();
        if size > MAX_SIZE {
            return Err(Error::new(
                ErrorKind::TooLarge,
                format!("the transaction has {size} bytes after encryption, DynamoDB takes at most {MAX_SIZE}"),
            ));
        }
        let (items, demands) = sealed.into_iter().map(|(item, demands, _)| (item, demands)).unzip();
        Ok(Some(Self { table, token, items, demands }))
    }

    pub(crate) async fn send(&self) -> Result<(), Unfinished> {
        self.table.span("transaction").run(self.send_once()).await
    }

    async fn send_once(&self) -> Result<(), Unfinished> {
        // The token keeps it from happening twice, however often the SDK sends it.
        let attempts = Attempts::new(Repeat::Freely);
        let items = Some(self.items.clone());
        let request =
            self.table.client.transact_write_items().set_transact_items(items).client_request_token(&self.token);
        let Err(error) = attempts.of(request.send()).await else { return Ok(()) };
        if let Some(reasons) = cancelled::reasons(&error) {
            let reasons = reasons.iter().zip(&self.demands).map(|(reason, demands)| reason.explain(demands)).collect();
            return Err(Unfinished::Refused(cancelled::explain(from_sdk(OPERATION, error), reasons)));
        }
        let error = from_sdk(OPERATION, error);
        Err(match error.aws_code() {
            Some("IdempotentParameterMismatchException") => Unfinished::Refused(error.recast(
                ErrorKind::Usage,
                "another transaction with this token was sent within ten minutes. One that is built anew is another, since \
                 encryption differs every time: send the same object again, or use a token of its own",
            )),
            Some("TransactionInProgressException") => Unfinished::Unclear(error),
            _ if attempts.were_unclear() => Unfinished::Unclear(error),
            _ => Unfinished::Refused(error),
        })
    }
}

impl Operation {
    /// The attributes of its key, among others.
    fn key(&self) -> &Item {
        let (Action::Put(item) | Action::Delete(item) | Action::Check(item) | Action::Update(item, _)) = &self.action;
        item
    }

    /// What is sent, what it demands, and how large it is.
    async fn seal(self, turns: &Turns) -> Result<(TransactWriteItem, Demands, usize)> {
        let Self { table, action, demands } = self;
        let mut placeholders = Placeholders::default();
        let condition = demands.expression(&table, &mut placeholders)?;
        let item = TransactWriteItem::builder();
        let (item, size) = match action {
            Action::Put(plain) => {
                let _turn = turns.next().await;
                let stored = table.encrypt(plain).await?;
                let size = item_size(&stored);
                let (names, values) = placeholders.into_parts();
                let put = Put::builder()
                    .table_name(&table.name)
                    .set_item(Some(stored))
                    .set_condition_expression(condition.into_text())
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(AllOld);
                (item.put(put.build().map_err(unbuildable)?), size)
            }
            Action::Delete(key) => {
                let size = item_size(&key);
                let (names, values) = placeholders.into_parts();
                let delete = Delete::builder()
                    .table_name(&table.name)
                    .set_key(Some(key))
                    .set_condition_expression(condition.into_text())
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(AllOld);
                (item.delete(delete.build().map_err(unbuildable)?), size)
            }
            Action::Check(key) => {
                let size = item_size(&key);
                let (names, values) = placeholders.into_parts();
                let check = ConditionCheck::builder()
                    .table_name(&table.name)
                    .set_key(Some(key))
                    .set_condition_expression(condition.into_text())
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(AllOld);
                (item.condition_check(check.build().map_err(unbuildable)?), size)
            }
            Action::Update(key, changes) => {
                let update = Expression::update_unsigned(changes, &mut placeholders);
                if !update.fits() {
                    return Err(Expression::too_long("update"));
                }
                let (names, values) = placeholders.into_parts();
                let size = item_size(&key) + values.as_ref().map_or(0, item_size);
                let update = Update::builder()
                    .table_name(&table.name)
                    .set_key(Some(key))
                    .set_update_expression(update.into_text())
                    .set_condition_expression(condition.into_text())
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .return_values_on_condition_check_failure(AllOld);
                (item.update(update.build().map_err(unbuildable)?), size)
            }
        };
        Ok((item.build(), demands, size))
    }
}

/// DynamoDB refuses two operations on one item, and operations in several Regions.
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

/// The name also of a table that is given by its ARN.
fn table_name(operation: &Operation) -> &str {
    let name = operation.table.name.as_str();
    name.rsplit_once(":table/").map_or(name, |(_, name)| name)
}

/// All of them, or an error with the reason for each that failed.
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
            Self::Update(..) => "Update",
        })
    }
}
