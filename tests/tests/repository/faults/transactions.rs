//! Transactions are applied completely or not at all, the caller learns which, and sending the same object again
//! completes it without repeating anything.

use std::iter::repeat_n;
use std::pin::pin;
use std::time::Duration;

use dynaseal::testing::{Fault, Faults};
use dynaseal::{AttributeValue, EncryptedItem as _, ErrorKind, Item, Result, Transaction, Update, transact_get};
use dynaseal_tests::given_up::GivenUp;
use dynaseal_tests::network::FAULTS;

use super::setup::{ATTEMPTS, Account, Behind, Kind, Setup, account, check_error, key};

/// Two accounts, one of which is created and one incremented, so that a repetition would be visible.
type State = [Option<Account>; 2];

impl Setup<Account> {
    /// Returns a transaction behind this network, and the states before and after it.
    async fn case(&mut self, kind: Kind, faults: &Faults) -> (Transaction, State, State) {
        self.cases += 1;
        let (made, counted) = (account(&self.id("made"), 1), account(&self.id("counted"), 1));
        self.sound.create(&counted).await.unwrap();
        let transaction = match self.retrying(kind, faults).await {
            Behind::Typed(accounts) => {
                let count = Account::fields().visits.add(1);
                let count = accounts.update_in_place(counted.id.as_str(), count);
                Transaction::new().with(accounts.create(&made)).with(count)
            }
            Behind::Plain(accounts) => {
                let count = Update::add("visits", AttributeValue::N("1".to_owned()));
                let count = accounts.update_in_place(key(&counted.id), count);
                Transaction::new().with(accounts.create(&made.to_item().unwrap())).with(count)
            }
        };
        let after = [Some(made), Some(Account { visits: Some(1), ..counted.clone() })];
        (transaction, [None, Some(counted)], after)
    }

    fn id(&self, name: &str) -> String {
        format!("{name}-{}", self.cases)
    }

    async fn state(&self) -> State {
        let [made, counted] = ["made", "counted"].map(|name| self.sound.get(self.id(name)));
        transact_get((made, counted)).await.unwrap().into()
    }

    /// Reads the state through this network.
    async fn read(&self, kind: Kind, faults: &Faults) -> Result<State> {
        let [made, counted] = ["made", "counted"].map(|name| self.id(name));
        match self.retrying(kind, faults).await {
            Behind::Typed(accounts) => Ok(transact_get((accounts.get(made), accounts.get(counted))).await?.into()),
            Behind::Plain(accounts) => {
                let gets = [made, counted].map(|id| accounts.get(key(&id)));
                let typed = |item: Option<Item>| item.map(|mut item| Account::from_item(&mut item)).transpose();
                let [made, counted]: [Option<Item>; 2] =
                    transact_get(Vec::from(gets)).await?.try_into().unwrap_or_else(|_| panic!("not two"));
                Ok([typed(made)?, typed(counted)?])
            }
        }
    }
}

/// Returns the faults at each request of the operation, as often as the client tolerates them, and once more.
fn scripts() -> impl Iterator<Item = (String, Kind, Faults)> {
    let faults = Kind::BOTH.into_iter().flat_map(|kind| FAULTS.map(|fault| (kind, fault)));
    faults.flat_map(|(kind, fault)| {
        (0..2).flat_map(move |place| {
            (1..=ATTEMPTS).map(move |times| {
                let script = repeat_n(Fault::None, place).chain(repeat_n(fault, times));
                (format!("{kind:?} {fault:?} {times} times after {place}"), kind, kind.faults(script))
            })
        })
    })
}

#[tokio::test(start_paused = true)]
async fn a_transaction_is_applied_once_or_not_at_all() {
    let mut setup = Setup::new().await;
    let (mut failed, mut unknown) = (0, 0);
    for (case, kind, faults) in scripts() {
        let (mut transaction, before, after) = setup.case(kind, &faults).await;
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
        // The network recovers eventually.
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
async fn several_items_are_read_consistently_or_the_fault_is_reported() {
    let mut setup = Setup::new().await;
    let (mut whole, mut told) = (0, 0);
    for (case, kind, faults) in scripts() {
        let (_, before, _) = setup.case(kind, &Faults::script([])).await;
        match setup.read(kind, &faults).await {
            Ok(state) => {
                assert_eq!(state, before, "{case}");
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
async fn a_cancelled_transaction_can_be_sent_again() {
    let mut setup = Setup::new().await;
    let delay = Fault::Delay(Duration::from_millis(1));
    let losses = Kind::BOTH.into_iter().flat_map(|kind| {
        let losses = [Fault::None, Fault::DropResponse, Fault::Throttle];
        losses.map(|lost| (kind, lost))
    });
    for (kind, lost) in losses {
        for polls in 0.. {
            let faults = || kind.faults([delay, lost, delay, delay]);
            let (mut transaction, before, after) = setup.case(kind, &faults()).await;
            let done = GivenUp::after(polls, pin!(transaction.send())).await;
            let case = format!("{kind:?}, given up after {polls} polls, {lost:?}");
            let state = setup.state().await;
            assert!(state == before || state == after, "{case}: {state:?}");
            transaction.send().await.unwrap_or_else(|error| panic!("{case}, again: {error:?}"));
            assert_eq!(setup.state().await, after, "{case}, again");

            let faults = faults();
            if let Some(read) = GivenUp::after(polls, pin!(setup.read(kind, &faults))).await {
                assert_eq!(read.unwrap(), after, "{case}, read");
            }
            if done.is_some() {
                break;
            }
            assert!(polls < 1000, "{case}: never ends");
        }
    }
    println!("faults: transactions given up at {} points, 0 happened in part or twice", setup.cases);
}

/// DynamoDB keeps a token for ten minutes. A later repetition could apply everything twice.
#[tokio::test(start_paused = true)]
async fn a_transaction_is_not_repeated_after_its_token_expired() {
    let mut setup = Setup::new().await;
    let slow = Faults::script([Fault::Delay(Duration::from_millis(1))]);
    let (mut transaction, ..) = setup.case(Kind::Typed, &slow).await;
    assert!(GivenUp::after(1, pin!(transaction.send())).await.is_none(), "it was sent");
    tokio::time::advance(Duration::from_secs(601)).await;
    assert_eq!(transaction.send().await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}
