//! The one error type of the crate.

mod build;
mod kind;

use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

pub use self::kind::ErrorKind;

/// The result of a fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// The attributes of an item's primary key.
type Key = HashMap<String, AttributeValue>;

/// The error of every fallible call: what failed, where, and what to do about it.
///
/// Neither `Display` nor `Debug` ever shows an attribute's value or a key. The SDK's own error can contain the item
/// that the service returned, so it is available only through [`sdk_error`](Error::sdk_error).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    attribute: Option<String>,
    unknown_attributes: Vec<String>,
    cancellation_reasons: Vec<Option<Error>>,
    item_key: Option<Key>,
    is_absence: bool,
    operation: Option<&'static str>,
    aws_code: Option<String>,
    aws_request_id: Option<String>,
    source: Option<Source>,
    sdk: Option<Source>,
}

impl Error {
    /// Returns the kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns whether another writer or an existing item prevented the write, so that nothing was written.
    pub fn is_conflict(&self) -> bool {
        matches!(self.kind(), ErrorKind::AlreadyExists | ErrorKind::ConditionFailed | ErrorKind::Conflict)
    }

    /// Returns whether the same call can succeed later without any change.
    pub fn is_retryable(&self) -> bool {
        matches!(self.kind(), ErrorKind::Throttled | ErrorKind::Unavailable)
    }

    /// Returns the DynamoDB operation that failed, such as `PutItem`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the name of the attribute that the error is about.
    pub fn attribute(&self) -> Option<&str> {
        self.0.attribute.as_deref()
    }

    /// Returns the attributes of the stored item that the entity does not declare, if the item failed verification.
    ///
    /// An item can only be verified with the attribute actions that it was written with. If a newer version of the
    /// struct has one of these as `#[sign_only]` or `#[do_nothing]`, the older one must declare it:
    /// `#[item(other("..", action = ..))]`.
    pub fn unknown_attributes(&self) -> &[String] {
        &self.0.unknown_attributes
    }

    /// Returns the key of the item that the error is about, if the call reads more than one. It is never printed,
    /// because a key is a value.
    pub fn item_key(&self) -> Option<&HashMap<String, AttributeValue>> {
        self.0.item_key.as_ref()
    }

    /// Returns the reason for each operation of a canceled transaction, in order: `None` where an operation was not the
    /// cause.
    pub fn cancellation_reasons(&self) -> &[Option<Self>] {
        &self.0.cancellation_reasons
    }

    /// Returns the service's error code, such as `ResourceNotFoundException`.
    pub fn aws_code(&self) -> Option<&str> {
        self.0.aws_code.as_deref()
    }

    /// Returns the request ID to quote to AWS support.
    pub fn aws_request_id(&self) -> Option<&str> {
        self.0.aws_request_id.as_deref()
    }

    /// Returns the SDK's own error. The service's message is among its [sources](StdError::source), all of which the
    /// SDK's `DisplayErrorContext` prints. It can contain attribute values: do not log it where they must not appear.
    pub fn sdk_error(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.0.sdk.as_deref()
    }

    /// Creates an error of kind `Materials`: for custom providers and keys whose keys cannot be obtained or used.
    ///
    /// `message` states the reason and what to do, never a key or a value. Do not use it to report that an item is not
    /// authentic: that is [`DecryptionMaterials::rejected`](crate::materials::DecryptionMaterials::rejected).
    pub fn materials(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Materials, message)
    }

    /// Returns the status with which a web service responds when a request of its client fails with this error (RFC
    /// 9110, section 15).
    ///
    /// | status | kinds |
    /// |---|---|
    /// | 400 Bad Request | `Codec`: a key or value that the client sent is empty, too long, contains a separator, or cannot be stored; `InvalidCursor` |
    /// | 404 Not Found | `NotFound`, of an item |
    /// | 409 Conflict | `AlreadyExists` |
    /// | 412 Precondition Failed | `Conflict`, `ConditionFailed` |
    /// | 413 Content Too Large | `TooLarge` |
    /// | 503 Service Unavailable | what [`is_retryable`](Self::is_retryable), such as `Throttled` and `Unavailable`; send `Retry-After` |
    /// | 500 Internal Server Error | all others: the program, its settings, or the stored data; without detail for the client |
    ///
    /// ```
    /// use dynaseal::KeyAttribute;
    ///
    /// let error = String::new().encode().unwrap_err(); // a key cannot be empty
    /// assert_eq!(error.http_status(), 400);
    /// ```
    pub fn http_status(&self) -> u16 {
        match self.kind() {
            // The client cannot do anything about a missing table.
            ErrorKind::NotFound if self.aws_code() != Some("ResourceNotFoundException") => 404,
            ErrorKind::Codec | ErrorKind::InvalidCursor => 400,
            ErrorKind::AlreadyExists => 409,
            ErrorKind::Conflict | ErrorKind::ConditionFailed => 412,
            ErrorKind::TooLarge => 413,
            _ if self.is_retryable() => 503,
            _ => 500,
        }
    }

    /// Returns whether the error was created by [`absent_keys`](Self::absent_keys).
    pub(crate) fn is_absence(&self) -> bool {
        self.0.is_absence
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns whether the service rejected a value in this request, and not another item's request.
    pub(crate) fn is_rejected_value(&self) -> bool {
        let rejections = ["ValidationException", "ItemCollectionSizeLimitExceededException"];
        self.aws_code().is_some_and(|code| rejections.contains(&code))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        if let Some(attribute) = &self.0.attribute {
            write!(f, "attribute {attribute:?}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(code) = &self.0.aws_code {
            write!(f, " ({}", code.escape_debug())?;
            if let Some(id) = &self.0.aws_request_id {
                write!(f, ", request id {}", id.escape_debug())?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}: {self})", self.0.kind)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
