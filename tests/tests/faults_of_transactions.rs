//! Transactions under every fault of the network, and given up at every point where they wait: all of one has happened or
//! nothing, its caller is told which, and sending the same object again finishes it without doing anything twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::iter::repeat_n;
use std::pin::pin;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::testing::{Fault, Faults};
use dynaseal::{EncryptedItem, Error, ErrorKind, Repository, Transaction, transact_get};
use dynaseal_tests::given_up::GivenUp;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Account {
    #[partition_key]
    id: String,
    balance: i64,
    #[do_nothing]
    visits: u64,
}

const FAULTS: [Fault; 6] = [
    Fault::DropResponse,
    Fault::Reset,
    Fault::HalfResponse,
    Fault::FailBefore,
    Fault::Throttle,
    Fault::InternalServerError,
];

/// As often as the client sends a request before it gives up.
const ATTEMPTS: usize = 3;

/// Two accounts, one that is made and one that is counted up: doing that twice would show.
type State = [Option<Account>; 2];

struct Setup {
    client: Client,
    keys: WrappedProvider,
    sound: Repository<Account>,
    cases: usize,
}

impl Setup {
    async fn new() -> Self {
        let client = Database::in_memory().unwrap().client();
        let keys = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
        let sound: Repository<Account> =
            Repository::builder(client.clone()).table("accounts").materials(keys.clone()).build();
        sound.create_table().await.unwrap();
        Self { client, keys, sound, cases: 0 }
    }

    /// A transaction behind this network, and the states before and after it.
    async fn case(&mut self, faults: &Faults) -> (Transaction, State, State) {
        self.cases += 1;
        let account = |name: &str, visits| Account { id: self.id(name), balance: 1, visits };
        let (made, counted) = (account("made", 0), account("counted", 0));
        self.sound.create(&counted).await.unwrap();
        let behind = self.behind(faults);
        let transaction = Transaction::new()
            .with(behind.create(&made))
            .with(behind.update_in_place(counted.id.as_str(), Account::fields().visits.add(1)));
        let after = [Some(made), Some(account("counted", 1))];
        (transaction, [None, Some(counted)], after)
    }

    fn id(&self, name: &str) -> String {
        format!("{name}-{}", self.cases)
    }

    fn behind(&self, faults: &Faults) -> Repository<Account> {
        let retries =
            RetryConfig::standard().with_max_attempts(ATTEMPTS as u32).with_initial_backoff(Duration::from_millis(1));
        // The SDK stops retrying after too many failures in one partition. Each case is to have all its attempts.
        let partition = RetryPartition::new(format!("case-{}", self.cases));
        let client = self.client.config().to_builder().retry_config(retries).retry_partition(partition);
        let client = Client::from_conf(client.build());
        Repository::builder(faults.beneath(&client).unwrap()).table("accounts").materials(self.keys.clone()).build()
    }

    async fn state(&self) -> State {
        let [made, counted] = ["made", "counted"].map(|name| self.sound.get(self.id(name)));
        transact_get((made, counted)).await.unwrap().into()
    }
}

fn check_error(case: &str, error: &Error) {
    let clear = [ErrorKind::Throttled, ErrorKind::Unavailable, ErrorKind::OutcomeUnknown];
    assert!(clear.contains(&error.kind()), "{case}: {error:?}");
}

/// The faults at each request of the operation, and so often that the client gets over them or gives up.
fn scripts() -> impl Iterator<Item = (String, Vec<Fault>)> {
    FAULTS.into_iter().flat_map(|fault| {
        (0..2).flat_map(move |place| {
            (1..=ATTEMPTS).map(move |times| {
                let script = repeat_n(Fault::None, place).chain(repeat_n(fault, times)).collect();
                (format!("{fault:?} {times} times after {place}"), script)
            })
        })
    })
}

