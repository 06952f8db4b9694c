//! What reads do beyond decrypting an item: the comparison that lets an update keep untouched values, and the comparison of
//! results with the request. Each is the difference between two operations that otherwise do the same.
//!
//! The requests go through the SDK, to a server that answers each operation with the same body.

use std::hint::black_box;

use aws_sdk_dynamodb::Client;
use dynaseal::{AttributeActions, EncryptedItem, Item, ItemContext, ItemEncryptor, Repository};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::counted::run_counted_work;
use crate::entity::Medium;
use crate::providers::{ready, wrapped};
use crate::server;
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
    let medium: Repository<Medium> = repository(server::client([("GetItem", server::one_item(&stored))]));
    let key = || value.key();
    count(&runtime, "get", 1, || async { drop(medium.get(key()).await.unwrap().unwrap()) });
    count(&runtime, "fetch", 1, || async { drop(medium.fetch(key()).await.unwrap().unwrap()) });

    let context = ItemContext::new("table").partition_key("sensor").sort_key("second");
    let items: Vec<Item> = (0..ITEMS as u32)
        .map(|second| Reading { sensor: "s".to_owned(), second, state: "on".to_owned(), value: 7 })
        .map(|reading| encrypt(&reading, &context))
        .collect();
    let page = server::page(&items);
    let readings: Repository<Reading> = repository(server::client([("Scan", page.clone()), ("Query", page)]));
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

fn repository<T: EncryptedItem>(client: Client) -> Repository<T> {
    Repository::builder(client).table("table").encryptor(ItemEncryptor::new(wrapped())).build()
}
