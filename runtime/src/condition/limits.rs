//! DynamoDB's limits on expressions: "Expression parameters" in the Amazon DynamoDB developer guide, "Service, account,
//! and table quotas".

use crate::error::{Error, ErrorKind};

pub(super) const MAX_LENGTH: usize = 4096;
pub(super) const MAX_OPERATORS: usize = 300;

/// Returns the error of an expression, a `what`, that exceeds the limits.
pub(super) fn too_long(what: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!("the {what} has more than the 4,096 bytes or 300 operators that DynamoDB allows; split it"),
    )
}
