//! Maps an operation's name and JSON body to its response, as in DynamoDB's low-level API:
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html>.

use dynoxide::actions::query::QueryRequest;
use dynoxide::actions::scan::ScanRequest;
use dynoxide::{Database, DynoxideError};
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

const API_VERSION: &str = "DynamoDB_20120810.";

const UNKNOWN_OPERATION: &str = r#"{"__type":"com.amazon.coral.service#UnknownOperationException","message":"the embedded database does not have this operation"}"#;

/// The limit given to dynoxide for a page. Without one, it reads all remaining items into memory before applying the
/// page limit of 1 MB, for every page. A page holds no more items than this if they have at least 100 bytes.
const MOST_ITEMS_OF_A_PAGE: usize = 10_000;

/// Returns the HTTP status and the body of the response to one request.
pub(super) fn respond(store: &Database, target: &str, body: &[u8]) -> (StatusCode, String) {
    match target.strip_prefix(API_VERSION).and_then(|operation| run(store, operation, body)) {
        None => (StatusCode::BAD_REQUEST, UNKNOWN_OPERATION.to_owned()),
        Some(Ok(response)) => (StatusCode::OK, response),
        Some(Err(error)) => {
            (StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::BAD_REQUEST), error.to_json())
        }
    }
}

fn run(store: &Database, operation: &str, body: &[u8]) -> Option<dynoxide::Result<String>> {
    Some(match operation {
        "CreateTable" => call(body, |request| store.create_table(request)),
        "DeleteTable" => call(body, |request| store.delete_table(request)),
        "DescribeTable" => call(body, |request| store.describe_table(request)),
        "ListTables" => call(body, |request| store.list_tables(request)),
        "UpdateTable" => call(body, |request| store.update_table(request)),
        "PutItem" => call(body, |request| store.put_item(request)),
        "GetItem" => call(body, |request| store.get_item(request)),
        "UpdateItem" => call(body, |request| store.update_item(request)),
        "DeleteItem" => call(body, |request| store.delete_item(request)),
        "Query" => call(body, |mut request: QueryRequest| {
            request.limit.get_or_insert(MOST_ITEMS_OF_A_PAGE);
            store.query(request)
        }),
        "Scan" => call(body, |mut request: ScanRequest| {
            request.limit.get_or_insert(MOST_ITEMS_OF_A_PAGE);
            store.scan(request)
        }),
        "SearchVectors" => call(body, |request| store.search_vectors(request)),
        "BatchGetItem" => call(body, |request| store.batch_get_item(request)),
        "BatchWriteItem" => call(body, |request| store.batch_write_item(request)),
        "TransactGetItems" => call(body, |request| store.transact_get_items(request)),
        "TransactWriteItems" => call(body, |request| store.transact_write_items(request)),
        "ExecuteStatement" => call(body, |request| store.execute_statement(request)),
        "BatchExecuteStatement" => call(body, |request| store.batch_execute_statement(request)),
        "ExecuteTransaction" => call(body, |request| store.execute_transaction(request)),
        "DescribeTimeToLive" => call(body, |request| store.describe_time_to_live(request)),
        "UpdateTimeToLive" => call(body, |request| store.update_time_to_live(request)),
        "ListTagsOfResource" => call(body, |request| store.list_tags_of_resource(request)),
        "TagResource" => call(body, |request| store.tag_resource(request)),
        "UntagResource" => call(body, |request| store.untag_resource(request)),
        _ => return None,
    })
}

fn call<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> dynoxide::Result<String> {
    let request = serde_json::from_slice(body).map_err(unreadable)?;
    let response = operation(request)?;
    serde_json::to_string(&response).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// Converts an error of reading a request. dynoxide validates much of a request while it reads it, and marks in the
/// error's text which of DynamoDB's exceptions the error stands for.
fn unreadable(error: serde_json::Error) -> DynoxideError {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    if text.starts_with("recursion limit exceeded") {
        return DynoxideError::ValidationException("Nesting Levels have exceeded supported limits".to_owned());
    }
    match text.split_once(':') {
        Some(("VALIDATION" | "VALIDATION_REQUEST" | "VALIDATION_AS_READ", message)) => {
            DynoxideError::ValidationException(message.to_owned())
        }
        Some(("SERIALIZATION" | "SERIALIZATION_AS_READ", message)) => {
            DynoxideError::SerializationException(message.to_owned())
        }
        _ if ["missing field", "unknown variant", "invalid type: null", "AttributeValue"]
            .iter()
            .any(|sign| text.contains(sign)) =>
        {
            DynoxideError::ValidationException(text.to_owned())
        }
        _ => DynoxideError::SerializationException(text.to_owned()),
    }
}
