//! The reasons why DynamoDB canceled a transaction, one for each operation.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind};
use crate::item::Item;
use crate::table::precondition::Precondition;

/// DynamoDB's reason for one operation.
pub(super) struct Reason {
    code: Option<String>,
    /// The item on which the condition was evaluated; it may be absent.
    found: Option<Item>,
}

impl From<CancellationReason> for Reason {
    fn from(reason: CancellationReason) -> Self {
        Self { code: reason.code, found: reason.item }
    }
}

/// Returns the reasons, if the transaction was canceled.
pub(super) fn reasons(error: &SdkError<TransactWriteItemsError, HttpResponse>) -> Option<Vec<Reason>> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            Some(cancelled.cancellation_reasons().iter().cloned().map(Reason::from).collect())
        }
        _ => None,
    }
}

impl Reason {
    /// Returns the error of the operation; `None` if it was not the cause.
    pub(super) fn explain(&self, precondition: &Precondition) -> Option<Error> {
        let (kind, message) = match self.code.as_deref()? {
            "None" => return None,
            "ConditionalCheckFailed" => precondition.unmet(self.found.as_ref()),
            "TransactionConflict" => {
                (ErrorKind::Conflict, "another request has the item at this moment; nothing was written, try again")
            }
            "ProvisionedThroughputExceeded" | "ThrottlingError" => {
                (ErrorKind::Throttled, "the service throttles requests; nothing was written, try again later")
            }
            "ItemCollectionSizeLimitExceeded" => (
                ErrorKind::TooLarge,
                "the items of this partition key exceed 10 GB, with a local index; nothing was written",
            ),
            _ => (
                ErrorKind::Sdk,
                "the service rejected this operation; sdk_error() of the transaction's error states the reason",
            ),
        };
        Some(Error::new(kind, message))
    }
}

/// Returns the transaction's error: that of the first cause that a retry would not resolve, or else of the first.
pub(super) fn explain(error: Error, reasons: Vec<Option<Error>>) -> Error {
    let (kind, message) = summary(&reasons, "the transaction was cancelled, nothing of it happened");
    error.recast(kind, message).with_cancellation_reasons(reasons)
}

/// For operations that could not be sent, and for items that do not verify.
pub(super) fn not_sent(reasons: Vec<Option<Error>>) -> Error {
    let (kind, message) = summary(&reasons, "the transaction was given up");
    Error::new(kind, message).with_cancellation_reasons(reasons)
}

/// Returns the error of a transaction of reads.
pub(crate) fn explain_cancelled_reads(error: SdkError<TransactGetItemsError, HttpResponse>) -> Error {
    let reasons = match error.as_service_error() {
        Some(TransactGetItemsError::TransactionCanceledException(cancelled)) => {
            let reasons = cancelled.cancellation_reasons().iter().cloned();
            Some(reasons.map(|reason| Reason::from(reason).explain(&Precondition::default())).collect())
        }
        _ => None,
    };
    let error = from_sdk("TransactGetItems", error);
    match reasons {
        Some(reasons) => explain(error, reasons),
        None => error,
    }
}

fn summary(reasons: &[Option<Error>], what: &str) -> (ErrorKind, String) {
    let causes = || reasons.iter().enumerate().filter_map(|(position, reason)| Some((position, reason.as_ref()?)));
    let passes = |error: &Error| error.is_retryable() || error.kind() == ErrorKind::Conflict;
    match causes().find(|(_, error)| !passes(error)).or_else(|| causes().next()) {
        Some((position, cause)) => (cause.kind(), format!("{what}; operation {position}: {}", cause.message())),
        None => (ErrorKind::Sdk, format!("{what}; the service gave no reason")),
    }
}
