//! The memory that a move of a table needs at once, which does not depend on the number of items.

use std::future::IntoFuture as _;
use std::sync::Mutex;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use dynaseal::{EncryptedItem, Item, ItemContext, ItemEncryptor, Repository, SchemaVersion};
use dynaseal_tests::dynamodb_json::item_to_json;
use dynaseal_tests::format::StoredFormat::{Dbesdk, Ddbec};
use serde_json::{Value, json};

use super::{Checking, alone, wait};

/// The items of a page.
const ITEMS: u32 = 8;

/// What two runs may differ by, such as a longer key of a page. It is less than the key of each item.
const TOLERANCE: usize = 4 << 10;

#[derive(EncryptedItem)]
struct Reading {
    #[partition_key]
    id: String,
    text: String,
    #[sign_only]
    unit: String,
    #[do_nothing]
    views: u32,
}

/// A table with this many equal pages, which accepts every write.
#[derive(Debug)]
struct Pages {
    items: Vec<Value>,
    count: usize,
}

impl HttpConnector for Pages {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = match target.ends_with(".Scan") {
            true => self.page(&serde_json::from_slice(request.body().bytes().unwrap()).unwrap()),
            false => json!({}),
        };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body.to_string()))))
    }
}

impl Pages {
    fn page(&self, request: &Value) -> Value {
        let number = request["ExclusiveStartKey"]["id"]["S"].as_str().map_or(1, |number| number.parse().unwrap());
        match number < self.count {
            true => json!({"Items": self.items, "LastEvaluatedKey": {"id": {"S": (number + 1).to_string()}}}),
            false => json!({"Items": self.items}),
        }
    }
}

fn table(keys: &ItemEncryptor, pages: usize) -> Client {
    let context = ItemContext::new("readings").partition_key("id");
    let actions = dynaseal::AttributeActions::of::<Reading>();
    let item = |number| {
        let reading = Reading { id: format!("r-{number}"), text: "x".repeat(200), unit: "mm".to_owned(), views: 1 };
        item_to_json(&wait(keys.encrypt(reading.to_item().unwrap(), &actions, &context)).unwrap())
    };
    let connector = SharedHttpConnector::new(Pages { items: (0..ITEMS).map(item).collect(), count: pages });
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "tests"))
        .http_client(http_client_fn(move |_, _| connector.clone()));
    Client::from_conf(config.build())
}

/// Returns the memory that a move of this many pages needs at once.
fn memory_of(from: &ItemEncryptor, to: &ItemEncryptor, pages: usize, keeps_keys: bool) -> usize {
    let client = table(from, pages);
    let readings: Repository<Reading> = Repository::builder(client).table("readings").encryptor(to.clone()).build();
    let older = SchemaVersion::of::<Reading>("older").encryptor(from.clone());
    let keys = Mutex::new(Vec::new());
    let on_moved = move |key: &Item, _: &_| keys.lock().unwrap().extend(keeps_keys.then(|| key.clone()));
    let before = Checking::live();
    let moving = readings.reencrypt().also_reads(older).segments(1).on_moved(on_moved);
    let report = wait(moving.into_future()).unwrap();
    assert_eq!(report.rewritten(), u64::from(ITEMS) * pages as u64);
    Checking::peak() - before
}

#[test]
fn a_move_needs_as_much_memory_for_any_number_of_items() {
    let _turn = alone();
    let keys = [Ddbec.keys_of(1), Dbesdk.keys_of(1), Dbesdk.keys_of(2), Ddbec.keys_of(2), Ddbec.keys_of(1)];
    for pair in keys.windows(2) {
        // The first run also creates what is created once.
        let [_, few, many] = [1, 2, 10].map(|pages| memory_of(&pair[0], &pair[1], pages, false));
        println!("{few} bytes for {} items, {many} for {}", 2 * ITEMS, 10 * ITEMS);
        assert!(many <= few + TOLERANCE, "{few} {many}");
    }
    // What is kept for each item is found.
    let [few, many] = [2, 10].map(|pages| memory_of(&keys[0], &keys[1], pages, true));
    assert!(many > few + TOLERANCE, "{few} {many}");
}
