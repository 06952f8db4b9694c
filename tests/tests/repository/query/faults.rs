//! Requests that fail between pages.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use dynaseal::ErrorKind;
use dynaseal::testing::{Fault, Faults};
use dynaseal_tests::network::retrying;

use super::setup::{Store, times};

const FAILURES: [(Fault, ErrorKind); 5] = [
    (Fault::Throttle, ErrorKind::Throttled),
    (Fault::InternalServerError, ErrorKind::Unavailable),
    (Fault::DropResponse, ErrorKind::Unavailable),
    (Fault::Reset, ErrorKind::Unavailable),
    (Fault::FailBefore, ErrorKind::Unavailable),
];

#[tokio::test]
async fn a_stream_yields_earlier_items_and_ends_at_a_failure() {
    let store = Store::with_readings(&["s-1"], 0..25).await;
    for (fault, kind) in FAILURES {
        let (readings, requests) = store.behind([Fault::None, Fault::None, fault]);
        let mut stream = readings.query("s-1").page_size(5).stream();
        for time in 0..10 {
            assert_eq!(stream.next().await.unwrap().unwrap().time, time, "{fault:?}");
        }
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.operation(), error.item_key()), (kind, Some("Query"), None));
        assert!(error.is_retryable());
        assert!(stream.next().await.is_none());
        assert_eq!(requests.injected().len(), 3);
    }
}

#[tokio::test]
async fn lists_and_counts_fail_on_unreadable_items() {
    let store = Store::with_readings(&["s-1"], 0..25).await;
    for (fault, kind) in FAILURES {
        let script = [Fault::None, fault];
        let (readings, _) = store.behind(script);
        assert_eq!(readings.query("s-1").page_size(5).collect().await.unwrap_err().kind(), kind);
        let (readings, _) = store.behind(script);
        assert_eq!(readings.scan().page_size(5).count().await.unwrap_err().kind(), kind);
        let (readings, _) = store.behind(script);
        assert_eq!(readings.parallel_scan(2).page_size(2).collect().await.unwrap_err().kind(), kind);
        let (readings, _) = store.behind(script);
        assert_eq!(readings.query("s-1").page_size(5).limit(8).page(None).await.unwrap_err().kind(), kind);
    }
}

#[tokio::test]
async fn a_failed_page_can_be_requested_again() {
    let store = Store::with_readings(&["s-1"], 0..25).await;
    for (fault, kind) in FAILURES {
        let (readings, _) = store.behind([Fault::None, fault, Fault::None]);
        let first = readings.query("s-1").limit(10).page(None).await.unwrap();
        let second = || readings.query("s-1").limit(10).page(first.cursor.clone());
        assert_eq!(second().await.unwrap_err().kind(), kind);
        assert_eq!(times(&second().await.unwrap().items), (10..20).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn retries_of_the_sdk_hide_transient_faults() {
    let store = Store::with_readings(&["s-1"], 0..25).await;
    let (n, t, i) = (Fault::None, Fault::Throttle, Fault::InternalServerError);
    let faults = Faults::script([n, t, i, n, Fault::Reset, Fault::DropResponse, n, n]);
    let readings =
        store.repository::<super::setup::Reading>("readings", faults.beneath(&retrying(&store.client)).unwrap());
    let found = readings.query("s-1").page_size(8).collect().await.unwrap();
    assert_eq!(times(&found), (0..25).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_missing_response_ends_at_the_timeout_of_the_client() {
    let store = Store::with_readings(&["s-1"], 0..25).await;
    let limits = TimeoutConfig::builder().operation_timeout(Duration::from_millis(50)).build();
    let hasty = Client::from_conf(store.client.config().to_builder().timeout_config(limits).build());
    let faults = Faults::script([Fault::None, Fault::Delay(Duration::from_secs(3600))]);
    let readings = store.repository::<super::setup::Reading>("readings", faults.beneath(&hasty).unwrap());
    let mut stream = readings.query("s-1").page_size(5).stream();
    for _ in 0..5 {
        stream.next().await.unwrap().unwrap();
    }
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Unavailable, Some("Query")));
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn items_arrive_while_the_next_page_stalls() {
    let store = Store::with_readings(&["s-1"], 0..25).await;
    let (readings, requests) = store.behind([Fault::None, Fault::Delay(Duration::from_secs(3600))]);
    let mut stream = readings.query("s-1").page_size(5).stream();
    for time in 0..5 {
        assert_eq!(stream.next().await.unwrap().unwrap().time, time);
    }
    let stuck = tokio::time::timeout(Duration::from_millis(20), stream.next()).await;
    assert!(stuck.is_err(), "the second page cannot have come");
    drop(stream);
    assert_eq!(requests.injected().len(), 2);
}
