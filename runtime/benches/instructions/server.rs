//! A server in this process that always answers the same, so that only the work of the client is counted.

use std::collections::HashMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::{AttributeValue, Item};
use serde_json::json;

/// Returns a client of a server with these responses, by operation. All other operations have an empty response.
pub(crate) fn client<const N: usize>(responses: [(&'static str, String); N]) -> Client {
    let connector = SharedHttpConnector::new(Server(responses.into()));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "bench"))
        .http_client(http_client_fn(move |_, _| connector.clone()));
    Client::from_conf(config.build())
}

#[derive(Debug)]
struct Server(HashMap<&'static str, String>);

impl HttpConnector for Server {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").and_then(|target| target.split_once('.'));
        let response = target.and_then(|(_, operation)| self.0.get(operation)).map_or("{}", String::as_str);
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(response))))
    }
}

/// Returns the response of `GetItem`.
pub(crate) fn one_item(item: &Item) -> String {
    format!("{{\"Item\":{}}}", to_json(item))
}

/// Returns the response of a query or scan.
pub(crate) fn page(items: &[Item]) -> String {
    let count = items.len();
    format!("{{\"Count\":{count},\"ScannedCount\":{count},\"Items\":[{}]}}", list(items))
}

/// Returns the response of `BatchGetItem`.
pub(crate) fn batch(items: &[Item]) -> String {
    format!("{{\"Responses\":{{\"table\":[{}]}},\"UnprocessedKeys\":{{}}}}", list(items))
}

fn list(items: &[Item]) -> String {
    items.iter().map(to_json).collect::<Vec<_>>().join(",")
}

fn to_json(item: &Item) -> String {
    let mut json = String::from("{");
    for (name, value) in item {
        let separator = if json.len() > 1 { "," } else { "" };
        let value = match value {
            AttributeValue::S(text) => json!({ "S": text }),
            AttributeValue::N(number) => json!({ "N": number }),
            AttributeValue::B(blob) => json!({ "B": STANDARD.encode(blob.as_ref()) }),
            other => panic!("no item here has {other:?}"),
        };
        write!(json, "{separator}{}:{value}", json!(name)).unwrap();
    }
    json.push('}');
    json
}
