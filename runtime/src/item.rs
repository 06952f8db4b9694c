//! An item as DynamoDB knows it.

use std::collections::HashMap;

pub use aws_sdk_dynamodb::types::AttributeValue;

/// An item: attribute values by attribute name, exactly as the AWS SDK takes and returns it.
pub type Item = HashMap<String, AttributeValue>;
