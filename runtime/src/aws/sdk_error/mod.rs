//! Converts the SDK's errors to this crate's error.

use std::borrow::Cow;
use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ConnectorError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::http::StatusCode;

use crate::aws::permission;
use crate::aws::rejection::Rejection;
use crate::aws::transit::PlainHttpRejected;
use crate::error::Source;
use crate::{Error, ErrorKind};

/// Returns the error of `operation`. It omits the service's message, which can quote the item; the SDK's error is kept
/// for [`Error::sdk_error`].
pub(crate) fn from_sdk<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let code = error.code().map(str::to_owned);
    let request_id = error.request_id().map(str::to_owned);
    let said = error.message().filter(|_| VALUE_FREE.contains(&operation)).map(str::to_owned);
    let stage = match &error {
        SdkError::ServiceError(response) => explain_response(code.as_deref(), response.raw().status()),
        SdkError::TimeoutError(_) => NO_RESPONSE,
        SdkError::DispatchFailure(failure) => failure.as_connector_error().map_or(NOT_SENT, explain_dispatch),
        SdkError::ResponseError(_) => UNREADABLE,
        _ => NOT_BUILT,
    };
    new_error(operation, stage, Answered { code, request_id, said }, error.into())
}

/// Operations whose requests contain no values of items, so that the service's message can be shown.
const VALUE_FREE: [&str; 9] = [
    "CreateTable",
    "DescribeContinuousBackups",
    "DescribeTable",
    "DescribeTimeToLive",
    "ListTagsOfResource",
    "TagResource",
    "UpdateContinuousBackups",
    "UpdateTable",
    "UpdateTimeToLive",
];

/// The service's response, besides the kind of the error.
struct Answered {
    code: Option<String>,
    request_id: Option<String>,
    /// Its message, if it cannot quote an item.
    said: Option<String>,
}

/// Not generic, so that it is compiled once and not for every operation of the SDK.
fn new_error(
    operation: &'static str,
    (kind, message): (ErrorKind, &'static str),
    Answered { code, request_id, said }: Answered,
    error: Source,
) -> Error {
    let rejected = find::<PlainHttpRejected>(&*error).map(ToString::to_string);
    let rejected = rejected.or_else(|| find::<Rejection>(&*error).map(ToString::to_string));
    let (kind, message) = match (rejected, code.as_deref()) {
        (Some(rejection), _) => (ErrorKind::Usage, rejection.into()),
        (None, Some("AccessDeniedException")) => (ErrorKind::Sdk, permission::denied(operation).into()),
        (None, _) => match (said, unconfigured(&*error)) {
            (_, Some(missing)) if kind == ErrorKind::Sdk => (kind, Cow::Borrowed(missing)),
            (Some(said), _) if message == REJECTED => {
                (kind, format!("the service rejected the request: {said}").into())
            }
            _ => (kind, Cow::Borrowed(message)),
        },
    };
    Error::new(kind, message).with_operation(operation).with_sdk_error(code, request_id, error)
}

/// Finds the error of one of our own guards among the sources of an SDK error.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |&error| error.source()).find_map(<dyn StdError>::downcast_ref)
}

fn explain_response(code: Option<&str>, status: StatusCode) -> (ErrorKind, &'static str) {
    match code {
        Some("ResourceNotFoundException") => (
            ErrorKind::NotFound,
            "the table or index does not exist; check its name, the account and the region, or create it",
        ),
        Some("ConditionalCheckFailedException") => {
            (ErrorKind::ConditionFailed, "the condition did not hold; nothing was written")
        }
        Some("TransactionConflictException" | "ReplicatedWriteConflictException") => (
            ErrorKind::Conflict,
            "a transaction, or a writer in another Region, has the item at this moment; nothing was written, try again",
        ),
        Some("ProvisionedThroughputExceededException" | "ThrottlingException" | "RequestLimitExceeded") => {
            (ErrorKind::Throttled, "the service throttles requests; try again later")
        }
        Some("UnknownOperationException") => (
            ErrorKind::Sdk,
            "this endpoint does not have the operation; stores other than Amazon DynamoDB, the embedded one too, lack some",
        ),
        Some("InternalServerError" | "ServiceUnavailable") => FAILED_INSIDE,
        _ if status.is_server_error() => FAILED_INSIDE,
        // The service's own rejections have status 400 and a code, unless the connection ended in the middle of one.
        None if status.is_success() || status.as_u16() == 400 => UNREADABLE,
        _ => (ErrorKind::Sdk, REJECTED),
    }
}

/// Returns which setting the client lacks, if a request was not sent for that reason. The SDK has no types for these
/// reasons.
fn unconfigured(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    let mut reasons = std::iter::successors(Some(error), |&error| error.source());
    reasons.find_map(|reason| {
        let reason = reason.to_string().to_lowercase();
        if reason.contains("missing region") || reason.contains("region must be set") {
            return Some(NO_REGION);
        }
        let speaks_of_credentials = reason.contains("credential") || reason.contains("identity resolver");
        let is_missing = ["no providers", "not enabled", "not loaded", "no identity resolver", "no credentials"];
        (speaks_of_credentials && is_missing.iter().any(|missing| reason.contains(missing))).then_some(NO_CREDENTIALS)
    })
}

const REJECTED: &str =
    "the service rejected the request; its code states the reason, and the sources of sdk_error() contain its message";
const NO_REGION: &str = "the client has no region: set it in its configuration, in `AWS_REGION`, or in the profile of the \
                         shared configuration";
const NO_CREDENTIALS: &str = "the client found no credentials: give it a credentials provider, set `AWS_ACCESS_KEY_ID` and \
                              `AWS_SECRET_ACCESS_KEY`, or use a profile or a role of the machine";

/// Only network failures can be retried; most failures without such a cause are about credentials.
fn explain_dispatch(error: &ConnectorError) -> (ErrorKind, &'static str) {
    if error.is_timeout() {
        NO_RESPONSE
    } else if error.is_io() || error.as_other().is_some() {
        (ErrorKind::Unavailable, "the service could not be reached; check the network and the endpoint, and try again")
    } else {
        NOT_SENT
    }
}

const FAILED_INSIDE: (ErrorKind, &str) = (
    ErrorKind::Unavailable,
    "the service had an internal failure; try again later. If this was a write, it may have happened",
);
const NO_RESPONSE: (ErrorKind, &str) =
    (ErrorKind::Unavailable, "no response arrived in time; try again. If this was a write, it may have been applied");
const UNREADABLE: (ErrorKind, &str) = (
    ErrorKind::Unavailable,
    "the response could not be read; try again. If this was a write, it may have been applied",
);
const NOT_SENT: (ErrorKind, &str) =
    (ErrorKind::Sdk, "the request could not be sent; check the client's credentials and endpoint, and see sdk_error()");
const NOT_BUILT: (ErrorKind, &str) =
    (ErrorKind::Sdk, "the request could not be built; check the client's configuration, and see sdk_error()");

#[cfg(test)]
pub(crate) mod tests;