#[tokio::test(start_paused = true)]
async fn a_transaction_happens_once_or_not_at_all() {
    let mut setup = Setup::new().await;
    let (mut failed, mut unknown) = (0, 0);
    for (case, script) in scripts() {
        let (mut transaction, before, after) = setup.case(&Faults::script(script)).await;
        let outcome = transaction.send().await;
        let state = setup.state().await;
        match outcome {
            Ok(()) => assert_eq!(state, after, "{case}: succeeded"),
            Err(error) => {
                check_error(&case, &error);
                if error.kind() == ErrorKind::OutcomeUnknown {
                    assert!(state == before || state == after, "{case}: {state:?}");
                    unknown += 1;
                } else {
                    assert_eq!(state, before, "{case}: {error:?}");
                    failed += 1;
                }
            }
        }
        // The network is sound sooner or later.
        let mut sent = transaction.send().await;
        for _ in 0..ATTEMPTS {
            if let Err(error) = &sent {
                check_error(&case, error);
                sent = transaction.send().await;
            }
        }
        sent.unwrap_or_else(|error| panic!("{case}, again: {error:?}"));
        transaction.send().await.unwrap();
        assert_eq!(setup.state().await, after, "{case}, again");
    }
    println!(
        "faults: {} transactions, {failed} failed and changed nothing, {unknown} said that their outcome is unknown, \
         0 happened in part or twice",
        setup.cases
    );
    assert!(failed > 0 && unknown > 0);
}

#[tokio::test(start_paused = true)]
async fn several_items_are_read_at_one_moment_or_the_fault_is_told() {
    let mut setup = Setup::new().await;
    let (mut whole, mut told) = (0, 0);
    for (case, script) in scripts() {
        let (_, before, _) = setup.case(&Faults::script([])).await;
        let behind = setup.behind(&Faults::script(script));
        let [made, counted] = ["made", "counted"].map(|name| behind.get(setup.id(name)));
        match transact_get((made, counted)).await {
            Ok(state) => {
                assert_eq!(State::from(state), before, "{case}");
                whole += 1;
            }
            Err(error) => {
                check_error(&case, &error);
                told += 1;
            }
        }
    }
    println!("faults: {whole} reads of several items read all of them, {told} failed");
    assert!(whole > 0 && told > 0);
}

#[tokio::test(start_paused = true)]
async fn a_transaction_that_is_given_up_anywhere_can_be_sent_again() {
    let mut setup = Setup::new().await;
    let delay = Fault::Delay(Duration::from_millis(1));
    for lost in [Fault::None, Fault::DropResponse, Fault::Throttle] {
        for polls in 0.. {
            let (mut transaction, before, after) = setup.case(&Faults::script([delay, lost, delay, delay])).await;
            let done = GivenUp::after(polls, pin!(transaction.send())).await;
            let case = format!("given up after {polls} polls, {lost:?}");
            let state = setup.state().await;
            assert!(state == before || state == after, "{case}: {state:?}");
            transaction.send().await.unwrap_or_else(|error| panic!("{case}, again: {error:?}"));
            assert_eq!(setup.state().await, after, "{case}, again");

            let reads = setup.behind(&Faults::script([delay, lost, delay, delay]));
            let [made, counted] = ["made", "counted"].map(|name| reads.get(setup.id(name)));
            if let Some(read) = GivenUp::after(polls, pin!(transact_get((made, counted)).into_future())).await {
                assert_eq!(State::from(read.unwrap()), after, "{case}, read");
            }
            if done.is_some() {
                break;
            }
            assert!(polls < 1000, "{case}: never ends");
        }
    }
    println!("faults: transactions given up at {} points, 0 happened in part or twice", setup.cases);
}

/// DynamoDB remembers a token for ten minutes. Whoever sends the transaction later could do everything twice.
#[tokio::test(start_paused = true)]
async fn a_transaction_that_was_given_up_is_not_repeated_when_nobody_remembers_it() {
    let mut setup = Setup::new().await;
    let (mut transaction, ..) = setup.case(&Faults::script([Fault::Delay(Duration::from_millis(1))])).await;
    assert!(GivenUp::after(1, pin!(transaction.send())).await.is_none(), "it was sent");
    tokio::time::advance(Duration::from_secs(601)).await;
    assert_eq!(transaction.send().await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}
