//! Batches under faults. The clock is the one of Tokio, and only advances if all tasks wait.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use dynaseal::embedded::Database;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{AttributeValue, Error, ErrorKind, ItemEncryptor, Repository};

use super::setup::{Note, intercepted, keys, note, notes, operation};

/// One table, seen through clients with and without faults. The clients do not retry.
struct Notes {
    client: Client,
    keys: ItemEncryptor,
    sound: Repository<Note>,
}

impl Notes {
    async fn new() -> Self {
        let (client, keys) = (Database::in_memory().unwrap().client(), keys());
        let sound: Repository<Note> =
            Repository::builder(client.clone()).table("notes").encryptor(keys.clone()).build();
        sound.create_table().await.unwrap();
        Self { client, keys, sound }
    }

    fn through(&self, faults: &Faults) -> Repository<Note> {
        self.with(faults.beneath(&self.client).unwrap())
    }

    fn with(&self, client: Client) -> Repository<Note> {
        Repository::builder(client).table("notes").encryptor(self.keys.clone()).build()
    }

    /// Returns the stored ones of the first notes.
    async fn stored(&self, count: usize) -> Vec<usize> {
        let responses = self.sound.get_many(ids(count)).consistent().await;
        responses.into_iter().enumerate().filter_map(|(number, response)| response.unwrap().map(|_| number)).collect()
    }
}

fn ids(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| format!("n-{number}"))
}

fn always(fault: Fault) -> Faults {
    Faults::random(0, 1.0, [fault])
}

fn kinds<T: std::fmt::Debug>(responses: &[dynaseal::Result<T>]) -> Vec<ErrorKind> {
    responses.iter().filter_map(|response| response.as_ref().err().map(Error::kind)).collect()
}

#[tokio::test(start_paused = true)]
async fn unprocessed_items_are_sent_again() {
    let all = Notes::new().await;
    let bad_day = [Fault::Unprocessed, Fault::Throttle, Fault::Unprocessed, Fault::Throttle, Fault::Unprocessed];
    let faults = Faults::script(bad_day);
    all.through(&faults).write_many(notes(25)).await.unwrap();
    assert_eq!(all.stored(25).await.len(), 25);
    assert_eq!(faults.injected().len(), 6);

    let worse_day = bad_day.into_iter().chain([Fault::InternalServerError, Fault::DropResponse, Fault::FailBefore]);
    let responses = all.through(&Faults::script(worse_day)).get_many(ids(50)).await;
    for (number, response) in responses.into_iter().enumerate() {
        assert_eq!(response.unwrap(), (number < 25).then(|| note(number)));
    }
}

#[tokio::test(start_paused = true)]
async fn items_that_stay_unprocessed_are_returned() {
    let all = Notes::new().await;
    // Of 25 items, 12 stay unprocessed the first time, then 6, 3 and 1, which stays unprocessed.
    let faults = always(Fault::Unprocessed);
    let left = all.through(&faults).write_many(notes(25)).max_attempts(3).await.unwrap_err();
    let [(last, reason)] = &left.puts[..] else { panic!("{left:?}") };
    assert_eq!((last, reason.kind(), reason.is_retryable()), (&note(24), ErrorKind::Throttled, true));
    assert_eq!(reason.operation(), Some("BatchWriteItem"));
    assert_eq!(all.stored(25).await, (0..24).collect::<Vec<_>>());

    let responses = all.through(&faults).get_many(ids(25)).max_attempts(3).await;
    assert_eq!((kinds(&responses), responses.len()), (vec![ErrorKind::Throttled], 25));

    let faults = always(Fault::Throttle);
    let left = all.through(&faults).write_many(notes(60)).delete(["n-99"]).max_attempts(4).await.unwrap_err();
    assert_eq!((left.puts.len(), left.deletes.len()), (60, 1));
    assert!(left.puts.iter().map(|(note, _)| note.clone()).eq(notes(60)), "the order is that of the call");
    assert!(left.errors().all(|error| error.kind() == ErrorKind::Throttled));
    assert_eq!(faults.injected().len(), 3 * 4);
    assert_eq!(kinds(&all.through(&faults).get_many(ids(101)).await).len(), 101);
}

