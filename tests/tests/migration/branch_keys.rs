//! Items under an older version of their branch key: counted, and moved to the active version.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use dynaseal::AttributeAction::{EncryptAndSign, SignOnly};
use dynaseal::embedded::Database;
use dynaseal::format::ItemDescription;
use dynaseal::keyrings::{AesKey, MultiKeyring, RawAesKeyring};
use dynaseal::migration::{ItemCheck, Reencrypt};
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, ErrorKind, Item, ItemEncryptor, Repository,
    SchemaVersion,
};
use dynaseal_tests::format::both;
use dynaseal_tests::log;
use dynaseal_tests::tenants::{self, KeyStoreFixture};

const TABLE: &str = "orders";

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Order {
    #[partition_key]
    #[item(tenant)]
    shop: String,
    #[sort_key]
    number: u64,
    card: String,
    #[do_nothing]
    views: u64,
}

fn order(shop: &str, number: u64) -> Order {
    Order { shop: shop.to_owned(), number, card: format!("card {number}"), views: number }
}

fn orders(client: &Client, fixture: &KeyStoreFixture) -> Repository<Order> {
    Repository::builder(client.clone()).table(TABLE).keyring(fixture.keyring()).build()
}

/// Returns a repository whose keyring has cached the first versions of two tenants, with three and nine orders.
async fn two_shops(fixture: &KeyStoreFixture) -> (Client, Repository<Order>) {
    fixture.create(["acme", "initech"]).await;
    let client = Database::in_memory().unwrap().client();
    let orders = orders(&client, fixture);
    orders.create_table().await.unwrap();
    for number in 1..=12 {
        orders.create(&order(if number <= 3 { "acme" } else { "initech" }, number)).await.unwrap();
    }
    (client, orders)
}

async fn stored(client: &Client) -> BTreeMap<String, Item> {
    let items = client.scan().table_name(TABLE).send().await.unwrap().items.unwrap();
    items.into_iter().map(|item| (item["number"].as_n().unwrap().clone(), item)).collect()
}

/// A branch key, whether the version is active, and the number of its items.
type Count<'a> = (&'a str, Option<bool>, u64);

/// Returns the counts, and the number of outdated items.
fn counts(check: &ItemCheck) -> (Vec<Count<'_>>, u64) {
    let mut counts: Vec<_> =
        check.branch_keys.iter().map(|found| (&*found.branch_key, found.is_active, found.items)).collect();
    counts.sort_unstable();
    (counts, check.outdated)
}

fn moving(orders: &Repository<Order>, checkpoint: &Path) -> Reencrypt {
    orders.reencrypt().to_active_keys().checkpoint(checkpoint)
}

#[tokio::test]
async fn items_of_an_older_version_are_counted_and_moved() {
    let fixture = KeyStoreFixture::new().await;
    let (client, orders) = two_shops(&fixture).await;
    let check = orders.check_items().await.unwrap();
    assert_eq!(counts(&check), (vec![("acme", Some(true), 3), ("initech", Some(true), 9)], 0));

    // Another process makes a version, and writes an order with it.
    let version = fixture.store.version_branch_key("acme").await.unwrap();
    self::orders(&client, &fixture).put(&order("acme", 3)).await.unwrap();
    let before = stored(&client).await;
    fixture.forget_calls();
    let check = orders.check_items().await.unwrap();
    let expected = vec![("acme", Some(false), 2), ("acme", Some(true), 1), ("initech", Some(true), 9)];
    assert_eq!(counts(&check), (expected, 2));
    assert!(check.branch_keys.iter().any(|found| found.version == version && found.items == 1), "{check:?}");
    // Three versions are read, two of them also as the active one.
    let (kms, key_store) = fixture.calls();
    assert!(kms <= 5 && key_store <= 5, "{kms} {key_store}");

    // No older version of the table is known, so the error names what there is to move.
    let error = orders.reencrypt().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("to_active_keys"), "{error}");
    let report = orders.reencrypt().to_active_keys().dry_run().await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date(), report.is_complete()), (2, 10, false));
    assert_eq!(stored(&client).await, before);

    let folder = tempfile::tempdir().unwrap();
    let report = moving(&orders, &folder.path().join("rotation")).await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date(), report.is_complete()), (2, 10, true));
    let check = orders.check_items().await.unwrap();
    assert_eq!(counts(&check), (vec![("acme", Some(true), 3), ("initech", Some(true), 9)], 0));
    let after = stored(&client).await;
    for number in ["1", "2", "3"] {
        let description = ItemDescription::of(&after[number]).unwrap();
        assert_eq!(description.recipients()[0].branch_key_version(), Some(&*version));
    }
    for number in ["3", "4", "5"] {
        assert_eq!(after[number], before[number], "it was current already");
    }
    for number in 1..=3 {
        assert_eq!(orders.get(("acme", number)).await.unwrap(), Some(order("acme", number)));
    }
}

