//! A service that never responds. Every call ends at the timeout of the client, and reports what is known.

use std::iter::repeat_n;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, Error, ErrorKind};
use dynaseal_tests::network::partition;

use super::operations::Operation;
use super::readings::{COUNT, Search, readings};
use super::setup::{Account, Behind, Kind, Setup};

const NEVER: Fault = Fault::Delay(Duration::from_secs(1_000_000_000));

/// Longer than any call with a client timeout of one second.
const AGES: Duration = Duration::from_secs(600);

/// Returns the timeouts of a client: one second for each of three attempts, or for all of them.
fn patience() -> [TimeoutConfig; 2] {
    let second = Duration::from_secs(1);
    [
        TimeoutConfig::builder().operation_attempt_timeout(second).build(),
        TimeoutConfig::builder().operation_timeout(second).build(),
    ]
}

fn cases() -> impl Iterator<Item = (Kind, TimeoutConfig)> {
    Kind::BOTH.into_iter().flat_map(|kind| patience().map(|patience| (kind, patience)))
}

impl<T: EncryptedItem> Setup<T> {
    async fn waiting(&self, kind: Kind, patience: &TimeoutConfig, faults: &Faults) -> Behind<T> {
        self.with(kind, self.client_with(patience, faults)).await
    }

    fn client_with(&self, patience: &TimeoutConfig, faults: &Faults) -> Client {
        let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        let client = self
            .client
            .config()
            .to_builder()
            .timeout_config(patience.clone())
            .retry_config(retries)
            .retry_partition(partition());
        faults.beneath(&Client::from_conf(client.build())).unwrap()
    }
}

async fn in_time<F: Future>(case: &str, future: F) -> F::Output {
    tokio::time::timeout(AGES, future).await.unwrap_or_else(|_| panic!("{case}: waits for ever"))
}

/// Connecting reports the timeout, too.
#[tokio::test(start_paused = true)]
async fn connecting_without_a_table_description_fails() {
    let setup: Setup<Account> = Setup::new().await;
    for patience in patience() {
        let faults = Faults::script(repeat_n(NEVER, 1000));
        let error = in_time("connect", setup.connect(setup.client_with(&patience, &faults))).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Unavailable, Some("DescribeTable")));
    }
}

/// Returns faults that drop all responses after this many.
fn silent_after(kind: Kind, responses: usize) -> Faults {
    kind.faults(repeat_n(Fault::None, responses).chain(repeat_n(NEVER, 1000)))
}

#[tokio::test(start_paused = true)]
async fn an_operation_without_a_response_reports_what_is_known() {
    let mut setup = Setup::new().await;
    let (mut unknown, mut unavailable) = (0, 0);
    for (kind, patience) in cases() {
        for (operation, responses) in Operation::ALL.into_iter().flat_map(|operation| [(operation, 0), (operation, 1)])
        {
            let case = format!("{kind:?} {operation:?} after {responses} answers");
            let (id, before) = setup.key(true).await;
            let faults = silent_after(kind, responses);
            let table = setup.waiting(kind, &patience, &faults).await;
            let outcome = in_time(&case, operation.run(&table, &id)).await;

            let stored = setup.sound.get(id.as_str()).consistent().await.unwrap();
            if !faults.injected().contains(&NEVER) {
                let is_done = matches!(outcome.as_ref().map_err(Error::kind), Ok(()) | Err(ErrorKind::AlreadyExists));
                assert!(is_done && stored == operation.model(&id, before), "{case}: {outcome:?}");
                continue;
            }
            assert_eq!(stored, before, "{case}");
            let error = outcome.unwrap_err();
            match error.kind() {
                ErrorKind::OutcomeUnknown => unknown += 1,
                ErrorKind::Unavailable => {
                    let reads_first = [
                        Operation::Get,
                        Operation::GetInTransaction,
                        Operation::Fetch,
                        Operation::Save,
                        Operation::SaveInTransaction,
                        Operation::Update,
                        Operation::DeleteUnchanged,
                        Operation::DeleteUnchangedInTransaction,
                    ];
                    // A write with an unknown outcome must not be repeated.
                    assert!(responses == 0 && reads_first.contains(&operation), "{case}: {error:?}");
                    unavailable += 1;
                }
                _ => panic!("{case}: {error:?}"),
            }
            assert_eq!(error.is_retryable(), error.kind() == ErrorKind::Unavailable, "{case}");
        }
    }
    println!("faults: {unknown} writes and {unavailable} reads without an answer told, 0 waited for ever");
    assert!(unknown > 0 && unavailable > 0);
}

#[tokio::test(start_paused = true)]
async fn a_list_without_a_response_is_not_reported_as_complete() {
    let setup = Setup::with_readings().await;
    for (kind, patience) in cases() {
        for responses in 0..3 {
            let table = async || setup.waiting(kind, &patience, &silent_after(kind, responses)).await;
            for search in Search::ALL {
                let case = format!("{kind:?} {search:?} after {responses} answers");
                let error = in_time(&case, table().await.find(search)).await.unwrap_err();
                assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unavailable, true), "{case}");
            }
        }
        let case = format!("{kind:?}");
        let table = setup.waiting(kind, &patience, &silent_after(kind, 0)).await;
        let responses = in_time(&case, table.get_many()).await;
        assert_eq!(responses.len(), COUNT as usize);
        assert!(
            responses.iter().all(|response| response.as_ref().is_err_and(|it| it.kind() == ErrorKind::Unavailable))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_without_a_response_returns_the_unconfirmed_items() {
    for (kind, patience) in cases() {
        for responses in 0..3 {
            let case = format!("{kind:?} after {responses} answers");
            let setup = Setup::with_readings().await;
            let table = setup.waiting(kind, &patience, &silent_after(kind, responses)).await;
            let left = in_time(&case, table.write_many(&readings(2), &[])).await;
            assert!(left.values().all(|error| error.kind() == ErrorKind::OutcomeUnknown), "{case}: {left:?}");
            // One request for 25 items, and one for the others.
            let expected = [&[30][..], &[25, 5], &[0]][responses];
            assert!(expected.contains(&left.len()), "{case}: {} left", left.len());
            for (time, value) in setup.stored().await {
                assert_eq!(value, if left.contains_key(&time) { 1 } else { 2 }, "{case}: {time}");
            }
        }
    }
}
