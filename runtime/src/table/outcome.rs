//! The outcome of a conditional write.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::aws::sdk_error::from_sdk;
use crate::error::{Error, ErrorKind};
use crate::item::Item;

use super::attempts::Attempts;

/// The message of [`ErrorKind::OutcomeUnknown`] for one item.
pub(super) const UNCLEAR: &str =
    "an attempt had no definite response, so the write may or may not have been applied; read the item to find out";

/// A write without a successful response.
pub(super) struct Failure {
    error: Error,
    /// The item on which the condition was evaluated; it may be absent.
    found: Option<Item>,
    unclear: bool,
}

impl Failure {
    /// `found` is the item returned with a failed condition, if the error is one.
    pub(super) fn new<E>(
        operation: &'static str,
        error: SdkError<E, HttpResponse>,
        found: Option<Item>,
        attempts: &Attempts,
    ) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        Self { error: from_sdk(operation, error), found, unclear: attempts.were_unclear() }
    }

    /// Returns the item on which the condition was evaluated.
    pub(super) fn found(&self) -> Option<&Item> {
        self.found.as_ref()
    }

    /// Returns whether the condition failed, and nothing was written.
    pub(super) fn is_rejected(&self) -> bool {
        !self.unclear && self.error.kind() == ErrorKind::ConditionFailed
    }

    /// Returns whether the write may have been applied.
    pub(super) fn is_unclear(&self) -> bool {
        self.unclear
    }

    /// Returns the error of the call: the meaning of a failed condition, unless the outcome is unknown.
    pub(super) fn explain(self, condition_failed: ErrorKind, message: &'static str) -> Error {
        if self.unclear {
            return self.error.recast(ErrorKind::OutcomeUnknown, UNCLEAR);
        }
        match self.error.kind() {
            ErrorKind::ConditionFailed => self.error.recast(condition_failed, message),
            _ => self.error,
        }
    }
}
