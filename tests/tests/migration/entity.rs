//! The entity that is migrated, and its stored forms.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::embedded::Database;
use dynaseal::{AttributeValue, Item, ItemEncryptor};
pub(crate) use dynaseal_tests::accounts::{Account, TABLE, accounts, assert_all};
pub(crate) use dynaseal_tests::store::keys;

/// Creates an empty table in memory.
pub(crate) async fn empty_table() -> Client {
    let client = Database::in_memory().unwrap().client();
    accounts(&client, &keys()).create_table().await.unwrap();
    client
}

/// Creates a table with this many accounts under these keys.
pub(crate) async fn table_of(count: u32, keys: &ItemEncryptor) -> Client {
    let client = empty_table().await;
    let accounts = accounts(&client, keys);
    for number in 0..count {
        accounts.put(&Account::new(number)).await.unwrap();
    }
    client
}

/// Creates a table with this many accounts in plaintext.
pub(crate) async fn plain_table_of(count: u32) -> Client {
    let client = empty_table().await;
    for number in 0..count {
        put(&client, Account::new(number).plaintext()).await;
    }
    client
}

pub(crate) async fn put(client: &Client, item: Item) {
    client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
}

/// Returns all stored items by the number of the account.
pub(crate) async fn stored(client: &Client) -> BTreeMap<u32, Item> {
    let mut items = BTreeMap::new();
    let mut start = None;
    loop {
        let page = client.scan().table_name(TABLE).set_exclusive_start_key(start).send().await.unwrap();
        for item in page.items.unwrap() {
            items.insert(item["number"].as_n().unwrap().parse().unwrap(), item);
        }
        start = page.last_evaluated_key;
        if start.is_none() {
            return items;
        }
    }
}

pub(crate) fn key(number: u32) -> Item {
    let id = Account::new(number).id;
    [("id", AttributeValue::S(id)), ("number", AttributeValue::N(number.to_string()))]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

/// Flips a bit of an encrypted value in the stored item.
pub(crate) async fn damage(client: &Client, number: u32) {
    let mut item = stored(client).await[&number].clone();
    let mut balance = item["balance"].as_b().unwrap().clone().into_inner();
    *balance.last_mut().unwrap() ^= 1;
    item.insert("balance".to_owned(), AttributeValue::B(Blob::new(balance)));
    put(client, item).await;
}

/// Removes the signature of an item and changes its balance, as an attacker would do.
pub(crate) async fn strip(client: &Client, number: u32) {
    let forged = Account { balance: 1_000_000, ..Account::new(number) };
    put(client, forged.plaintext()).await;
}

/// Completes the work of another program while a migration reports its progress.
pub(super) fn complete<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::scope(|threads| threads.spawn(|| runtime().block_on(work)).join().unwrap())
}
