//! Every operation of a repository and of an encrypted table under every fault of the network, and given up at every point where it waits: what is
//! stored afterwards is what its caller was told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "helpers of tests")]

use std::pin::pin;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::testing::{Fault, Faults};
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, Error, ErrorKind, Item, Repository, Transaction,
    Update,
};
use dynaseal_tests::given_up::GivenUp;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Account {
    #[partition_key]
    id: String,
    balance: i64,
    #[do_nothing]
    visits: Option<u64>,
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
const ATTEMPTS: u32 = 3;

#[derive(Clone, Copy, Debug)]
enum Operation {
    Create,
    Put,
    PutReturning,
    Replace,
    Save,
    SaveInTransaction,
    Update,
    UpdateInPlace,
    UpdateInPlaceReturning,
    Delete,
    DeleteReturning,
    DeleteUnchanged,
    DeleteUnchangedInTransaction,
    Get,
    Fetch,
}

impl Operation {
    const ALL: [Self; 15] = [
        Self::Create,
        Self::Put,
        Self::PutReturning,
        Self::Replace,
        Self::Save,
        Self::SaveInTransaction,
        Self::Update,
        Self::UpdateInPlace,
        Self::UpdateInPlaceReturning,
        Self::Delete,
        Self::DeleteReturning,
        Self::DeleteUnchanged,
        Self::DeleteUnchangedInTransaction,
        Self::Get,
        Self::Fetch,
    ];

    async fn run(self, accounts: &Accounts, id: &str) -> Result<(), Error> {
        match accounts {
            Accounts::Typed(accounts) => self.run_typed(accounts, id).await,
            Accounts::Plain(accounts) => self.run_plain(accounts, id).await,
        }
    }

    async fn run_typed(self, accounts: &Repository<Account>, id: &str) -> Result<(), Error> {
        let count = || accounts.update_in_place(id, Account::fields().visits.add(1));
        match self {
            Self::Create => accounts.create(&account(id, 2)).await,
            Self::Put => accounts.put(&account(id, 2)).await,
            Self::PutReturning => accounts.put(&account(id, 2)).returning().await.map(drop),
            Self::Replace => accounts.replace(&account(id, 2)).await,
            Self::Save | Self::SaveInTransaction => {
                let Some(mut read) = accounts.fetch(id).consistent().await? else { return Ok(()) };
                read.balance += 1;
                match self {
                    Self::Save => accounts.save(read).await.map(drop),
                    _ => Transaction::new().with(accounts.save(read)).await,
                }
            }
            Self::Update => accounts.update_with(id, |account: &mut Account| account.balance += 1).await.map(drop),
            Self::UpdateInPlace => count().await,
            Self::UpdateInPlaceReturning => count().returning().await.map(drop),
            Self::Delete => accounts.delete(id).await,
            Self::DeleteReturning => accounts.delete(id).returning().await.map(drop),
            Self::DeleteUnchanged | Self::DeleteUnchangedInTransaction => {
                let Some(read) = accounts.fetch(id).consistent().await? else { return Ok(()) };
                match self {
                    Self::DeleteUnchanged => accounts.delete_unchanged(read).await,
                    _ => Transaction::new().with(accounts.delete_unchanged(read)).await,
                }
            }
            Self::Get => accounts.get(id).await.map(drop),
            Self::Fetch => accounts.fetch(id).await.map(drop),
        }
    }

    async fn run_plain(self, accounts: &EncryptedTable, id: &str) -> Result<(), Error> {
        let key = || Item::from([("id".to_owned(), AttributeValue::S(id.to_owned()))]);
        let new = account(id, 2).to_item()?;
        let count = || accounts.update_in_place(key(), Update::add("visits", AttributeValue::N("1".to_owned())));
        match self {
            Self::Create => accounts.create(&new).await,
            Self::Put => accounts.put(&new).await,
            Self::PutReturning => accounts.put(&new).returning().await.map(drop),
            Self::Replace => accounts.replace(&new).await,
            Self::Save | Self::SaveInTransaction => {
                let Some(mut read) = accounts.fetch(key()).consistent().await? else { return Ok(()) };
                raise(&mut read);
                match self {
                    Self::Save => accounts.save(read).await.map(drop),
                    _ => Transaction::new().with(accounts.save(read)).await,
                }
            }
            Self::Update => accounts.update_with(key(), raise).await.map(drop),
            Self::UpdateInPlace => count().await,
            Self::UpdateInPlaceReturning => count().returning().await.map(drop),
            Self::Delete => accounts.delete(key()).await,
            Self::DeleteReturning => accounts.delete(key()).returning().await.map(drop),
            Self::DeleteUnchanged | Self::DeleteUnchangedInTransaction => {
                let Some(read) = accounts.fetch(key()).consistent().await? else { return Ok(()) };
                match self {
                    Self::DeleteUnchanged => accounts.delete_unchanged(read).await,
                    _ => Transaction::new().with(accounts.delete_unchanged(read)).await,
                }
            }
            Self::Get => accounts.get(key()).await.map(drop),
            Self::Fetch => accounts.fetch(key()).await.map(drop),
        }
    }

    /// What is stored after it succeeded; the model. An operation that cannot succeed leaves what there was.
    fn model(self, id: &str, before: Option<Account>) -> Option<Account> {
        match (self, before) {
            (Self::Create, None) | (Self::Put | Self::PutReturning, _) | (Self::Replace, Some(_)) => {
                Some(account(id, 2))
            }
            (Self::Save | Self::SaveInTransaction | Self::Update, Some(old)) => {
                Some(Account { balance: old.balance + 1, ..old })
            }
            (Self::UpdateInPlace | Self::UpdateInPlaceReturning, Some(old)) => {
                Some(Account { visits: Some(old.visits.unwrap_or(0) + 1), ..old })
            }
            (Self::Delete | Self::DeleteReturning, _) => None,
            (Self::DeleteUnchanged | Self::DeleteUnchangedInTransaction, _) => None,
            (_, before) => before,
        }
    }
}

/// What an entity is for a repository, an item is for an encrypted table.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Typed,
    Plain,
}

