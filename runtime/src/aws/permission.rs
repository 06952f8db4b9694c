//! The permissions that each DynamoDB operation needs, and their purpose.

/// Returns the message for an operation that DynamoDB denied.
pub(crate) fn denied(operation: &str) -> String {
    let (permissions, purpose) = needed(operation);
    format!(
        "access denied; allow {permissions} on the table to these credentials, which is needed to {purpose}. If the table is \
         encrypted with a KMS key of yours on DynamoDB's disks, that key has to be enabled and allowed as well"
    )
}

/// Returns the permissions and their purpose.
pub(crate) fn needed(operation: &str) -> (String, &'static str) {
    let (permissions, purpose) = match operation {
        "TransactGetItems" => ("dynamodb:GetItem", "read items in a transaction"),
        "TransactWriteItems" => (
            "dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem and dynamodb:ConditionCheckItem",
            "write items in a transaction",
        ),
        _ => return (format!("dynamodb:{operation}"), purpose(operation)),
    };
    (permissions.to_owned(), purpose)
}

fn purpose(operation: &str) -> &'static str {
    match operation {
        "GetItem" | "BatchGetItem" => "read items by their keys",
        "Query" => "find items by a partition key, in the table (table/NAME) or an index (table/NAME/index/*)",
        "Scan" => "read a whole table (table/NAME) or index (table/NAME/index/*)",
        "PutItem" | "BatchWriteItem" => "write items",
        "UpdateItem" => "change items",
        "DeleteItem" => "delete items",
        "CreateTable" => "create the table",
        "DescribeTable" => "see the table's keys, indexes, billing, deletion protection and encryption at rest",
        "DescribeTimeToLive" => "read the time-to-live attribute of the table",
        "DescribeContinuousBackups" => "see whether point-in-time recovery is on",
        "ListTagsOfResource" => "see the table's tags",
        "UpdateTimeToLive" => "set the time-to-live attribute of the table",
        "UpdateContinuousBackups" => "switch point-in-time recovery on",
        _ => "do this",
    }
}
