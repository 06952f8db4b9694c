//! Writes under contention, with lost responses, and at the limits of DynamoDB.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::testing::Fault;
use dynaseal::{AttributeValue, EncryptedItem, Error, ErrorKind, Repository};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::store::{keys, with_faults};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Account {
    #[partition_key]
    id: String,
    balance: i64,
    #[sign_only]
    owner: String,
    #[do_nothing]
    visits: u64,
    note: Option<String>,
}

fn account(id: &str) -> Account {
    Account { id: id.to_owned(), balance: 0, owner: "ada".to_owned(), visits: 0, note: None }
}

async fn accounts(client: Client) -> Repository<Account> {
    let keys = keys();
    let accounts = Repository::builder(client).table("accounts").encryptor(keys).build();
    accounts.create_table().await.unwrap();
    accounts
}

async fn add_with_64_tasks(client: Client) {
    let accounts = accounts(client.clone()).await;
    accounts.create(&account("a")).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let accounts = accounts.clone();
        // The speed of the disk determines how often a task is late, which is not tested here.
        let update = accounts.update_with("a", |account| account.balance += 1).max_attempts(10_000);
        tasks.spawn(async move { drop(update.await.unwrap()) });
        let client = client.clone();
        tasks.spawn(async move {
            let key = AttributeValue::S("a".to_owned());
            let update =
                client.update_item().table_name("accounts").key("id", key).update_expression("ADD visits :one");
            update.expression_attribute_values(":one", AttributeValue::N("1".to_owned())).send().await.unwrap();
        });
    }
    tasks.join_all().await;
    let read = accounts.get("a").await.unwrap().unwrap();
    assert_eq!((read.balance, read.visits), (64, 64));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_among_64_tasks_in_memory() {
    add_with_64_tasks(Database::in_memory().unwrap().client()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_among_64_tasks_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    add_with_64_tasks(Database::open(folder.path().join("accounts.sqlite")).unwrap().client()).await;
}

#[tokio::test]
async fn an_update_costs_one_read_and_one_write() {
    let (sound, faulty, faults) = with_faults([]).await;
    sound.create(&account("a")).await.unwrap();
    faulty.update_with("a", |account| account.balance = 5).await.unwrap();
    assert_eq!(faults.injected(), [Fault::None; 2]);
    faulty.update_with("a", |account| account.balance = 5).await.unwrap();
    assert_eq!(faults.injected(), [Fault::None; 3], "nothing changed, so nothing is written");
}

#[tokio::test]
async fn a_stale_save_is_a_conflict() {
    let accounts = accounts(Database::in_memory().unwrap().client()).await;
    accounts.create(&account("a")).await.unwrap();
    let mut first = accounts.fetch("a").await.unwrap().unwrap();
    let mut second = accounts.fetch("a").await.unwrap().unwrap();
    assert_eq!(first.revision(), second.revision());
    assert_eq!(first.revision().to_etag(), second.revision().to_etag());

    first.balance = 1;
    let first = accounts.save(first).await.unwrap();
    assert_ne!(first.revision().to_etag(), second.revision().to_etag());
    second.balance = 2;
    let error = accounts.save(second.clone()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_conflict()), (ErrorKind::Conflict, true));
    assert_eq!(accounts.delete_unchanged(second).await.unwrap_err().kind(), ErrorKind::Conflict);

    // The result of `save` can be saved again.
    let mut first = first;
    first.note = Some("x".to_owned());
    let mut first = accounts.save(first).await.unwrap();
    first.note = None;
    let first = accounts.save(first).await.unwrap();
    assert_eq!(accounts.get("a").await.unwrap().unwrap(), first.clone().into_inner());
    accounts.delete_unchanged(first.clone()).await.unwrap();
    assert_eq!(accounts.delete_unchanged(first.clone()).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(accounts.save(first).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn unsigned_attributes_are_written_only_if_changed() {
    let accounts = accounts(Database::in_memory().unwrap().client()).await;
    accounts.create(&account("a")).await.unwrap();
    let mut untouched = accounts.fetch("a").await.unwrap().unwrap();
    accounts.update_with("a", |account| account.visits = 9).await.unwrap();
    untouched.balance = 1;
    assert_eq!(accounts.save(untouched).await.unwrap_err().kind(), ErrorKind::Conflict, "that was a signed write");

    let mut untouched = accounts.fetch("a").await.unwrap().unwrap();
    let mut touched = untouched.clone();
    touch_visits(&accounts, 10).await;
    untouched.balance = 1;
    accounts.save(untouched).await.unwrap();
    assert_eq!(accounts.get("a").await.unwrap().unwrap().visits, 10);
    touched.visits = 11;
    assert_eq!(accounts.save(touched).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(accounts.get("a").await.unwrap().unwrap().visits, 10);
}

/// Writes as another program without encryption would. A sign-only attribute is not written again unless the program
/// changed it, so a forged value must not get a signature.
#[tokio::test]
async fn a_forgery_between_read_and_write_is_not_signed() {
    let client = Database::in_memory().unwrap().client();
    let accounts = accounts(client.clone()).await;
    accounts.create(&account("a")).await.unwrap();
    let mut read = accounts.fetch("a").await.unwrap().unwrap();
    let forge = client.update_item().table_name("accounts").key("id", AttributeValue::S("a".to_owned()));
    let forge = forge.update_expression("SET #owner = :mallory").expression_attribute_names("#owner", "owner");
    forge.expression_attribute_values(":mallory", AttributeValue::S("mallory".to_owned())).send().await.unwrap();

    read.balance += 1;
    accounts.save(read).await.unwrap();
    assert_eq!(accounts.get("a").await.unwrap_err().kind(), ErrorKind::Integrity);

    accounts.create(&account("b")).await.unwrap();
    let mut read = accounts.fetch("b").await.unwrap().unwrap();
    read.owner = "grace".to_owned();
    accounts.save(read).await.unwrap();
    assert_eq!(accounts.get("b").await.unwrap().unwrap().owner, "grace");
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Deed {
    #[partition_key]
    id: String,
    #[sign_only]
    owner: String,
    price: i64,
}

/// An item without unsigned attributes is put as a whole, so what was forged since it was read does not remain.
#[tokio::test]
async fn a_save_of_an_item_without_unsigned_attributes_replaces_a_forgery() {
    let client = Database::in_memory().unwrap().client();
    let deeds = Repository::<Deed>::builder(client.clone()).table("deeds").encryptor(keys()).build();
    deeds.create_table().await.unwrap();
    deeds.create(&Deed { id: "a".to_owned(), owner: "ada".to_owned(), price: 1 }).await.unwrap();
    let mut read = deeds.fetch("a").await.unwrap().unwrap();
    let mut stale = read.clone();
    let forge = client.update_item().table_name("deeds").key("id", AttributeValue::S("a".to_owned()));
    let forge = forge
        .update_expression("SET #owner = :mallory, extra = :mallory")
        .expression_attribute_names("#owner", "owner");
    forge.expression_attribute_values(":mallory", AttributeValue::S("mallory".to_owned())).send().await.unwrap();
    assert_eq!(deeds.get("a").await.unwrap_err().kind(), ErrorKind::Integrity);

    read.price = 2;
    let saved = deeds.save(read).await.unwrap();
    let found = deeds.fetch("a").await.unwrap().unwrap();
    assert_eq!((&*found, found.unknown_attributes().len()), (&*saved, 0));
    stale.price = 3;
    assert_eq!(deeds.save(stale).await.unwrap_err().kind(), ErrorKind::Conflict);
}

async fn touch_visits(accounts: &Repository<Account>, visits: u64) {
    accounts.update_in_place("a", Account::fields().visits.set(visits)).await.unwrap();
}

#[tokio::test]
async fn a_closure_that_fails_panics_or_changes_the_key_writes_nothing() {
    let accounts = accounts(Database::in_memory().unwrap().client()).await;
    accounts.create(&account("a")).await.unwrap();

    #[derive(Debug)]
    enum Rejection {
        Poor,
        Failed(#[expect(dead_code, reason = "shown by Debug")] Error),
    }
    impl From<Error> for Rejection {
        fn from(error: Error) -> Self {
            Self::Failed(error)
        }
    }
    let rejected = accounts.try_update_with("a", |account| {
        account.balance -= 1;
        if account.balance < 0 { Err(Rejection::Poor) } else { Ok(()) }
    });
    assert!(matches!(rejected.await.unwrap_err(), Rejection::Poor));

    let moved = accounts.update_with("a", |account| account.id = "b".to_owned()).await.unwrap_err();
    assert_eq!(moved.kind(), ErrorKind::Usage);
    let panicked = tokio::spawn(accounts.update_with("a", |_| panic!("on purpose")).into_future());
    assert!(panicked.await.unwrap_err().is_panic());
    let none = accounts.update_with("a", |account| account.balance = 1).max_attempts(0).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Usage);
    let missing = accounts.update_with("nobody", |account| account.balance = 1).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert_eq!(accounts.get("a").await.unwrap().unwrap(), account("a"));
}

#[tokio::test]
async fn an_item_deleted_between_read_and_write_is_not_found() {
    let accounts = accounts(Database::in_memory().unwrap().client()).await;
    accounts.create(&account("a")).await.unwrap();
    let again = accounts.clone();
    let vanished = accounts.update_with("a", move |account| {
        account.balance += 1;
        let again = again.clone();
        std::thread::scope(|scope| {
            let delete = || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap()
                    .block_on(again.delete("a").into_future())
            };
            scope.spawn(delete).join().unwrap().unwrap();
        });
    });
    assert_eq!(vanished.await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(accounts.get("a").await.unwrap(), None);
}

/// A write whose response was lost is recognized by the signature of the item.
#[tokio::test]
async fn a_lost_response_is_not_a_lost_write() {
    for lost in [Fault::DropResponse, Fault::Reset] {
        let (sound, faulty, _) = with_faults([lost]).await;
        faulty.create(&account("a")).await.unwrap();
        assert!(sound.get("a").await.unwrap().is_some());

        let (sound, faulty, faults) = with_faults([Fault::None, lost]).await;
        sound.create(&account("a")).await.unwrap();
        faulty.update_with("a", |account| account.balance += 1).await.unwrap();
        assert_eq!(sound.get("a").await.unwrap().unwrap().balance, 1);
        assert_eq!(
            faults.injected(),
            [Fault::None, lost, Fault::None],
            "one read, one lost write, one failed condition"
        );
    }
}

#[tokio::test]
async fn an_unknown_outcome_is_reported_as_unknown() {
    // Every request after the first attempt fails, so the outcome cannot be determined.
    let lost = || [Fault::DropResponse].into_iter().chain([Fault::FailBefore; 8]);
    let (sound, faulty, _) = with_faults(lost()).await;
    let error = faulty.create(&account("a")).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::OutcomeUnknown, false));
    assert!(sound.get("a").await.unwrap().is_some(), "it happened, in fact");

    // A delete is never repeated after a lost response, because it could delete an item that was created since.
    let (sound, faulty, faults) = with_faults([Fault::DropResponse]).await;
    sound.create(&account("a")).await.unwrap();
    assert_eq!(faulty.delete("a").await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(faults.injected().len(), 1);

    // The write was applied, and overwritten before it could be confirmed, so neither success nor failure can be
    // reported.
    let (sound, faulty, _) = with_faults([Fault::Delay(Duration::ZERO)].into_iter().chain(lost())).await;
    sound.create(&account("a")).await.unwrap();
    let mut versioned = faulty.fetch("a").await.unwrap().unwrap();
    versioned.balance = 1;
    assert_eq!(faulty.save(versioned).await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test]
async fn definite_failures_are_retried_and_named() {
    let (sound, faulty, faults) = with_faults([Fault::Throttle, Fault::Throttle]).await;
    faulty.create(&account("a")).await.unwrap();
    assert_eq!(faults.injected(), [Fault::Throttle, Fault::Throttle, Fault::None]);
    assert!(sound.get("a").await.unwrap().is_some());

    let (_, faulty, _) = with_faults([Fault::Throttle; 3]).await;
    let error = faulty.create(&account("a")).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Throttled, true));
    let (_, faulty, _) = with_faults::<Account>([Fault::FailBefore; 9]).await;
    assert_eq!(faulty.get("a").await.unwrap_err().kind(), ErrorKind::Unavailable);
}

/// With more attributes than an update expression can name, the item is put on the condition that it is unchanged.
#[tokio::test]
async fn updates_beyond_the_expression_limits_put_the_whole_item() {
    #[derive(Debug, EncryptedItem)]
    struct Wide {
        #[partition_key]
        id: String,
        total: u64,
        #[do_nothing]
        visits: u64,
    }
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let wide: Repository<Wide> = Repository::builder(client.clone()).table("wide").encryptor(keys).build();
    wide.create_table().await.unwrap();

    // An item of 399 KB with 400 undeclared attributes.
    let actions = dynaseal::AttributeActions::new(dynaseal::AttributeAction::EncryptAndSign)
        .with("id", dynaseal::AttributeAction::SignOnly)
        .with("visits", dynaseal::AttributeAction::DoNothing);
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mut item: dynaseal::Item = (0..400).map(|i| (format!("extra-{i:03}"), text(&"x".repeat(900)))).collect();
    item.extend([
        ("id".to_owned(), text("a")),
        ("total".to_owned(), AttributeValue::N("1".to_owned())),
        ("visits".to_owned(), AttributeValue::N("1".to_owned())),
    ]);
    let context = dynaseal::ItemContext::new("wide").partition_key("id");
    let stored = wide.encryptor().encrypt(item, &actions, &context).await.unwrap();
    client.put_item().table_name("wide").set_item(Some(stored)).send().await.unwrap();

    let mut stale = wide.fetch("a").await.unwrap().unwrap();
    assert_eq!(stale.unknown_attributes().len(), 400);
    wide.update_with("a", |wide| wide.total += 1).await.unwrap();
    let read = wide.fetch("a").await.unwrap().unwrap();
    assert_eq!((read.total, read.unknown_attributes().len()), (2, 400));
    stale.total = 9;
    assert_eq!(wide.save(stale).await.unwrap_err().kind(), ErrorKind::Conflict);

    // The put includes unsigned attributes, and fails if they changed.
    let mut stale = read;
    let add = client.update_item().table_name("wide").key("id", text("a")).update_expression("ADD visits :one");
    add.expression_attribute_values(":one", AttributeValue::N("1".to_owned())).send().await.unwrap();
    stale.total = 9;
    assert_eq!(wide.save(stale).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(wide.update_with("a", |wide| wide.total = 3).await.unwrap().visits, 2);
}

#[tokio::test]
async fn every_call_rejects_reserved_attributes_of_the_wrong_type() {
    let client = Database::in_memory().unwrap().client();
    let accounts = accounts(client.clone()).await;
    for name in StoredFormat::current().added() {
        accounts.put(&account("a")).await.unwrap();
        let key = AttributeValue::S("a".to_owned());
        let spoil = client.update_item().table_name("accounts").key("id", key).update_expression("SET #name = :text");
        let spoil = spoil.expression_attribute_names("#name", name);
        spoil.expression_attribute_values(":text", AttributeValue::S("no".to_owned())).send().await.unwrap();
        for error in [
            accounts.get("a").await.unwrap_err(),
            accounts.fetch("a").await.unwrap_err(),
            accounts.update_with("a", |account| account.balance = 1).await.unwrap_err(),
        ] {
            assert!(matches!(error.kind(), ErrorKind::Integrity | ErrorKind::Materials), "{error}");
        }
    }
}