enum Accounts {
    Typed(Repository<Account>),
    Plain(EncryptedTable),
}

fn raise(account: &mut Item) {
    let Ok(balance) = account["balance"].as_n().map(|balance| balance.parse::<i64>().unwrap()) else { panic!() };
    account.insert("balance".to_owned(), AttributeValue::N((balance + 1).to_string()));
}

fn account(id: &str, balance: i64) -> Account {
    Account { id: id.to_owned(), balance, visits: None }
}

impl Kind {
    const BOTH: [Self; 2] = [Self::Typed, Self::Plain];

    /// These faults for the requests that follow the first description.
    fn faults(self, script: impl IntoIterator<Item = Fault>) -> Faults {
        let description = matches!(self, Self::Plain).then_some(Fault::None);
        Faults::script(description.into_iter().chain(script))
    }
}

/// One table, and the same table behind a network.
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

    /// A key that no other case uses, with an account or without.
    async fn key(&mut self, exists: bool) -> (String, Option<Account>) {
        self.cases += 1;
        let id = format!("case-{}", self.cases);
        let before = exists.then(|| account(&id, 1));
        if let Some(account) = &before {
            self.sound.create(account).await.unwrap();
        }
        (id, before)
    }

    /// The table behind these faults. None of them meets the request that an encrypted table describes itself with.
    async fn behind(&self, kind: Kind, faults: &Faults) -> Accounts {
        let retries =
            RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(Duration::from_millis(1));
        // The SDK stops retrying after too many failures in one partition. Each case is to have all its attempts.
        let partition = RetryPartition::new(format!("case-{}", self.cases));
        let client = self.client.config().to_builder().retry_config(retries).retry_partition(partition);
        let client = Client::from_conf(client.build());
        let client = faults.beneath(&client).unwrap();
        match kind {
            Kind::Typed => {
                Accounts::Typed(Repository::builder(client).table("accounts").materials(self.keys.clone()).build())
            }
            Kind::Plain => {
                let accounts = EncryptedTable::builder(client).table("accounts").materials(self.keys.clone());
                Accounts::Plain(accounts.connect(AttributeActions::of::<Account>()).await.unwrap())
            }
        }
    }
}

