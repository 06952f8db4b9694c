//! Items that the new format cannot hold, and how they are reported beforehand.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::format::{Dbesdk, Ddbec, FormatKind};
use dynaseal::keyrings::RawAesKeyring;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, EncryptedItem, ErrorKind, Item, ItemContext, ItemEncryptor,
    Repository, SchemaVersion, item_size,
};
use dynaseal_tests::log;

use crate::entity::{Account, TABLE, empty_table, put, stored};

/// The largest item that DynamoDB stores, in bytes.
const MAX_ITEM_SIZE: usize = 409_600;

fn old_keys() -> ItemEncryptor {
    let bytes = [1; 32];
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &bytes).unwrap();
    let provider = WrappedProvider::new(AesKey::from_bytes(&bytes).unwrap(), signing_key);
    ItemEncryptor::new(Ddbec::new(provider).accept_long_numbers())
}

/// With a signature, which makes its items longer than those of the older format.
fn new_keys() -> ItemEncryptor {
    let keyring = RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&[2; 32]).unwrap()).unwrap();
    ItemEncryptor::new(Dbesdk::new(keyring).digital_signature(true))
}

fn nested(levels: u32) -> AttributeValue {
    (0..levels).fold(AttributeValue::Bool(true), |inner, _| AttributeValue::L(vec![inner]))
}

async fn encrypted(keys: &ItemEncryptor, item: Item) -> Item {
    let context = ItemContext::new(TABLE).partition_key("id").sort_key("number");
    keys.encrypt(item, &AttributeActions::of::<Account>(), &context).await.unwrap()
}

/// The account of this number with another attribute.
fn with(number: u32, name: &str, value: AttributeValue) -> Item {
    let mut item = Account::new(number).plaintext();
    item.insert(name.to_owned(), value);
    item
}

/// As large as an item of the older format can be.
async fn largest(number: u32) -> Item {
    let photo = |length| with(number, "photo", AttributeValue::B(Blob::new(vec![7; length])));
    let added = item_size(&encrypted(&old_keys(), photo(16)).await) - 16;
    let item = photo((MAX_ITEM_SIZE - added) / 16 * 16);
    assert!(item_size(&encrypted(&new_keys(), item.clone()).await) > MAX_ITEM_SIZE);
    item
}

/// One item that can be moved, and one for each reason why another cannot.
async fn table() -> (Client, BTreeMap<u32, (Option<&'static str>, ErrorKind)>) {
    let client = empty_table().await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let long = AttributeValue::N("1".repeat(39));
    let repeated = AttributeValue::Ss(vec!["a".to_owned(), "a".to_owned()]);
    let items = [
        (Account::new(0).plaintext(), None),
        (with(1, "long", long), Some((Some("long"), ErrorKind::Codec))),
        (with(2, "repeated", repeated), Some((Some("repeated"), ErrorKind::Codec))),
        (with(3, "deep", nested(40)), Some((Some("deep"), ErrorKind::Codec))),
        (with(4, "aws_dbe_x", text("x")), Some((Some("aws_dbe_x"), ErrorKind::Usage))),
        (with(5, "aws-crypto-x", text("x")), Some((Some("aws-crypto-x"), ErrorKind::Usage))),
        (largest(6).await, Some((None, ErrorKind::TooLarge))),
    ];
    let mut reasons = BTreeMap::new();
    for (number, (item, reason)) in (0..).zip(items) {
        put(&client, encrypted(&old_keys(), item).await).await;
        reasons.extend(reason.map(|reason| (number, reason)));
    }
    (client, reasons)
}

/// The arguments of `on_left`, by the number of the account.
type Left = Arc<Mutex<BTreeMap<u32, (Option<String>, ErrorKind)>>>;

fn listener(left: &Left) -> impl Fn(&Item, &dynaseal::Error) + Send + Sync + 'static {
    let left = Arc::clone(left);
    move |key, error| {
        let number = key["number"].as_n().unwrap().parse().unwrap();
        left.lock().unwrap().insert(number, (error.attribute().map(str::to_owned), error.kind()));
    }
}

