//! The span of each request. The spans of the SDK are omitted.

use std::time::Duration;

use dynaseal::testing::{Fault, Faults};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, EncryptedTable, Item, Repository, transact_get};
use dynaseal_tests::account::{Account, account};
use dynaseal_tests::log;
use dynaseal_tests::store::Store;

/// Returns the spans that closed since the last call.
fn spans() -> Vec<String> {
    let log = log::take();
    let closed = log.lines().filter_map(|line| Some(line.split_once("request{")?.1.split_once("}: ")?.0));
    closed.map(str::to_owned).collect()
}

async fn accounts(script: impl IntoIterator<Item = Fault>) -> Repository<Account> {
    log::listen();
    let store = Store::in_memory();
    store.create::<Account>("accounts").await;
    store.retrying("accounts", &Faults::script(script))
}

async fn three_accounts() -> Repository<Account> {
    let accounts = accounts([]).await;
    for id in ["a", "b", "c"] {
        accounts.create(&Account { id: id.to_owned(), ..ada() }).await.unwrap();
    }
    accounts
}

fn ada() -> Account {
    account("a", 1)
}

#[tokio::test]
async fn a_span_records_the_cost_of_its_request() {
    let accounts = accounts([]).await;
    log::listen();
    accounts.create(&ada()).await.unwrap();
    accounts.put(&ada()).await.unwrap();
    accounts.replace(&ada()).await.unwrap();
    accounts.get("a").consistent().await.unwrap();
    accounts.get("b").await.unwrap();
    let read = accounts.fetch("a").await.unwrap().unwrap();
    accounts.update_in_place("a", Account::fields().visits.add(1)).await.unwrap();
    accounts.delete_unchanged(read).await.unwrap();
    accounts.delete("a").returning().await.unwrap();
    assert_eq!(
        spans(),
        [
            r#"operation="create" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="put" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="replace" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="get" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="get" table="accounts" attempts=1 consumed_capacity=0.5 items=0"#,
            r#"operation="fetch" table="accounts" attempts=1 consumed_capacity=0.5 items=1"#,
            r#"operation="update_in_place" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="delete_unchanged" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="delete" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
        ]
    );
}

/// The whole request has one span, with the sum of its reads and writes.
#[tokio::test]
async fn an_update_is_one_span_and_records_its_method() {
    let accounts = accounts([]).await;
    accounts.create(&ada()).await.unwrap();
    log::listen();
    accounts.update_with("a", |account| account.balance += 1).await.unwrap();
    let expected = r#"operation="update_with" table="accounts" path="update" attempts=2 consumed_capacity=2.0 items=2"#;
    assert_eq!(spans(), [expected]);
}

#[tokio::test]
async fn attempts_are_counted_and_failures_are_recorded() {
    let accounts = accounts([Fault::Throttle, Fault::None, Fault::Throttle, Fault::Throttle, Fault::Throttle]).await;
    log::listen();
    accounts.get("a").await.unwrap();
    accounts.get("a").await.unwrap_err();
    assert_eq!(
        spans(),
        [
            r#"operation="get" table="accounts" attempts=2 consumed_capacity=0.5 items=0"#,
            r#"operation="get" table="accounts" attempts=3 items=0"#,
        ]
    );
}