#[tokio::test]
async fn an_older_version_after_the_end_is_reported_and_moved_only_on_request() {
    log::listen();
    let fixture = KeyStoreFixture::new().await;
    let (client, orders) = two_shops(&fixture).await;
    let before = stored(&client).await;
    fixture.store.version_branch_key("acme").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("rotation");
    assert_eq!(moving(&orders, &checkpoint).await.unwrap().rewritten(), 3);

    // The old version may have leaked: an attacker who has it can put back or forge items.
    client.put_item().table_name(TABLE).set_item(Some(before["2"].clone())).send().await.unwrap();
    drop(log::take());
    let reasons = Arc::new(Mutex::new(Vec::new()));
    let listen = {
        let reasons = Arc::clone(&reasons);
        move |_: &Item, error: &dynaseal::Error| reasons.lock().unwrap().push(error.to_string())
    };
    let report = moving(&orders, &checkpoint).on_left(listen).await.unwrap();
    assert_eq!((report.rewritten(), report.late(), report.is_complete()), (0, 1, false));
    assert_eq!(stored(&client).await["2"], before["2"], "it is not made genuine");
    let reasons = std::mem::take(&mut *reasons.lock().unwrap());
    assert!(matches!(&reasons[..], [reason] if reason.contains("an older version of its key")), "{reasons:?}");
    assert!(log::take().contains("found after the move was finished"));
    assert_eq!(moving(&orders, &checkpoint).move_again().await.unwrap().rewritten(), 1);

    // A run that does not ask for it is another migration.
    let older = SchemaVersion::of::<Order>("older");
    let error = orders.reencrypt().also_reads(older).checkpoint(&checkpoint).await.unwrap_err();
    assert!(error.to_string().contains("another \"branch keys\""), "{error}");
}

/// `move_only` protects against forgeries under a version that leaked.
#[tokio::test]
async fn only_known_items_are_moved() {
    let fixture = KeyStoreFixture::new().await;
    let (_, orders) = two_shops(&fixture).await;
    fixture.store.version_branch_key("acme").await.unwrap();
    let moving = orders.reencrypt().to_active_keys();
    let report = moving.move_only(|item, _| item["number"] == AttributeValue::N("2".to_owned())).await.unwrap();
    assert_eq!((report.rewritten(), report.left(), report.up_to_date()), (1, 2, 9));
    assert_eq!(orders.check_items().await.unwrap().outdated, 2);
}

/// Without its active version, a branch key still reads and cannot write.
#[tokio::test]
async fn a_missing_active_version_is_reported_for_each_item() {
    let fixture = KeyStoreFixture::new().await;
    let (client, orders) = two_shops(&fixture).await;
    let active = tenants::key("acme", "branch:ACTIVE");
    fixture.client.delete_item().table_name(tenants::TABLE).set_key(Some(active)).send().await.unwrap();
    let before = stored(&client).await;
    let check = orders.check_items().await.unwrap();
    assert_eq!(counts(&check), (vec![("acme", None, 3), ("initech", Some(true), 9)], 0));
    assert_eq!((check.items, check.versions[0].readable), (12, 12));
    let report = orders.reencrypt().to_active_keys().await.unwrap();
    assert_eq!((report.rewritten(), report.left(), report.up_to_date()), (0, 3, 9));
    assert_eq!(stored(&client).await, before);
}

/// One run moves items of an older schema version and of an older version of the branch key.
#[tokio::test]
async fn older_forms_and_older_versions_move_in_one_run() {
    let fixture = KeyStoreFixture::new().await;
    let (client, orders) = two_shops(&fixture).await;
    let actions = AttributeActions::of::<Order>().with("card", SignOnly);
    let context = dynaseal::ItemContext::new(TABLE).partition_key("shop").sort_key("number");
    let (provider, _) = both();
    let other = order("initech", 5).to_item().unwrap();
    let other = provider.encrypt(other, &actions, &context).await.unwrap();
    client.put_item().table_name(TABLE).set_item(Some(other)).send().await.unwrap();
    fixture.store.version_branch_key("acme").await.unwrap();

    let older = SchemaVersion::new("before", actions).encryptor(provider);
    let check = orders.check_items().also_reads(older.clone()).await.unwrap();
    assert_eq!(counts(&check), (vec![("acme", Some(false), 3), ("initech", Some(true), 8)], 3));
    let report = orders.reencrypt().also_reads(older.clone()).await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date()), (1, 11), "by default every version counts as current");
    let report = orders.reencrypt().also_reads(older).to_active_keys().await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date(), report.is_complete()), (3, 9, true));
    assert_eq!(orders.check_items().await.unwrap().outdated, 0);
}

/// A plain table, whose items have a second recipient besides the branch key.
#[tokio::test]
async fn an_untyped_table_with_several_recipients_moves() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["one"]).await;
    let client = Database::in_memory().unwrap().client();
    orders(&client, &fixture).create_table().await.unwrap();
    let archive = RawAesKeyring::new("tests", "archive", &AesKey::generate().unwrap()).unwrap();
    let keyring = MultiKeyring::new(fixture.keyring().branch_key("one")).child(archive);
    let actions = AttributeActions::new(EncryptAndSign);
    let builder = EncryptedTable::builder(client.clone()).table(TABLE);
    let table = builder.encryptor(ItemEncryptor::with_keyring(keyring)).connect(actions).await.unwrap();
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = Item::from([
        ("shop".to_owned(), text("acme")),
        ("number".to_owned(), AttributeValue::N("1".to_owned())),
        ("note".to_owned(), text("hello")),
    ]);
    table.put(&item).await.unwrap();
    let version = fixture.store.version_branch_key("one").await.unwrap();
    assert_eq!(table.check_items().await.unwrap().outdated, 1);
    assert_eq!(table.reencrypt().to_active_keys().await.unwrap().rewritten(), 1);
    let check = table.check_items().await.unwrap();
    assert_eq!((check.branch_keys.len(), &*check.branch_keys[0].version, check.outdated), (1, &*version, 0));
    let description = ItemDescription::of(&stored(&client).await["1"]).unwrap();
    assert_eq!(description.recipients().len(), 2);
}
