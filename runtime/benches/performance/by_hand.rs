//! A program without a repository: it scans with the SDK, and decrypts each item.

use aws_sdk_dynamodb::Client;
use dynaseal::repository::query::Items;
use dynaseal::{AttributeActions, Item, ItemContext, ItemEncryptor};
use tokio::task::JoinSet;

use crate::store::Record;

/// Reads every segment in a task.
pub(crate) async fn parallel_scan(
    client: &Client,
    table: &'static str,
    segments: u32,
    encryptor: &ItemEncryptor,
) -> usize {
    let mut tasks = JoinSet::new();
    for segment in 0..segments {
        tasks.spawn(scan(client.clone(), table, Some((segment, segments)), encryptor.clone()));
    }
    tasks.join_all().await.into_iter().sum()
}

/// Reads all pages of the table or of one segment, and returns the number of items.
pub(crate) async fn scan(client: Client, table: &str, segment: Option<(u32, u32)>, encryptor: ItemEncryptor) -> usize {
    let (actions, context) = (AttributeActions::of::<Record>(), ItemContext::new(table).partition_key("id"));
    let (mut start, mut count): (Option<Item>, _) = (None, 0);
    loop {
        let page = client
            .scan()
            .table_name(table)
            .set_segment(segment.map(|(segment, _)| segment as i32))
            .set_total_segments(segment.map(|(_, segments)| segments as i32))
            .set_exclusive_start_key(start);
        let page = page.send().await.unwrap();
        for item in page.items.unwrap_or_default() {
            let item = encryptor.decrypt(item, &actions, &context).await.unwrap();
            let _: Record = serde_dynamo::from_item(item).unwrap();
            count += 1;
        }
        start = page.last_evaluated_key;
        if start.is_none() {
            return count;
        }
    }
}

/// Returns the number of records of a stream.
pub(crate) async fn count(mut records: Items<Record>) -> usize {
    let mut count = 0;
    while let Some(record) = records.next().await {
        record.unwrap();
        count += 1;
    }
    count
}