#[tokio::test]
async fn items_that_the_new_format_cannot_hold_are_counted_named_and_left() {
    let (client, reasons) = table().await;
    let before = SchemaVersion::of::<Account>("before").encryptor(old_keys());
    let builder = Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(new_keys());
    let accounts = builder.also_reads(before).build();
    let expected: BTreeMap<_, _> =
        reasons.iter().map(|(number, (name, kind))| (*number, (name.map(str::to_owned), *kind))).collect();
    let items = stored(&client).await;

    let left = Left::default();
    let check = accounts.check_items().on_left(listener(&left)).await.unwrap();
    assert_eq!(*left.lock().unwrap(), expected);
    let told: BTreeMap<_, _> =
        check.unwritable.iter().map(|one| (one.attribute.clone(), (one.kind, one.items))).collect();
    assert_eq!(told, reasons.values().map(|(name, kind)| (name.map(str::to_owned), (*kind, 1))).collect());
    assert!(check.unwritable.iter().all(|one| !one.reason.is_empty()));
    assert_eq!(check.formats, BTreeMap::from([(FormatKind::Ddbec, 7)]));
    assert_eq!((check.versions[0].readable, check.versions[1].readable), (0, 7));

    let dry = accounts.reencrypt().dry_run().on_left(listener(&left)).await.unwrap();
    assert_eq!((dry.rewritten(), dry.left()), (1, 6));
    assert_eq!(*left.lock().unwrap(), expected);
    assert_eq!(stored(&client).await, items);

    let report = accounts.reencrypt().on_left(listener(&left)).await.unwrap();
    assert_eq!((report.rewritten(), report.left(), report.is_complete()), (1, 6, false));
    assert_eq!(*left.lock().unwrap(), expected);
    let after = stored(&client).await;
    for number in reasons.keys() {
        assert_eq!(after[number], items[number], "{number}");
    }

    let check = accounts.check_items().await.unwrap();
    assert_eq!(check.formats, BTreeMap::from([(FormatKind::Ddbec, 6), (FormatKind::Dbesdk, 1)]));
    assert_eq!(check.versions[0].formats, BTreeMap::from([(FormatKind::Dbesdk, 1)]));
    assert_eq!(check.versions[1].formats, BTreeMap::from([(FormatKind::Ddbec, 6)]));
}

#[tokio::test]
async fn a_reserved_table_name_is_reported() {
    let client = empty_table().await;
    let name = "aws-crypto-accounts";
    let builder = || Repository::<Account>::builder(client.clone()).table(TABLE);
    let before = builder().encryptor(old_keys()).logical_table_name(name).build();
    before.put(&Account::new(0)).await.unwrap();
    let version = SchemaVersion::of::<Account>("before").encryptor(old_keys());
    let accounts = builder().encryptor(new_keys()).logical_table_name(name).also_reads(version).build();
    let report = accounts.reencrypt().dry_run().await.unwrap();
    assert_eq!((report.rewritten(), report.left()), (0, 1));
    let check = accounts.check_items().await.unwrap();
    assert!(check.unwritable[0].reason.contains("aws-crypto-"), "{check:?}");
    assert_eq!((check.unwritable[0].attribute.as_deref(), check.unwritable[0].kind), (None, ErrorKind::Usage));
}

