//! What reads do beyond decrypting an item: the comparison that lets an update keep untouched values, and the comparison of
//! results with the request. Each is the difference between two operations that otherwise do the same.
//!
//! The requests go through the SDK, to a server that answers each operation with the same body.

use std::fmt::Write as _;
use std::hint::black_box;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::{AttributeActions, AttributeValue, EncryptedItem, Item, ItemContext, ItemEncryptor, Repository};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::counted::run_counted_work;
use crate::entity::Medium;
use crate::providers::{ready, wrapped};
use crate::shape::Shape;

/// The items of a page.
const ITEMS: usize = 100;
/// The requests of a row.
const REQUESTS: usize = 50;

#[derive(Clone, EncryptedItem)]
struct Reading {
    #[partition_key]
    sensor: String,
    #[sort_key]
    second: u32,
    #[sign_only]
    state: String,
    #[sign_only]
    value: u32,
}

/// Prints one line for every counted operation.
pub(crate) fn run_all() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let shape = &Shape::all()[1];
    let value = Medium::from_item(&mut shape.item.clone()).unwrap();
    let stored = encrypt(&value, &shape.context);
    let medium: Repository<Medium> = repository(&format!("{{\"Item\":{}}}", to_json(&stored)));
    let key = || value.key();
    count(&runtime, "get", 1, || async { drop(medium.get(key()).await.unwrap().unwrap()) });
    count(&runtime, "fetch", 1, || async { drop(medium.fetch(key()).await.unwrap().unwrap()) });

    let context = ItemContext::new("table").partition_key("sensor").sort_key("second");
    let page: Vec<String> = (0..ITEMS as u32)
        .map(|second| Reading { sensor: "s".to_owned(), second, state: "on".to_owned(), value: 7 })
        .map(|reading| to_json(&encrypt(&reading, &context)))
        .collect();
    let readings: Repository<Reading> =
        repository(&format!("{{\"Count\":{ITEMS},\"ScannedCount\":{ITEMS},\"Items\":[{}]}}", page.join(",")));
    count(&runtime, "scan", ITEMS, || async { assert_eq!(readings.scan().collect().await.unwrap().len(), ITEMS) });
    let query = || readings.query("s");
    count(&runtime, "query", ITEMS, || async { assert_eq!(query().collect().await.unwrap().len(), ITEMS) });
    let fields = Reading::fields;
    let filtered = || query().filter(fields().state.eq("on") & fields().value.lt(9));
    count(&runtime, "query with a filter", ITEMS, || async {
        assert_eq!(filtered().collect().await.unwrap().len(), ITEMS);
    });
}

/// Counts some requests, which return as many items each.
fn count<F: Future<Output = ()>>(runtime: &Runtime, operation: &str, items: usize, request: impl Fn() -> F) {
    runtime.block_on(request());
    run_counted_work(&mut || (0..REQUESTS).for_each(|_| runtime.block_on(black_box(request()))));
    let row = json!({
        "name": format!("{operation}, items of a page: {items}, repository"),
        "attributes": 1,
        "bytes": 1,
        "items": REQUESTS * items,
    });
    println!("{row}");
}

fn encrypt<T: EncryptedItem>(value: &T, context: &ItemContext) -> Item {
    let encryptor = ItemEncryptor::new(wrapped());
    ready(encryptor.encrypt(value.to_item().unwrap(), &AttributeActions::of::<T>(), context)).unwrap()
}

fn repository<T: EncryptedItem>(body: &str) -> Repository<T> {
    Repository::builder(client(body)).table("table").encryptor(ItemEncryptor::new(wrapped())).build()
}

/// Returns a client of a server that answers every request with this body.
pub(crate) fn client(body: &str) -> Client {
    let connector = SharedHttpConnector::new(Server(body.to_owned()));
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "bench"))
        .http_client(http_client_fn(move |_, _| connector.clone()));
    Client::from_conf(config.build())
}

/// Answers every request with this body.
#[derive(Debug)]
struct Server(String);

impl HttpConnector for Server {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(self.0.as_str()))))
    }
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
