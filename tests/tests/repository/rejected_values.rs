//! Values that DynamoDB does not store, and the errors of requests without values.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region, SharedCredentialsProvider};
use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::embedded::Database;
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, ErrorKind, Item, ItemEncryptor, Repository,
    SchemaVersion, Update,
};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::store::keys;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(index(name = "by-group", partition = group))]
struct Row {
    #[partition_key]
    id: String,
    #[sign_only]
    group: Option<String>,
}

struct Store {
    client: Client,
    keys: ItemEncryptor,
}

impl Store {
    async fn new() -> Self {
        let client = Database::in_memory().unwrap().client();
        let keys = keys();
        let rows: Repository<Row> = Repository::builder(client.clone()).table("rows").encryptor(keys.clone()).build();
        rows.create_table().await.unwrap();
        Self { client, keys }
    }

    /// Returns a table with these actions of the attribute `a`.
    async fn table(&self, actions: AttributeActions) -> EncryptedTable {
        let builder = EncryptedTable::builder(self.client.clone()).table("rows").encryptor(self.keys.clone());
        builder.connect(actions.with("group", SignOnly)).await.unwrap()
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn numbers(texts: &[&str]) -> AttributeValue {
    AttributeValue::Ns(texts.iter().map(|text| (*text).to_owned()).collect())
}

fn row(id: &str, value: AttributeValue) -> Item {
    Item::from([("id".to_owned(), text(id)), ("a".to_owned(), value)])
}

/// Returns lists nested to this depth.
fn nested(levels: usize) -> AttributeValue {
    (0..levels).fold(text("leaf"), |inner, _| AttributeValue::L(vec![inner]))
}

/// Returns the values that the store accepts, and those that it rejects.
fn values() -> (Vec<AttributeValue>, Vec<AttributeValue>) {
    let map = |key: &str| AttributeValue::M([(key.to_owned(), text("x"))].into());
    let binaries = |members: &[&[u8]]| AttributeValue::Bs(members.iter().map(|member| Blob::new(*member)).collect());
    let sound = vec![
        text(""),
        AttributeValue::B(Blob::new([])),
        AttributeValue::L(Vec::new()),
        AttributeValue::M(Default::default()),
        numbers(&["1", "-1", "1.5"]),
        AttributeValue::N("9.9e125".to_owned()),
        nested(31),
    ];
    let rejected = vec![
        numbers(&[]),
        AttributeValue::Ss(Vec::new()),
        binaries(&[]),
        numbers(&["1", "1.0"]),
        numbers(&["0", "-0.00"]),
        AttributeValue::Ss(vec!["a".to_owned(), "a".to_owned()]),
        binaries(&[b"a", b"a"]),
        map(""),
        AttributeValue::L(vec![map("")]),
        AttributeValue::L(vec![AttributeValue::Ss(Vec::new())]),
        AttributeValue::N("1e126".to_owned()),
        nested(32),
    ];
    (sound, rejected)
}

#[tokio::test]
async fn values_that_the_store_rejects_are_rejected_before_sending() {
    let store = Store::new().await;
    let (sound, rejected) = values();
    for (action, name) in [(SignOnly, "sign only"), (DoNothing, "do nothing")] {
        let table = store.table(AttributeActions::new(EncryptAndSign).with("a", action)).await;
        for value in &sound {
            let raw = store.client.put_item().table_name("rows").set_item(Some(row("raw", value.clone()))).send().await;
            raw.unwrap();
            table.put(&row("r-1", value.clone())).await.unwrap();
        }
        for value in &rejected {
            let raw = store.client.put_item().table_name("rows").set_item(Some(row("raw", value.clone()))).send().await;
            assert!(raw.is_err(), "{value:?}");
            let error = table.put(&row("r-1", value.clone())).await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("a")), "{name}: {value:?}");
        }
    }
    let table = store.table(AttributeActions::new(EncryptAndSign).with("a", DoNothing)).await;
    for value in rejected {
        let key = Item::from([("id".to_owned(), text("r-1"))]);
        let error = table.update_in_place(key, Update::set("a", value)).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("a")));
    }
    for id in [String::new(), "x".repeat(2049)] {
        let error = table.put(&row(&id, text("x"))).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("id")));
    }
}