#[tokio::test]
async fn a_cancelled_request_records_its_progress() {
    let accounts = accounts([Fault::Delay(Duration::from_secs(60))]).await;
    log::listen();
    tokio::time::timeout(Duration::from_millis(1), accounts.get("a").into_future()).await.unwrap_err();
    assert_eq!(spans(), [r#"operation="get" table="accounts" attempts=1 items=0"#]);
}

/// A call with more items than one request can hold has a span for each request.
#[tokio::test]
async fn each_request_of_a_batch_records_its_cost() {
    let accounts = accounts([]).await;
    let ids: Vec<String> = (0..30).map(|number| format!("a-{number}")).collect();
    log::listen();
    accounts.write_many(ids.iter().map(|id| Account { id: id.clone(), ..ada() })).await.unwrap();
    let mut requests = spans();
    requests.sort();
    assert_eq!(
        requests,
        [
            r#"operation="write_many" table="accounts" attempts=1 consumed_capacity=25.0 items=25"#,
            r#"operation="write_many" table="accounts" attempts=1 consumed_capacity=5.0 items=5"#,
        ]
    );
    let ids = ids.iter().map(String::as_str).chain(["missing"]);
    assert_eq!(accounts.get_many(ids).consistent().await.len(), 31);
    let expected = r#"operation="get_many" table="accounts" attempts=1 consumed_capacity=31.0 items=30"#;
    assert_eq!(spans(), [expected]);
}

#[tokio::test]
async fn unprocessed_items_are_retried_in_the_same_span() {
    let accounts = accounts([Fault::Unprocessed]).await;
    log::listen();
    accounts.write_many([ada(), Account { id: "b".to_owned(), ..ada() }]).await.unwrap();
    let expected = r#"operation="write_many" table="accounts" attempts=2 consumed_capacity=2.0 items=2"#;
    assert_eq!(spans(), [expected]);
}

#[tokio::test]
async fn a_transaction_is_one_request() {
    let accounts = accounts([]).await;
    accounts.create(&ada()).await.unwrap();
    log::listen();
    let other = Account { id: "b".to_owned(), ..ada() };
    let visit = || accounts.update_in_place("a", Account::fields().visits.add(1));
    accounts.transaction().with(accounts.create(&other)).with(visit()).await.unwrap();
    accounts.transaction().with(accounts.create(&other)).with(visit()).await.unwrap_err();
    transact_get((accounts.get("a"), accounts.get("c"))).await.unwrap();
    assert_eq!(
        spans(),
        [
            r#"operation="transaction" table="accounts" attempts=1 consumed_capacity=4.0 items=2"#,
            r#"operation="transaction" table="accounts" attempts=1 items=0"#,
            r#"operation="transact_get" table="accounts" attempts=1 consumed_capacity=4.0 items=1"#,
        ]
    );
}

#[tokio::test]
async fn each_page_of_a_query_is_a_request() {
    let accounts = three_accounts().await;
    log::listen();
    accounts.query("a").collect().await.unwrap();
    accounts.scan().page_size(2).collect().await.unwrap();
    assert_eq!(
        spans(),
        [
            r#"operation="query" table="accounts" attempts=1 consumed_capacity=0.5 items=1"#,
            r#"operation="scan" table="accounts" attempts=1 consumed_capacity=0.5 items=2"#,
            r#"operation="scan" table="accounts" attempts=1 consumed_capacity=0.5 items=1"#,
        ]
    );
}

/// Without unsigned attributes, an update puts the whole item.
#[tokio::test]
async fn untyped_requests_have_the_same_spans() {
    log::listen();
    let Store { client, keys } = Store::in_memory();
    let typed: Repository<Account> =
        Repository::builder(client.clone()).table("accounts").encryptor(keys.clone()).build();
    typed.create_table().await.unwrap();
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    let accounts = EncryptedTable::builder(client).table("accounts").encryptor(keys).connect(actions).await.unwrap();
    let key = || Item::from([("id".to_owned(), AttributeValue::S("a".to_owned()))]);
    log::listen();
    accounts.create(&key()).await.unwrap();
    accounts.get(key()).consistent().await.unwrap();
    accounts.update_with(key(), |item| _ = item.insert("name".to_owned(), AttributeValue::Bool(true))).await.unwrap();
    accounts.write_many([key()]).await.unwrap();
    assert_eq!(accounts.get_many([key()]).await.len(), 1);
    accounts.transaction().with(accounts.replace(&key())).await.unwrap();
    accounts.scan().collect().await.unwrap();
    accounts.delete(key()).await.unwrap();
    assert_eq!(
        spans(),
        [
            r#"operation="create" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="get" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="update_with" table="accounts" path="put" attempts=2 consumed_capacity=2.0 items=2"#,
            r#"operation="write_many" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
            r#"operation="get_many" table="accounts" attempts=1 consumed_capacity=0.5 items=1"#,
            r#"operation="transaction" table="accounts" attempts=1 consumed_capacity=2.0 items=1"#,
            r#"operation="scan" table="accounts" attempts=1 consumed_capacity=0.5 items=1"#,
            r#"operation="delete" table="accounts" attempts=1 consumed_capacity=1.0 items=1"#,
        ]
    );
}

/// Spans of spawned tasks belong to the request.
#[tokio::test]
async fn a_migration_is_one_request_with_all_its_tasks() {
    let accounts = three_accounts().await;
    log::listen();
    accounts.check_items().await.unwrap();
    let [span] = &spans()[..] else { panic!("not one span") };
    assert!(span.starts_with(r#"operation="check_items" table="accounts" attempts="#), "{span}");
    assert!(span.contains("consumed_capacity=") && span.ends_with("items=3"), "{span}");
}
