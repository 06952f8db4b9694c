//! The kinds of failures.

/// The kind of failure of an [`Error`](super::Error).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The table, the index or the item does not exist.
    NotFound,
    /// `create` found an item with the same key; or a table, key file or checkpoint of that name exists.
    AlreadyExists,
    /// The condition of a write did not hold; nothing was written.
    ConditionFailed,
    /// Concurrent writers changed the item in each of the allowed attempts, or a transaction holds it; nothing was
    /// written.
    Conflict,
    /// The write may or may not have been applied: read the item to find out.
    OutcomeUnknown,
    /// The item was not written with these keys, actions and table name, or it was changed since. The error
    /// deliberately does not tell which.
    Integrity,
    /// Keys could not be obtained or used: wrong configuration, missing permission, an unreadable key file, or an item
    /// whose material description names another way of encryption.
    Materials,
    /// The item does not fit the entity: an attribute is missing, unknown or of another type.
    Schema,
    /// DynamoDB cannot represent a value: a number of more than 38 digits, an empty key, a set with a duplicate
    /// element.
    Codec,
    /// The service throttled the request; try again later.
    Throttled,
    /// The service could not be reached or had an internal failure; try again later.
    Unavailable,
    /// The service rejected the request for another reason; see [`Error::sdk_error`](super::Error::sdk_error).
    Sdk,
    /// The item exceeds DynamoDB's 400 KB (409,600 bytes) after encryption, or a transaction its 4 MB; or a changed item
    /// has more unsigned attributes than the condition of its write can name.
    TooLarge,
    /// A cursor was changed, has expired, or belongs to another query.
    InvalidCursor,
    /// The call itself is invalid, independently of stored data.
    Usage,
}