#[tokio::test(start_paused = true)]
async fn a_lost_response_is_resolved_and_nothing_is_written_twice() {
    let all = Notes::new().await;
    for lost in [Fault::DropResponse, Fault::Reset] {
        let faults = Faults::script([lost]);
        all.through(&faults).write_many(notes(25)).await.unwrap();
        // The write, and the read that resolves it.
        assert_eq!(faults.injected(), [lost, Fault::None]);
    }
    // A deletion cannot be distinguished from an absent item.
    let left =
        all.through(&Faults::script([Fault::DropResponse])).write_many([note(30)]).delete(["n-1"]).await.unwrap_err();
    assert_eq!((left.puts.len(), left.deletes.len()), (0, 1));
    assert_eq!(left.deletes[0].1.kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test(start_paused = true)]
async fn a_failed_request_affects_only_its_own_items() {
    let all = Notes::new().await;
    for fault in [Fault::InternalServerError, Fault::FailBefore] {
        let script = [Fault::None, Fault::None, Fault::None, fault];
        let left = all.through(&Faults::script(script)).write_many(notes(250)).await.unwrap_err();
        let left: Vec<usize> = left
            .puts
            .iter()
            .map(|(note, reason)| {
                assert_eq!((reason.kind(), reason.is_retryable()), (ErrorKind::OutcomeUnknown, false));
                note.id[2..].parse().unwrap()
            })
            .collect();
        assert_eq!(left.len(), 25);
        assert_eq!(all.stored(250).await, (0..250).filter(|number| !left.contains(number)).collect::<Vec<_>>());
        all.sound.write_many([]).delete(ids(250).take(25)).delete(ids(250).skip(25)).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_without_responses_ends_at_its_timeout() {
    let all = Notes::new().await;
    let patience = TimeoutConfig::builder().operation_timeout(Duration::from_secs(2)).build();
    let hurried = Client::from_conf(all.client.config().to_builder().timeout_config(patience).build());
    let faults = always(Fault::Delay(Duration::from_secs(100_000)));
    let silent = all.with(faults.beneath(&hurried).unwrap());
    let left = silent.write_many(notes(30)).await.unwrap_err();
    assert_eq!(left.puts.len(), 30);
    assert!(left.errors().all(|error| error.kind() == ErrorKind::OutcomeUnknown));
    assert_eq!(kinds(&silent.get_many(ids(2)).max_attempts(2).await), [ErrorKind::Unavailable; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_batch_stops_and_can_be_repeated() {
    let all = Notes::new().await;
    let faults = Faults::random(7, 0.5, [Fault::Delay(Duration::from_secs(60))]);
    let slow = all.through(&faults);
    let given_up = tokio::time::timeout(Duration::from_secs(1), slow.write_many(notes(400)).into_future()).await;
    assert!(given_up.is_err());
    let sent = faults.injected().len();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(faults.injected().len(), sent, "its tasks go on");
    let there = all.stored(400).await.len();
    assert!(there < 400 && there.is_multiple_of(25), "{there}");
    assert!(tokio::time::timeout(Duration::from_secs(1), slow.get_many(ids(4000)).into_future()).await.is_err());

    all.sound.write_many(notes(400)).await.unwrap();
    assert_eq!(all.stored(400).await.len(), 400);
}

#[tokio::test]
async fn an_unverifiable_item_does_not_affect_the_others() {
    let all = Notes::new().await;
    all.sound.write_many(notes(100)).await.unwrap();
    let corrupted = all.client.update_item().table_name("notes").key("id", AttributeValue::S("n-42".to_owned()));
    let corrupted =
        corrupted.update_expression("SET extra = :x").expression_attribute_values(":x", AttributeValue::Bool(true));
    corrupted.send().await.unwrap();
    let responses = all.sound.get_many(ids(100)).await;
    assert_eq!(kinds(&responses), [ErrorKind::Integrity]);
    assert_eq!(responses[42].as_ref().unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(responses.iter().flatten().flatten().count(), 99);
}

/// An item under another key than the requested one is authentic, but not a valid response.
#[tokio::test]
async fn an_exchanged_item_is_rejected() {
    let all = Notes::new().await;
    all.sound.write_many(notes(4)).await.unwrap();
    let exchanging = intercepted(&all.client, |inner, request| {
        let is_batch = operation(&request) == "BatchGetItem";
        let response = inner.call(request);
        if !is_batch {
            return response;
        }
        HttpConnectorFuture::new(async move {
            let response = response.await?;
            let body = String::from_utf8(response.body().bytes().unwrap().to_vec()).unwrap();
            // The item of n-1 is returned under the key of n-3, which was not requested.
            let body = body.replace(r#""n-1""#, r#""n-3""#);
            Ok(HttpResponse::new(response.status(), SdkBody::from(body)))
        })
    });
    let responses = all.with(exchanging).get_many(["n-0", "n-1", "n-2"]).await;
    assert_eq!(responses[0].as_ref().unwrap(), &Some(note(0)));
    assert_eq!(responses[1].as_ref().unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(responses[2].as_ref().unwrap(), &Some(note(2)));
}

#[tokio::test]
async fn a_batch_needs_at_least_one_attempt() {
    let all = Notes::new().await;
    let left = all.sound.write_many(notes(2)).max_attempts(0).await.unwrap_err();
    assert_eq!(left.errors().map(Error::kind).collect::<Vec<_>>(), [ErrorKind::Usage; 2]);
    assert_eq!(kinds(&all.sound.get_many(ids(2)).max_attempts(0).await), [ErrorKind::Usage; 2]);
    assert!(all.stored(2).await.is_empty());
}
