//! Every failure as an HTTP response: `application/problem+json`, RFC 9457. The cause is logged and not sent to the
//! client.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use dynaseal::{Error, ErrorKind};
use serde_json::json;

/// Seconds after which a client may try again.
const RETRY_SECONDS: &str = "2";

/// An error as shown to the client.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    title: &'static str,
    is_about_keys: bool,
}

/// An extension of a response: a key could not be used. [`company`](crate::company) determines the reason.
#[derive(Clone, Copy)]
pub(crate) struct NoKey;

impl Problem {
    const fn new(status: StatusCode, title: &'static str) -> Self {
        Self { status, title, is_about_keys: false }
    }

    /// The request is well-formed, and contains an invalid value.
    pub(crate) const fn invalid(title: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, title)
    }

    pub(crate) const fn no_such_employee() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is no such employee")
    }

    pub(crate) const fn no_such_company() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is no such company")
    }

    /// The records cannot be recovered.
    pub(crate) const fn shredded() -> Self {
        Self::new(StatusCode::GONE, "this company's key was deleted, and its records are unreadable for good")
    }

    pub(crate) const fn key_changed() -> Self {
        Self::new(StatusCode::CONFLICT, "the company's key was rotated meanwhile")
    }

    pub(crate) const fn one_key() -> Self {
        Self::new(StatusCode::CONFLICT, "in this format, one key is everybody's; it is not rotated or deleted here")
    }

    /// The entity tag of the client is not the one of the stored employee.
    pub(crate) const fn changed() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "the employee was changed meanwhile; read it again")
    }

    pub(crate) const fn no_entity_tag() -> Self {
        Self::new(StatusCode::PRECONDITION_REQUIRED, "send the ETag that was read as If-Match")
    }

    pub(crate) const fn overloaded() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too many requests at once; try again")
    }

    pub(crate) const fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too long")
    }

    pub(crate) const fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time")
    }

    pub(crate) const fn not_ours() -> Self {
        Self::new(StatusCode::MISDIRECTED_REQUEST, "this service does not have that name")
    }

    pub(crate) const fn of_another_site() -> Self {
        Self::new(StatusCode::FORBIDDEN, "other sites cannot change anything here")
    }

    pub(crate) const fn not_damaged() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "the employee can be read; delete it with its ETag as If-Match")
    }

    /// The response to a write was lost.
    pub(crate) const fn unknown_outcome() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "it is not known whether this happened; read the employee again")
    }

    const fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the service failed")
    }
}

/// An error of the directory. The item and the keys are never part of the response.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error.kind() {
            // A missing table is an error in the settings.
            ErrorKind::NotFound if error.aws_code().is_none() || error.aws_code() == Some(CONDITION_FAILED) => {
                Self::no_such_employee()
            }
            ErrorKind::AlreadyExists => Self::new(StatusCode::CONFLICT, "there is an employee with this id already"),
            ErrorKind::Conflict | ErrorKind::ConditionFailed => Self::changed(),
            ErrorKind::InvalidCursor => Self::new(StatusCode::BAD_REQUEST, "the cursor is not valid; start over"),
            ErrorKind::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "the employee has too much text"),
            ErrorKind::OutcomeUnknown => {
                tracing::warn!(%error, "it is not known whether a write happened");
                Self::unknown_outcome()
            }
            ErrorKind::Integrity => {
                // The table was changed by another writer, or the keys are wrong.
                tracing::error!(target: "alarm", %error, "an item failed verification");
                Self::internal()
            }
            ErrorKind::Materials => {
                tracing::error!(%error, "a key cannot be used");
                Self { is_about_keys: error.aws_code().is_none(), ..Self::internal() }
            }
            ErrorKind::Throttled | ErrorKind::Unavailable => {
                tracing::warn!(%error, "the store or the keys cannot be reached");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "the service is busy; try again")
            }
            _ => {
                tracing::error!(%error, kind = ?error.kind(), "a request failed");
                Self::internal()
            }
        }
    }
}

/// DynamoDB's code for a failed condition, such as an existing item.
const CONDITION_FAILED: &str = "ConditionalCheckFailedException";

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { status, title, is_about_keys } = self;
        let body = Json(json!({ "title": title, "status": status.as_u16() }));
        let kind = [(CONTENT_TYPE, "application/problem+json")];
        let mut response = match status {
            StatusCode::SERVICE_UNAVAILABLE => (status, [(RETRY_AFTER, RETRY_SECONDS)], kind, body).into_response(),
            _ => (status, kind, body).into_response(),
        };
        if is_about_keys {
            response.extensions_mut().insert(NoKey);
        }
        response
    }
}

macro_rules! rejections {
    ($($rejection:ty: $title:literal),* $(,)?) => {$(
        impl From<$rejection> for Problem {
            fn from(rejection: $rejection) -> Self {
                Self::new(rejection.status(), $title)
            }
        }
    )*};
}

rejections! {
    JsonRejection: "the body is not the JSON that belongs here",
    QueryRejection: "the query is not one that belongs here",
    PathRejection: "the path is not one that belongs here",
}

pub(crate) async fn no_such_page() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "there is nothing here")
}

pub(crate) async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this cannot be done here")
}
