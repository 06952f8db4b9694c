//! Concurrency of batches, and its limits.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorFuture};
use dynaseal::Repository;
use dynaseal::embedded::Database;
use tokio::sync::Barrier;
use tokio::time::timeout;

use super::setup::{Note, intercepted, keys, notes, operation};

/// No response arrives before eight requests are in flight. With fewer, the paused clock would reach the timeout.
#[tokio::test(start_paused = true)]
async fn eight_requests_are_in_flight() {
    let eight = Arc::new(Barrier::new(8));
    let client = intercepted(&Database::in_memory().unwrap().client(), move |inner, request| {
        let (inner, eight) = (inner.clone(), Arc::clone(&eight));
        HttpConnectorFuture::new(async move {
            if operation(&request).starts_with("Batch") {
                eight.wait().await;
            }
            inner.call(request).await
        })
    });
    let notes_table: Repository<Note> = Repository::builder(client).table("notes").encryptor(keys()).build();
    notes_table.create_table().await.unwrap();
    let patience = Duration::from_secs(60);
    timeout(patience, notes_table.write_many(notes(16 * 25)).into_future()).await.unwrap().unwrap();
    let ids = (0..1600).map(|number| format!("n-{number}"));
    let responses = timeout(patience, notes_table.get_many(ids).into_future()).await.unwrap();
    assert_eq!(responses.into_iter().filter(|response| response.as_ref().unwrap().is_some()).count(), 400);
}

/// A provider that calls a service for each item is called once per item, concurrently up to a limit.
#[cfg(feature = "kms")]
#[tokio::test(start_paused = true)]
async fn kms_is_called_once_per_item_32_at_a_time() {
    use dynaseal::materials::DirectKmsProvider;
    use dynaseal::testing::kms::Kms;

    let kms = Kms::new();
    let provider = DirectKmsProvider::new(kms.client("us-east-1"), kms.create_key("us-east-1"));
    let client = Database::in_memory().unwrap().client();
    let notes_table: Repository<Note> = Repository::builder(client).table("notes").materials(provider).build();
    notes_table.create_table().await.unwrap();
    kms.set_latency(Duration::from_millis(100));

    let start = tokio::time::Instant::now();
    notes_table.write_many(notes(128)).await.unwrap();
    assert_eq!(start.elapsed().as_millis() / 100, 128 / 32);
    let ids = || (0..256).map(|number| format!("n-{}", number % 128));
    let start = tokio::time::Instant::now();
    assert!(notes_table.get_many(ids()).await.into_iter().all(|response| response.unwrap().is_some()));
    assert_eq!(start.elapsed().as_millis() / 100, 128 / 32);

    for operation in ["GenerateDataKey", "Decrypt"] {
        let calls: Vec<_> = kms.calls().into_iter().filter(|call| call.operation == operation).collect();
        let items: HashSet<_> = calls.iter().map(|call| call.encryption_context["id"].clone()).collect();
        assert_eq!((calls.len(), items.len()), (128, 128), "{operation}");
    }
}
