//! Scans of a table.

use std::collections::BTreeSet;

use dynaseal::{EncryptedItem, ErrorKind, Repository};

use super::setup::{Reading, Store};

fn keys(readings: Vec<Reading>) -> BTreeSet<(String, i64)> {
    let count = readings.len();
    let keys: BTreeSet<_> = readings.into_iter().map(|reading| (reading.sensor, reading.time)).collect();
    assert_eq!(keys.len(), count, "an item came twice");
    keys
}

fn all() -> BTreeSet<(String, i64)> {
    ["s-1", "s-2", "s-3"].into_iter().flat_map(|sensor| (0..40).map(move |time| (sensor.to_owned(), time))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scans_find_everything_once() {
    let readings = Store::with_readings(&["s-1", "s-2", "s-3"], 0..40).await.readings();
    assert_eq!(keys(readings.scan().collect().await.unwrap()), all());
    assert_eq!(keys(readings.scan().consistent().page_size(7).collect().await.unwrap()), all());
    for segments in [1, 2, 4, 33] {
        for page_size in [1, 7, 1000] {
            let found = readings.parallel_scan(segments).page_size(page_size).collect().await.unwrap();
            assert_eq!(keys(found), all(), "{segments} segments, page size {page_size}");
        }
        assert_eq!(readings.parallel_scan(segments).count().await.unwrap(), 120);
        let some = readings.parallel_scan(segments).limit(17).collect().await.unwrap();
        assert_eq!(keys(some).len(), 17);
    }
    let seen = readings.parallel_scan(3).filter(Reading::fields().seen.eq(true)).collect().await.unwrap();
    assert_eq!(keys(seen), all().into_iter().filter(|(_, time)| time % 3 == 0).collect());
}

#[tokio::test]
async fn a_scan_is_paged() {
    let readings = Store::with_readings(&["s-1", "s-2", "s-3"], 0..40).await.readings();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = readings.scan().limit(50).page_size(9).page(cursor).await.unwrap();
        found.extend(page.items);
        cursor = page.cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(keys(found), all());
}

#[tokio::test]
async fn an_empty_table_has_no_items() {
    let store = Store::with_readings(&[], 0..1).await;
    assert_eq!(store.readings().scan().count().await.unwrap(), 0);
    assert_eq!(store.readings().parallel_scan(4).count().await.unwrap(), 0);
    let page = store.readings().scan().page(None).await.unwrap();
    assert!(page.items.is_empty() && page.cursor.is_none());
}

#[test]
fn a_parallel_scan_without_a_runtime_is_an_error() {
    let scan = Store::new().readings().parallel_scan(2);
    let error = poll_once(scan.collect()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

/// Returns the result of a future that never waits.
fn poll_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("it waits"),
    }
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "cat")]
struct Cat {
    #[partition_key]
    id: String,
    #[sort_key]
    place: u32,
    name: String,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "dog")]
struct Dog {
    #[partition_key]
    id: String,
    #[sort_key]
    place: u32,
    tricks: u64,
}

#[tokio::test]
async fn entities_that_share_a_table_are_distinguished() {
    let store = Store::new();
    let cats: Repository<Cat> = store.repository("pets", store.client.clone());
    let dogs: Repository<Dog> = store.repository("pets", store.client.clone());
    cats.create_table().await.unwrap();
    for place in 0..10 {
        cats.put(&Cat { id: "p".to_owned(), place: place * 2, name: "Tom".to_owned() }).await.unwrap();
        dogs.put(&Dog { id: "p".to_owned(), place: place * 2 + 1, tricks: 3 }).await.unwrap();
    }
    assert_eq!(cats.query("p").count().await.unwrap(), 10);
    assert_eq!(dogs.scan().count().await.unwrap(), 10);
    assert_eq!(dogs.parallel_scan(2).count().await.unwrap(), 10);
    assert!(dogs.query("p").sort_lt(5).collect().await.unwrap().iter().all(|dog| dog.tricks == 3 && dog.place < 5));
    let page = cats.query("p").limit(3).page_size(4).page(None).await.unwrap();
    assert_eq!(page.items.iter().map(|cat| cat.place).collect::<Vec<_>>(), [0, 2, 4]);
    let tom = |cat: &Cat| cat.name == "Tom";
    assert!(cats.query("p").page(page.cursor).await.unwrap().items.iter().all(tom));
}