/// No client writes an item with the marks of both formats, and it is not treated as plaintext.
#[tokio::test]
async fn items_with_marks_of_both_formats_are_counted_and_left() {
    let client = empty_table().await;
    let mut mixed = encrypted(&old_keys(), Account::new(0).plaintext()).await;
    let new = encrypted(&new_keys(), Account::new(0).plaintext()).await;
    mixed.insert("aws_dbe_foot".to_owned(), new["aws_dbe_foot"].clone());
    put(&client, mixed.clone()).await;
    put(&client, encrypted(&new_keys(), Account::new(1).plaintext()).await).await;
    let version = SchemaVersion::of::<Account>("before").encryptor(old_keys());
    let builder = Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(new_keys());
    let accounts = builder.also_reads(version).build();
    let check = accounts.check_items().await.unwrap();
    assert_eq!((check.mixed, check.unreadable, check.plaintext, check.items), (1, 1, 0, 2));
    let report = accounts.reencrypt().await.unwrap();
    assert_eq!((report.left(), report.up_to_date()), (1, 1));

    // Nor is an item of the other format plaintext to an import that does not know that format.
    let folder = tempfile::tempdir().unwrap();
    let older = crate::entity::accounts(&client, &old_keys());
    assert_eq!(older.check_items().await.unwrap().plaintext, 0);
    let error = dynaseal::danger::import_plaintext(&older, folder.path().join("import")).begin().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert_eq!(stored(&client).await[&0], mixed);
}

/// Attributes that become signed or unsigned are reported before anything is written.
#[tokio::test]
async fn changes_of_the_signed_attributes_are_reported_first() {
    #[derive(EncryptedItem)]
    struct Changed {
        #[partition_key]
        id: String,
        #[sort_key]
        number: u32,
        balance: i64,
        #[do_nothing] // was sign-only
        owner: String,
        #[do_nothing]
        visits: u64,
        note: Option<String>,
    }
    log::listen();
    let client = empty_table().await;
    put(&client, encrypted(&old_keys(), Account::new(0).plaintext()).await).await;
    let items = stored(&client).await;
    let version = || SchemaVersion::of::<Account>("before").encryptor(old_keys());
    let changed: Repository<Changed> = Repository::builder(client.clone()).table(TABLE).encryptor(new_keys()).build();
    let check = changed.check_items().also_reads(version()).await.unwrap();
    let request = changed.reencrypt().also_reads(version()).dry_run();
    assert_eq!(request.scope_changes(), check.scope_changes);
    let [change] = &check.scope_changes[..] else { panic!("{check:?}") };
    assert_eq!((&*change.version, change.attribute.as_deref()), ("before", Some("owner")));
    assert_eq!((change.before, change.after), (AttributeAction::SignOnly, AttributeAction::DoNothing));
    drop(log::take());
    assert_eq!(request.await.unwrap().rewritten(), 1);
    let told = log::take();
    assert!(told.contains("changes whether the attribute is signed") && told.contains("owner"), "{told}");
    assert_eq!(stored(&client).await, items);
    assert_eq!(changed.get(("a-0", 0)).await.map(drop).unwrap_err().kind(), ErrorKind::Integrity);
}

/// The opposite direction: a value that anyone could choose until now would become signed, so nothing begins without
/// permission.
#[tokio::test]
async fn attributes_that_become_signed_are_reported_and_need_permission() {
    let actions = AttributeActions::of::<Account>().with("owner", AttributeAction::DoNothing);
    let client = empty_table().await;
    let context = ItemContext::new(TABLE).partition_key("id").sort_key("number");
    put(&client, old_keys().encrypt(Account::new(0).plaintext(), &actions, &context).await.unwrap()).await;
    let items = stored(&client).await;
    let version = || SchemaVersion::new("before", actions.clone()).encryptor(old_keys());
    let accounts = crate::entity::accounts(&client, &new_keys());
    let request = accounts.reencrypt().also_reads(version());
    let [change] = &request.scope_changes()[..] else { panic!("{:?}", request.scope_changes()) };
    assert_eq!((change.attribute.as_deref(), change.before), (Some("owner"), AttributeAction::DoNothing));
    assert_eq!(change.after, AttributeAction::SignOnly);
    let error = request.await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("owner")));
    assert_eq!(stored(&client).await, items);
    let accepted = dynaseal::danger::accept_unsigned(version());
    assert_eq!(accounts.reencrypt().also_reads(accepted).await.unwrap().rewritten(), 1);
}