fn cases_of_all() -> impl Iterator<Item = (Kind, Operation)> {
    Kind::BOTH.into_iter().flat_map(|kind| Operation::ALL.map(|operation| (kind, operation)))
}

#[tokio::test]
async fn what_is_stored_after_a_fault_is_what_was_told() {
    let mut setup = Setup::new().await;
    let (mut cases, mut injected, mut failed, mut unknown) = (0, 0, 0, 0);
    for (kind, operation) in cases_of_all() {
        for exists in [false, true] {
            for fault in FAULTS {
                // At each request of the operation, and so often that the client gets over it, or gives up.
                for (place, times) in (0..3).flat_map(|place| (1..=ATTEMPTS as usize).map(move |times| (place, times)))
                {
                    let (id, before) = setup.key(exists).await;
                    let script = std::iter::repeat_n(Fault::None, place).chain(std::iter::repeat_n(fault, times));
                    let faults = kind.faults(script);
                    let outcome = operation.run(&setup.behind(kind, &faults).await, &id).await;

                    let stored = setup.sound.get(id.as_str()).consistent().await.unwrap();
                    let after = operation.model(&id, before.clone());
                    let case =
                        format!("{kind:?} {operation:?}, exists: {exists}, {fault:?} {times} times after {place}");
                    match outcome.as_ref().map_err(Error::kind) {
                        Ok(()) => assert_eq!(stored, after, "{case}: succeeded"),
                        Err(ErrorKind::OutcomeUnknown) => {
                            assert!(stored == before || stored == after, "{case}: unknown, {stored:?}");
                            unknown += 1;
                        }
                        Err(kind) => {
                            let clear = [
                                ErrorKind::AlreadyExists,
                                ErrorKind::NotFound,
                                ErrorKind::Conflict,
                                ErrorKind::ConditionFailed,
                                ErrorKind::Throttled,
                                ErrorKind::Unavailable,
                            ];
                            assert!(clear.contains(&kind), "{case}: {outcome:?}");
                            assert_eq!(stored, before, "{case}: {outcome:?}");
                            failed += 1;
                        }
                    }
                    cases += 1;
                    injected += faults.injected().iter().filter(|fault| **fault != Fault::None).count();
                }
            }
        }
    }
    println!(
        "faults: {cases} operations, {injected} faults injected, {failed} failed and changed nothing, \
         {unknown} said that their outcome is unknown, 0 lost"
    );
    assert!(unknown > 0 && injected > cases / 2);
}

#[tokio::test]
async fn an_operation_that_is_given_up_anywhere_has_happened_or_not() {
    let mut setup = Setup::new().await;
    let mut points = 0;
    for (kind, operation) in cases_of_all() {
        for exists in [false, true] {
            // A lost answer in between makes the operation wait for another attempt, too.
            for lost in [Fault::None, Fault::DropResponse, Fault::Throttle] {
                for polls in 0.. {
                    let (id, before) = setup.key(exists).await;
                    let delay = Fault::Delay(Duration::from_millis(1));
                    let faults = kind.faults([delay, lost, delay, delay, delay, delay]);
                    let faulty = setup.behind(kind, &faults).await;
                    let done = GivenUp::after(polls, pin!(operation.run(&faulty, &id))).await;

                    let stored = setup.sound.get(id.as_str()).consistent().await.unwrap();
                    let after = operation.model(&id, before.clone());
                    let case =
                        format!("{kind:?} {operation:?}, exists: {exists}, given up after {polls} polls, {lost:?}");
                    assert!(stored == before || stored == after, "{case}: {stored:?}");
                    points += 1;

                    // Nothing of it is in the way of the next.
                    let again = operation.run(&setup.behind(kind, &kind.faults([])).await, &id).await;
                    let clear = [ErrorKind::AlreadyExists, ErrorKind::NotFound, ErrorKind::ConditionFailed];
                    assert!(again.as_ref().map_or_else(|error| clear.contains(&error.kind()), |()| true), "{case}");
                    if done.is_some() {
                        break;
                    }
                    assert!(polls < 1000, "{case}: never ends");
                }
            }
        }
    }
    println!("faults: operations given up at {points} points, 0 lost");
}
