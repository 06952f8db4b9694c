//! The number of entities and pages in memory does not depend on the size of the table.

use std::sync::Arc;
use std::sync::atomic::{AtomicIsize, Ordering};

use dynaseal::testing::Faults;
use dynaseal::{EncryptedItem, Repository};
use dynaseal_tests::format::StoredFormat;
use serde::{Deserialize, Serialize};

use super::setup::{Reading, Store};

/// The number of live values, and its maximum.
static ALIVE: AtomicIsize = AtomicIsize::new(0);
static MOST: AtomicIsize = AtomicIsize::new(0);

/// A value that counts its instances.
#[derive(Debug, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
struct Counted(u64);

impl From<u64> for Counted {
    fn from(value: u64) -> Self {
        let alive = ALIVE.fetch_add(1, Ordering::SeqCst) + 1;
        MOST.fetch_max(alive, Ordering::SeqCst);
        Self(value)
    }
}

impl From<Counted> for u64 {
    fn from(counted: Counted) -> Self {
        counted.0
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::from(self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(EncryptedItem)]
struct Record {
    #[partition_key]
    id: u64,
    counted: Counted,
}

/// Returns the value of `DYNASEAL_RECORDS`.
fn number_of_records() -> u64 {
    std::env::var("DYNASEAL_RECORDS").map_or(StoredFormat::rounds(5_000) as u64, |records| records.parse().unwrap())
}

/// For each of four segments: 16 elements waiting to be handed over together, 17 being decoded, and 16 that were handed
/// over; and 16 being taken, and one for the consumer.
const OF_FOUR_SEGMENTS: isize = 4 * (16 + 17 + 16) + 16 + 1;

fn start_counting() {
    MOST.store(ALIVE.load(Ordering::SeqCst), Ordering::SeqCst);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_hold_only_a_few_of_thousands_of_items() {
    let number = number_of_records();
    let store = Arc::new(Store::new());
    let records: Repository<Record> = store.repository("records", store.client.clone());
    records.create_table().await.unwrap();
    for id in 0..number {
        records.put(&Record { id, counted: Counted::from(id) }).await.unwrap();
    }
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);

    start_counting();
    let (mut stream, mut count) = (records.scan().stream(), 0);
    while let Some(record) = stream.next().await {
        assert_eq!(record.as_ref().unwrap().id, record.as_ref().unwrap().counted.0);
        count += 1;
    }
    assert_eq!(count, number);
    assert!(MOST.load(Ordering::SeqCst) <= 17, "{} entities at once", MOST.load(Ordering::SeqCst));

    start_counting();
    assert_eq!(records.parallel_scan(4).count().await.unwrap(), number);
    let most = MOST.load(Ordering::SeqCst);
    assert!(most <= OF_FOUR_SEGMENTS, "{most} entities at once");

    // The segments wait for a stalled consumer.
    start_counting();
    let mut stream = records.parallel_scan(4).stream();
    drop(stream.next().await.unwrap().unwrap());
    for _ in 0..10_000 {
        tokio::task::yield_now().await;
    }
    let most = MOST.load(Ordering::SeqCst);
    assert!(most <= OF_FOUR_SEGMENTS, "{most} entities at once");
    drop(stream);
    while ALIVE.load(Ordering::SeqCst) > 0 {
        tokio::task::yield_now().await;
    }
}

/// Each segment has the page that is being decoded and the next one; 16 elements of each wait to be taken together.
#[tokio::test]
async fn segments_prefetch_at_most_one_page() {
    const SEGMENTS: usize = 4;
    const PAGE: usize = 20;
    const COUNT: usize = 2000;
    let sensors: Vec<String> = (0..100).map(|sensor| format!("s-{sensor}")).collect();
    let sensors: Vec<&str> = sensors.iter().map(String::as_str).collect();
    let store = Store::with_readings(&sensors, 0..20).await;
    let requests = Faults::script([]);
    let readings: Repository<Reading> = store.repository("readings", requests.beneath(&store.client).unwrap());
    let mut stream = readings.parallel_scan(SEGMENTS as u32).page_size(PAGE as u32).stream();
    let (mut taken, mut most) = (0, 0);
    while let Some(reading) = stream.next().await {
        reading.unwrap();
        taken += 1;
        // On one thread, and with a store that responds at once, the segments proceed as far as they can.
        for _ in 0..if taken % 100 == 1 { 5_000 } else { 1 } {
            tokio::task::yield_now().await;
        }
        let pages = requests.injected().len();
        most = most.max(pages.saturating_sub(taken / PAGE));
        // The last page of a segment can have any number of items.
        let ahead = SEGMENTS * 2 * PAGE + SEGMENTS * (16 + 1) + SEGMENTS * PAGE;
        assert!(pages * PAGE <= taken + ahead, "{pages} pages were read when {taken} items were taken");
    }
    assert_eq!(taken, COUNT);
    assert!(most >= SEGMENTS, "they do read ahead: {most} pages");
}
