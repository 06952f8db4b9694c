//! A program without the crate: it scans in parallel, and writes every item back.

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use dynaseal::Item;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::store::{CONCURRENCY, PLAIN, SEGMENTS};

/// The way in which an item is written back.
#[derive(Clone, Copy)]
pub(crate) enum Write {
    /// As a whole, which loses concurrent changes.
    Put,
    /// Attribute by attribute, which keeps concurrent changes.
    Update,
}

/// Returns the number of written items.
pub(crate) async fn read_and_write(client: &Client, write: Write) -> usize {
    let busy = Arc::new(Semaphore::new(CONCURRENCY));
    let mut segments = JoinSet::new();
    for number in 0..SEGMENTS {
        segments.spawn(segment(client.clone(), number, Arc::clone(&busy), write));
    }
    segments.join_all().await.into_iter().sum()
}

async fn segment(client: Client, number: u32, busy: Arc<Semaphore>, write: Write) -> usize {
    let (mut start, mut count) = (None, 0);
    loop {
        let scan = client.scan().table_name(PLAIN).segment(number as i32).total_segments(SEGMENTS as i32);
        let page = scan.consistent_read(true).set_exclusive_start_key(start).send().await.unwrap();
        let mut writes = JoinSet::new();
        for item in page.items.unwrap_or_default() {
            let permit = Arc::clone(&busy).acquire_owned().await.unwrap();
            let client = client.clone();
            writes.spawn(async move {
                match write {
                    Write::Put => put(&client, item).await,
                    Write::Update => update(&client, item).await,
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

async fn put(client: &Client, item: Item) {
    client.put_item().table_name(PLAIN).set_item(Some(item)).send().await.unwrap();
}

async fn update(client: &Client, mut item: Item) {
    let id = item.remove("id").unwrap();
    let mut request = client.update_item().table_name(PLAIN).key("id", id);
    let mut sets = Vec::with_capacity(item.len());
    for (position, (name, value)) in item.into_iter().enumerate() {
        sets.push(format!("#{position} = :{position}"));
        request = request.expression_attribute_names(format!("#{position}"), name);
        request = request.expression_attribute_values(format!(":{position}"), value);
    }
    request.update_expression(format!("SET {}", sets.join(", "))).send().await.unwrap();
}
