//! A program without the crate: it scans in parallel, and writes every item back as it is.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use dynaseal::Item;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::store::{CONCURRENCY, SEGMENTS};

/// The attribute with the signature, in each format.
const SIGNATURES: [&str; 2] = ["*amzn-ddb-map-sig*", "aws_dbe_foot"];

/// The way in which an item is written back.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Write {
    /// As a whole, which loses concurrent changes.
    Put,
    /// Attribute by attribute, which keeps concurrent changes.
    Update,
    /// As a whole, if its signature is unchanged.
    PutUnchanged,
}

/// Returns the number of written items.
pub(crate) async fn read_and_write(client: &Client, table: &'static str, write: Write) -> usize {
    let busy = Arc::new(Semaphore::new(CONCURRENCY));
    let mut segments = JoinSet::new();
    for number in 0..SEGMENTS {
        segments.spawn(segment(client.clone(), table, number, Arc::clone(&busy), write));
    }
    segments.join_all().await.into_iter().sum()
}

async fn segment(client: Client, table: &'static str, number: u32, busy: Arc<Semaphore>, write: Write) -> usize {
    let (mut start, mut count) = (None, 0);
    loop {
        let scan = client.scan().table_name(table).segment(number as i32).total_segments(SEGMENTS as i32);
        let page = scan.consistent_read(true).set_exclusive_start_key(start).send().await.unwrap();
        let mut writes = JoinSet::new();
        for item in page.items.unwrap_or_default() {
            let permit = Arc::clone(&busy).acquire_owned().await.unwrap();
            let client = client.clone();
            writes.spawn(async move {
                match write {
                    Write::Put => put(&client, table, item).await,
                    Write::PutUnchanged => put_unchanged(&client, table, item).await,
                    Write::Update => update(&client, table, item).await,
                }
                drop(permit);
            });
        }
        count += writes.join_all().await.len();
        start = page.last_evaluated_key;
        if start.is_none() {
            return count;
        }
    }
}

async fn put(client: &Client, table: &str, item: Item) {
    client.put_item().table_name(table).set_item(Some(item)).send().await.unwrap();
}

async fn update(client: &Client, table: &str, mut item: Item) {
    let id = item.remove("id").unwrap();
    let mut request = client.update_item().table_name(table).key("id", id);
    let mut sets = Vec::with_capacity(item.len());
    for (position, (name, value)) in item.into_iter().enumerate() {
        sets.push(format!("#{position} = :{position}"));
        request = request.expression_attribute_names(format!("#{position}"), name);
        request = request.expression_attribute_values(format!(":{position}"), value);
    }
    request.update_expression(format!("SET {}", sets.join(", "))).send().await.unwrap();
}

async fn put_unchanged(client: &Client, table: &str, item: Item) {
    let signed = |name: &&'static str| Some((*name, item.get(*name)?.clone()));
    let (attribute, signature) = SIGNATURES.iter().find_map(signed).unwrap();
    let request = client.put_item().table_name(table).set_item(Some(item));
    let request = request.condition_expression("attribute_exists(#0) AND #1 = :1");
    let request = request.expression_attribute_names("#0", "id").expression_attribute_names("#1", attribute);
    request.expression_attribute_values(":1", signature).send().await.unwrap();
}