/// The check of an item does not know which attributes are index keys.
#[tokio::test]
async fn the_other_items_of_a_batch_are_written() {
    let store = Store::new().await;
    let table = store.table(AttributeActions::new(EncryptAndSign).with("a", SignOnly)).await;
    let mut items: Vec<Item> = (0..25).map(|number| row(&format!("r-{number}"), text("x"))).collect();
    items[3].insert("a".to_owned(), numbers(&[]));
    items[7].insert("group".to_owned(), text(""));
    let left = table.write_many(items).await.unwrap_err();
    let failed: Vec<_> = left.puts.iter().map(|(item, error)| (item["id"].clone(), error.kind())).collect();
    assert_eq!(failed, [(text("r-3"), ErrorKind::Codec), (text("r-7"), ErrorKind::Sdk)]);
    assert_eq!(table.scan().count().await.unwrap(), 23);
}

/// Returns a value that the store rejects unless it is encrypted. The format of the Database Encryption SDK itself rejects
/// values that are nested too deeply.
fn unseen() -> AttributeValue {
    if StoredFormat::is_dbesdk() { numbers(&[]) } else { nested(40) }
}

#[tokio::test]
async fn a_migration_leaves_and_names_an_item_that_the_store_rejects() {
    let store = Store::new().await;
    let before = AttributeActions::new(EncryptAndSign).with("id", SignOnly).with("group", SignOnly);
    let old = store.table(before.clone()).await;
    for number in 0..200 {
        old.put(&row(&format!("r-{number}"), text("x"))).await.unwrap();
    }
    old.put(&row("bad", unseen())).await.unwrap();
    let new = store.table(AttributeActions::new(EncryptAndSign).with("a", SignOnly)).await;
    let left = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let run = |dry: bool| {
        let left = std::sync::Arc::clone(&left);
        let version = SchemaVersion::new("before", before.clone()).encryptor(store.keys.clone());
        let reencrypt = new.reencrypt().also_reads(version).on_left(move |key, error| {
            left.lock().unwrap().push((key.clone(), error.kind(), error.attribute().map(str::to_owned)));
        });
        if dry { reencrypt.dry_run() } else { reencrypt }
    };
    let bad = Item::from([("id".to_owned(), text("bad"))]);
    for dry in [true, false] {
        let report = run(dry).await.unwrap();
        assert_eq!((report.rewritten(), report.left()), (200, 1), "dry: {dry}");
        let left: Vec<_> = std::mem::take(&mut *left.lock().unwrap());
        assert_eq!(left, [(bad.clone(), ErrorKind::Codec, Some("a".to_owned()))]);
    }
    let key = Item::from([("id".to_owned(), text("r-7"))]);
    assert_eq!(new.get(key).await.unwrap(), Some(row("r-7", text("x"))));
}

#[tokio::test]
async fn requests_without_values_show_the_message_of_the_service() {
    let store = Store::new().await;
    let bad_name: Repository<Row> =
        Repository::builder(store.client.clone()).table("x").encryptor(store.keys.clone()).build();
    let error = bad_name.create_table().await.unwrap_err();
    assert!(error.to_string().contains("length greater than or equal to 3"), "{error}");
}

#[tokio::test]
async fn a_client_without_region_or_credentials_is_reported() {
    let store = Store::new().await;
    let rows = |client: Client| -> Repository<Row> {
        Repository::builder(client).table("rows").encryptor(store.keys.clone()).build()
    };
    let transport = store.client.config().http_client().unwrap();
    let config = || Config::builder().behavior_version(BehaviorVersion::latest()).http_client(transport.clone());
    let credentials = || SharedCredentialsProvider::new(Credentials::new("id", "secret", None, None, "test"));

    let no_region = Client::from_conf(config().credentials_provider(credentials()).build());
    let error = rows(no_region).get("r-1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sdk);
    assert!(error.to_string().contains("region"), "{error:?}");

    let no_credentials = Client::from_conf(config().region(Region::new("eu-west-1")).build());
    let error = rows(no_credentials).get("r-1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sdk);
    assert!(error.to_string().contains("no credentials"), "{error:?}");
}
