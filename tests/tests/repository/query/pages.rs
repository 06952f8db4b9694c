//! Item limits and page sizes, which differ, and streams that end early.

use dynaseal::repository::query::{Query, Selection};

use super::setup::{Reading, Store, times};

const COUNT: i64 = 25;

type Readings = Selection<Reading, Query<i64>>;

/// Returns the times of each page, up to the end.
async fn walk(query: impl Fn() -> Readings) -> Vec<Vec<i64>> {
    let (mut pages, mut cursor) = (Vec::new(), None);
    loop {
        let page = query().page(cursor).await.unwrap();
        pages.push(times(&page.items));
        cursor = page.cursor;
        if cursor.is_none() {
            return pages;
        }
        assert!(pages.len() < 100, "the cursors go in circles");
    }
}

#[tokio::test]
async fn pages_have_no_gaps_or_repetitions() {
    let store = Store::with_readings(&["s-1", "s-2"], 0..COUNT).await;
    let readings = store.readings();
    let is_even = || Reading::fields().unit.eq("K");
    let all: Vec<i64> = (0..COUNT).collect();
    let even: Vec<i64> = all.iter().copied().filter(|time| time % 2 == 0).collect();
    for limit in [1, 2, 7, 13, 25, 26] {
        for page_size in [1, 3, 10, 100] {
            let query = || readings.query("s-1").limit(limit).page_size(page_size);
            let pages = walk(query).await;
            assert_eq!(pages.concat(), all, "limit {limit}, page size {page_size}");
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit));

            let pages = walk(|| query().filter(is_even())).await;
            assert_eq!(pages.concat(), even, "filtered, limit {limit}, page size {page_size}");
            assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit));

            let pages = walk(|| query().descending()).await;
            assert_eq!(pages.concat(), all.iter().copied().rev().collect::<Vec<_>>());
        }
    }
    assert_eq!(walk(|| readings.query("s-1")).await, std::slice::from_ref(&all));
    let pages = walk(|| readings.query("s-1").page_size(10)).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5]);
    assert_eq!(walk(|| readings.query("nobody")).await, [Vec::<i64>::new()]);
}

#[tokio::test]
async fn a_limit_counts_items_and_a_page_size_counts_evaluated_items() {
    let store = Store::with_readings(&["s-1"], 0..COUNT).await;
    let is_even = || Reading::fields().unit.eq("K");
    for (limit, page_size, expected_requests) in [(7, 100, 1), (7, 3, 3), (25, 5, 5), (30, 5, 6)] {
        let (readings, requests) = store.behind([]);
        let query = readings.query("s-1").limit(limit).page_size(page_size);
        let found = query.collect().await.unwrap();
        assert_eq!(times(&found), (0..COUNT).take(limit).collect::<Vec<_>>());
        assert_eq!(requests.injected().len(), expected_requests, "limit {limit}, page size {page_size}");
    }
    let (readings, requests) = store.behind([]);
    let found = readings.query("s-1").filter(is_even()).limit(5).page_size(4).collect().await.unwrap();
    assert_eq!(times(&found), [0, 2, 4, 6, 8]);
    assert_eq!(requests.injected().len(), 3);

    let (readings, requests) = store.behind([]);
    assert_eq!(readings.query("s-1").limit(3).count().await.unwrap(), 3);
    assert_eq!(requests.injected().len(), 1);
}

#[tokio::test]
async fn a_stream_prefetches_one_page() {
    let store = Store::with_readings(&["s-1"], 0..COUNT).await;
    let (readings, requests) = store.behind([]);
    let mut stream = readings.query("s-1").page_size(5).stream();
    assert_eq!(requests.injected().len(), 0, "nothing is read before it is wanted");
    for time in 0..5 {
        assert_eq!(stream.next().await.unwrap().unwrap().time, time);
        assert_eq!(requests.injected().len(), 2);
    }
    assert_eq!(stream.next().await.unwrap().unwrap().time, 5);
    assert_eq!(requests.injected().len(), 3);
    drop(stream);
    tokio::task::yield_now().await;
    assert_eq!(requests.injected().len(), 3);

    let mut stream = readings.query("s-1").page_size(5).stream();
    let mut count = 0;
    while let Some(reading) = stream.next().await {
        assert_eq!(reading.unwrap().time, count);
        count += 1;
    }
    assert_eq!(count, COUNT);
    assert!(stream.next().await.is_none(), "a stream that has ended stays so");
}

#[tokio::test]
async fn requests_can_be_spawned_and_streams_moved_between_tasks() {
    let store = Store::with_readings(&["s-1"], 0..COUNT).await;
    let readings = store.readings();
    let collected = tokio::spawn(readings.query("s-1").collect());
    let counted = tokio::spawn(readings.query("s-1").count());
    let page = tokio::spawn(readings.query("s-1").limit(2).page(None).into_future());
    let mut stream = readings.query("s-1").stream();
    let first = tokio::spawn(async move { stream.next().await.unwrap().unwrap().time });
    assert_eq!(collected.await.unwrap().unwrap().len(), 25);
    assert_eq!(counted.await.unwrap().unwrap(), 25);
    assert_eq!(page.await.unwrap().unwrap().items.len(), 2);
    assert_eq!(first.await.unwrap(), 0);
}

#[tokio::test]
async fn decrypting_a_full_page_yields_to_other_tasks() {
    let store = Store::with_readings(&["s-1"], 0..1000).await;
    let readings = store.readings();
    let other = tokio::spawn(async {
        let mut turns = 0_u64;
        loop {
            tokio::task::yield_now().await;
            turns += 1;
            if turns == 3 {
                break;
            }
        }
    });
    // One page whose items are all available, so that nothing waits.
    let mut stream = readings.query("s-1").stream();
    let mut seen = 0;
    while let Some(reading) = stream.next().await {
        reading.unwrap();
        seen += 1;
        if other.is_finished() {
            break;
        }
    }
    assert!(seen < 1000, "the other task had to wait for the whole page");
}
