//! Reads and writes of many items.

mod failures;
mod setup;
mod several_entities;
mod side_by_side;

use dynaseal::{Error, ErrorKind};

use setup::{Note, note, notes, repository};

#[tokio::test]
async fn results_are_in_key_order_and_duplicates_are_read_once() {
    let (notes_table, requests) = setup::counting().await;
    notes_table.write_many(notes(250)).await.unwrap();
    let written = requests.count("BatchWriteItem");
    assert_eq!(written, 10);

    // The 10,000 keys stand for 300 items, of which 250 exist.
    let keys: Vec<String> = (0..10_000).map(|i| format!("n-{}", (i * 7919) % 300)).collect();
    let responses = notes_table.get_many(keys.clone()).await;
    assert_eq!(requests.count("BatchGetItem"), 3);
    assert_eq!(responses.len(), keys.len());
    for (key, response) in keys.iter().zip(responses) {
        let number: usize = key[2..].parse().unwrap();
        assert_eq!(response.unwrap(), (number < 250).then(|| note(number)));
    }
}

#[tokio::test]
async fn empty_batches_send_no_request() {
    let (notes_table, requests) = setup::counting().await;
    let before = requests.total();
    assert!(notes_table.get_many(Vec::<String>::new()).await.is_empty());
    notes_table.write_many([]).await.unwrap();
    assert_eq!(requests.total(), before);
}

#[tokio::test]
async fn puts_and_deletes_share_requests() {
    let notes_table = repository().await;
    notes_table.write_many(notes(30)).await.unwrap();
    let more = (30..40).map(note);
    notes_table.write_many(more).delete((0..20).map(|i| format!("n-{i}"))).delete(["n-none"]).await.unwrap();
    let responses = notes_table.get_many((0..40).map(|i| format!("n-{i}"))).consistent().await;
    let there: Vec<bool> = responses.into_iter().map(|response| response.unwrap().is_some()).collect();
    assert_eq!(there, (0..40).map(|i| i >= 20).collect::<Vec<_>>());
}

#[tokio::test]
async fn two_writes_of_one_key_are_rejected_and_all_items_are_returned() {
    let (notes_table, requests) = setup::counting().await;
    let before = requests.total();
    let left = notes_table.write_many([note(1), note(2), note(1)]).await.unwrap_err();
    assert_eq!(left.puts.iter().map(|(note, _)| note.clone()).collect::<Vec<_>>(), [note(1), note(2), note(1)]);
    assert!(left.errors().all(|error| error.kind() == ErrorKind::Usage));
    let left = notes_table.write_many([note(1)]).delete(["n-1"]).await.unwrap_err();
    assert_eq!((left.puts.len(), left.deletes.len(), left.len()), (1, 1, 2));
    assert_eq!(requests.total(), before);
    // The output shows counts and reasons.
    assert!(!format!("{left:?} {left}").contains("n-1"));
}

#[tokio::test]
async fn an_unwritable_item_does_not_affect_the_others() {
    let notes_table = repository().await;
    let sized = |number, size| Note { text: "x".repeat(size), ..note(number) };
    let broken = Note { id: String::new(), ..note(3) };
    let left = notes_table
        .write_many([note(0), sized(1, 399 * 1024), sized(2, 401 * 1024), broken.clone(), note(4)])
        .await
        .unwrap_err();
    let kinds: Vec<_> = left.puts.iter().map(|(note, error)| (note.clone(), error.kind())).collect();
    assert_eq!(kinds, [(sized(2, 401 * 1024), ErrorKind::TooLarge), (broken, ErrorKind::Codec)]);
    let responses = notes_table.get_many(["n-0", "n-1", "n-2", "n-4", ""]).await;
    let kinds: Vec<_> =
        responses.iter().map(|response| response.as_ref().map(Option::is_some).map_err(Error::kind)).collect();
    assert_eq!(kinds, [Ok(true), Ok(true), Ok(false), Ok(true), Err(ErrorKind::Codec)]);
}

/// A response of DynamoDB has at most 16 MB.
#[tokio::test]
async fn large_items_are_read_in_several_responses() {
    let (notes_table, requests) = setup::counting().await;
    let large = |number| Note { text: "x".repeat(390 * 1024), ..note(number) };
    notes_table.write_many((0..44).map(large)).await.unwrap();
    let responses = notes_table.get_many((0..44).map(|i| format!("n-{i}"))).await;
    assert_eq!(requests.count("BatchGetItem"), 2);
    for (number, response) in responses.into_iter().enumerate() {
        assert_eq!(response.unwrap(), Some(large(number)));
    }
}

#[tokio::test]
async fn versioned_entities_are_rejected_in_unchecked_batches() {
    let versioned = setup::repository_of::<setup::Versioned>().await;
    let fresh = setup::Versioned { id: "v-1".to_owned(), version: 0 };
    versioned.write_many([fresh.clone()]).await.unwrap();
    assert_eq!(versioned.get("v-1").await.unwrap().map(|found| found.version), Some(1));
    let left = versioned.write_many([fresh]).await.unwrap_err();
    assert_eq!(left.puts[0].1.kind(), ErrorKind::Conflict);
    assert_eq!(versioned.get("v-1").await.unwrap().map(|found| found.version), Some(1));
}

/// Neither the in-memory store nor a batch needs a runtime.
#[test]
fn batches_work_without_tokio() {
    let mut future = Box::pin(async {
        let notes_table = repository().await;
        notes_table.write_many(notes(60)).await.unwrap();
        notes_table.get_many((0..60).map(|i| format!("n-{i}"))).await
    });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(responses) = future.as_mut().poll(&mut context) else {
        panic!("it waits for something")
    };
    assert!(responses.into_iter().all(|response| response.unwrap().is_some()));
}
