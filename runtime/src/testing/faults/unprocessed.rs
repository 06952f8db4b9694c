//! Batches of which the service executes only a part.

use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use serde_json::{Map, Value};

/// Executes the first half of a batch, and returns the rest as unprocessed. Other requests are executed unchanged.
pub(super) async fn half(inner: SharedHttpConnector, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let unprocessed = match target.rsplit('.').next() {
        Some("BatchGetItem") => "UnprocessedKeys",
        Some("BatchWriteItem") => "UnprocessedItems",
        _ => return inner.call(request).await,
    };
    let mut body = parse(request.body())?;
    let (done, left) = body.get_mut("RequestItems").and_then(Value::as_object_mut).map(split).unwrap_or_default();
    let response = if done.is_empty() {
        Value::Object(Map::from_iter([(unprocessed.to_owned(), Value::Object(left))]))
    } else {
        body.insert("RequestItems".to_owned(), Value::Object(done));
        *request.body_mut() = SdkBody::from(Value::Object(body).to_string());
        let response = inner.call(request).await?;
        if !response.status().is_success() {
            return Ok(response);
        }
        let mut response = parse(response.body())?;
        response.insert(unprocessed.to_owned(), Value::Object(left));
        Value::Object(response)
    };
    let status = 200.try_into().map_err(|error| ConnectorError::other(Box::new(error), None))?;
    Ok(HttpResponse::new(status, SdkBody::from(response.to_string())))
}

/// Splits the requests of every table into the first half and the rest.
fn split(tables: &mut Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let (mut done, mut left) = (Map::new(), Map::new());
    for (table, requests) in tables {
        let mut rest = requests.take();
        let list = match &mut rest {
            Value::Object(keys_and_attributes) => keys_and_attributes.get_mut("Keys"),
            list => Some(list),
        };
        let Some(Value::Array(list)) = list else { continue };
        let half = list.len() / 2;
        let tail = list.split_off(half);
        let head = std::mem::replace(list, tail);
        let mut first = rest.clone();
        match &mut first {
            Value::Object(keys_and_attributes) => {
                drop(keys_and_attributes.insert("Keys".to_owned(), head.clone().into()))
            }
            list => *list = head.clone().into(),
        }
        if !head.is_empty() {
            done.insert(table.clone(), first);
        }
        left.insert(table.clone(), rest);
    }
    (done, left)
}

fn parse(body: &SdkBody) -> Result<Map<String, Value>, ConnectorError> {
    serde_json::from_slice(body.bytes().unwrap_or_default()).map_err(|error| ConnectorError::other(error.into(), None))
}
