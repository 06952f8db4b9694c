//! The entity that moves, and the ways in which it is stored.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{AttributeValue, EncryptedItem, Item, Repository};

pub(crate) const TABLE: &str = "accounts";

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub(crate) struct Account {
    #[partition_key]
    pub(crate) id: String,
    #[sort_key]
    pub(crate) number: u32,
    pub(crate) balance: i64,
    #[sign_only]
    pub(crate) owner: String,
    #[do_nothing]
    pub(crate) visits: u64,
    pub(crate) note: Option<String>,
}

impl Account {
    pub(crate) fn new(number: u32) -> Self {
        let note = number.is_multiple_of(2).then(|| format!("note {number}"));
        Self {
            id: format!("a-{}", number % 7),
            number,
            balance: i64::from(number) * 3,
            owner: "ada".to_owned(),
            visits: 1,
            note,
        }
    }

    /// As a program would store it that knows nothing of encryption.
    pub(crate) fn plaintext(&self) -> Item {
        self.to_item().unwrap()
    }
}

/// Fresh keys.
pub(crate) fn keys() -> WrappedProvider {
    WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap())
}

pub(crate) fn accounts(client: &Client, keys: &WrappedProvider) -> Repository<Account> {
    Repository::builder(client.clone()).table(TABLE).materials(keys.clone()).build()
}

/// An empty table in memory.
pub(crate) async fn empty_table() -> Client {
    let client = Database::in_memory().unwrap().client();
    accounts(&client, &keys()).create_table().await.unwrap();
    client
}

/// A table with this many accounts that were written with these keys.
pub(crate) async fn table_of(count: u32, keys: &WrappedProvider) -> Client {
    let client = empty_table().await;
    let accounts = accounts(&client, keys);
    for number in 0..count {
        accounts.put(&Account::new(number)).await.unwrap();
    }
    client
}

/// A table with this many accounts in plaintext.
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

/// Everything that is stored, by the number of the account.
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

/// That the table has exactly the accounts that were put into it, all of them readable.
pub(crate) async fn assert_all(accounts: &Repository<Account>, count: u32) {
    for number in 0..count {
        let account = Account::new(number);
        let read = accounts.get((account.id.as_str(), number)).await;
        assert_eq!(read.unwrap(), Some(account));
    }
}

pub(crate) fn key(number: u32) -> Item {
    let id = Account::new(number).id;
    [("id", AttributeValue::S(id)), ("number", AttributeValue::N(number.to_string()))]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

/// Flips a bit of an encrypted value behind everybody's back.
pub(crate) async fn damage(client: &Client, number: u32) {
    let mut item = stored(client).await[&number].clone();
    let mut balance = item["balance"].as_b().unwrap().clone().into_inner();
    *balance.last_mut().unwrap() ^= 1;
    item.insert("balance".to_owned(), AttributeValue::B(Blob::new(balance)));
    put(client, item).await;
}

/// Turns a signed item into one that looks as if it had never been signed, with another balance: what an attacker would do.
pub(crate) async fn strip(client: &Client, number: u32) {
    let forged = Account { balance: 1_000_000, ..Account::new(number) };
    put(client, forged.plaintext()).await;
}
