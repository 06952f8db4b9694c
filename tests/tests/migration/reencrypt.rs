use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use dynaseal::format::Ddbec;
use dynaseal::migration::Status;
use dynaseal::{AttributeAction, EncryptedItem, ErrorKind, Repository, SchemaVersion};

use crate::entity::{Account, TABLE, accounts, assert_all, damage, empty_table, keys, put, stored, table_of};
use crate::shop::{Customer, Order};

fn before(keys: &dynaseal::ItemEncryptor) -> SchemaVersion {
    SchemaVersion::of::<Account>("before").encryptor(keys.clone())
}

#[tokio::test]
async fn a_table_moves_to_new_keys() {
    let (old, new) = (keys(), keys());
    let client = table_of(50, &old).await;
    let accounts = accounts(&client, &new);
    let report = accounts.reencrypt().also_reads(before(&old)).await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date(), report.left()), (50, 0, 0));
    assert!(report.is_complete());
    assert_all(&accounts, 50).await;

    let items = stored(&client).await;
    let report = accounts.reencrypt().also_reads(before(&old)).await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date()), (0, 50));
    assert_eq!(stored(&client).await, items, "what is done is left alone");
}

#[tokio::test]
async fn a_dry_run_reports_and_writes_nothing() {
    let (old, new) = (keys(), keys());
    let client = table_of(10, &old).await;
    let items = stored(&client).await;
    let report = accounts(&client, &new).reencrypt().also_reads(before(&old)).dry_run().await.unwrap();
    assert_eq!((report.rewritten(), report.is_dry_run(), report.is_complete()), (10, true, false));
    assert_eq!(report.to_string(), "10 would be rewritten, 0 up to date already, 0 left as they were");
    assert_eq!(stored(&client).await, items);
}

#[tokio::test]
async fn a_table_moves_to_another_logical_name() {
    let keys = keys();
    let client = table_of(10, &keys).await;
    let build = || Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(keys.clone());
    let renamed = build().logical_table_name("customers").build();
    assert_eq!(renamed.get(("a-0", 0)).await.unwrap_err().kind(), ErrorKind::Integrity);
    let before = SchemaVersion::of::<Account>("before").logical_table_name(TABLE);
    assert_eq!(renamed.reencrypt().also_reads(before).await.unwrap().rewritten(), 10);
    assert_all(&renamed, 10).await;
    assert_eq!(build().build().get(("a-0", 0)).await.unwrap_err().kind(), ErrorKind::Integrity);
}

/// The same table as `Account`, with other actions.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Changed {
    #[partition_key]
    id: String,
    #[sort_key]
    number: u32,
    #[sign_only] // was encrypted
    balance: i64,
    owner: String, // was sign-only
    #[do_nothing]
    visits: u64,
    #[do_nothing] // was encrypted
    note: Option<String>,
}

#[tokio::test]
async fn a_table_moves_to_other_actions() {
    let keys = keys();
    let client = table_of(10, &keys).await;
    let changed: Repository<Changed> = Repository::builder(client.clone()).table(TABLE).encryptor(keys).build();
    let before = SchemaVersion::new("before", dynaseal::AttributeActions::of::<Account>());
    assert_eq!(changed.reencrypt().also_reads(before).await.unwrap().rewritten(), 10);
    let read = changed.get(("a-2", 2)).await.unwrap().unwrap();
    assert_eq!((read.balance, &*read.owner, read.note.as_deref()), (6, "ada", Some("note 2")));
    let items = stored(&client).await;
    assert!(items[&2]["balance"].is_n() && items[&2]["owner"].is_b() && items[&2]["note"].is_s());
}

/// A signature that did not cover an attribute does not make its value authentic.
#[tokio::test]
async fn unsigned_values_are_signed_only_on_request() {
    let (old, new) = (keys(), keys());
    let client = table_of(3, &old).await;
    let accounts = accounts(&client, &new);
    let careless = || before(&old).with("owner", AttributeAction::DoNothing);
    let error = accounts.reencrypt().also_reads(careless()).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("owner")));

    let unnamed = SchemaVersion::new("java", dynaseal::AttributeActions::new(AttributeAction::DoNothing));
    let unnamed = unnamed.with("id", AttributeAction::SignOnly).encryptor(old.clone());
    assert_eq!(accounts.reencrypt().also_reads(unnamed).await.unwrap_err().kind(), ErrorKind::Usage);
    let nothing = SchemaVersion::new("plain", dynaseal::AttributeActions::new(AttributeAction::DoNothing));
    let nothing = dynaseal::danger::accept_unsigned(nothing);
    let error = accounts.reencrypt().also_reads(nothing).await.unwrap_err();
    assert!(error.to_string().contains("import_plaintext"), "{error}");
    assert_eq!(accounts.reencrypt().await.unwrap_err().kind(), ErrorKind::Usage, "nothing says how they were written");
    assert!(stored(&client).await.values().all(|item| item["owner"].is_s()));
}

#[tokio::test]
async fn unreadable_items_are_left_unchanged_and_named() {
    let (old, new) = (keys(), keys());
    let client = table_of(20, &old).await;
    damage(&client, 4).await;
    put(&client, Account::new(21).plaintext()).await;
    let items = stored(&client).await;

    let left = Arc::new(Mutex::new(Vec::new()));
    let report = accounts(&client, &new).reencrypt().also_reads(before(&old)).on_left({
        let left = Arc::clone(&left);
        move |key, error| left.lock().unwrap().push((key["number"].as_n().unwrap().clone(), error.kind()))
    });
    let report = report.await.unwrap();
    assert_eq!((report.rewritten(), report.left(), report.is_complete()), (19, 2, false));
    let mut left = left.lock().unwrap().clone();
    left.sort_by(|(a, _), (b, _)| a.cmp(b));
    assert_eq!(left, [("21".to_owned(), ErrorKind::Integrity), ("4".to_owned(), ErrorKind::Integrity)]);
    let after = stored(&client).await;
    assert_eq!((&after[&4], &after[&21]), (&items[&4], &items[&21]));
}

#[tokio::test]
async fn segments_can_be_divided_among_processes() {
    let (old, new) = (keys(), keys());
    let client = table_of(60, &old).await;
    let folder = tempfile::tempdir().unwrap();
    let part = |number: u32| {
        let request = accounts(&client, &new).reencrypt().also_reads(before(&old)).segments(6);
        request.only_segments(number * 2..number * 2 + 2).checkpoint(folder.path().join(format!("part-{number}")))
    };
    let (a, b, c) = tokio::join!(part(0).into_future(), part(1).into_future(), part(2).into_future());
    let rewritten = [a, b, c].map(|report| report.unwrap().rewritten());
    assert_eq!(rewritten.iter().sum::<u64>(), 60, "{rewritten:?}");
    assert_all(&accounts(&client, &new), 60).await;
}

#[tokio::test]
async fn invalid_settings_are_rejected() {
    let (old, new) = (keys(), keys());
    let client = table_of(1, &old).await;
    let request = || accounts(&client, &new).reencrypt().also_reads(before(&old));
    for wrong in [
        request().segments(0),
        request().segments(10_001),
        request().only_segments(4..5),
        request().only_segments(2..2),
        request().concurrency(0),
        request().requests_per_second(0),
    ] {
        assert_eq!(wrong.await.unwrap_err().kind(), ErrorKind::Usage);
    }
    let missing: Repository<Account> =
        Repository::builder(client.clone()).table("missing").encryptor(new.clone()).build();
    assert_eq!(missing.reencrypt().also_reads(before(&old)).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn progress_is_reported() {
    let (old, new) = (keys(), keys());
    let client = table_of(30, &old).await;
    let (calls, last) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let progress = {
        let (calls, last) = (Arc::clone(&calls), Arc::clone(&last));
        move |status: &Status| {
            calls.fetch_add(1, Ordering::Relaxed);
            last.fetch_max(status.items, Ordering::Relaxed);
            assert_eq!(status.expected, Some(30));
            assert!(status.time_left.is_some());
        }
    };
    let request = accounts(&client, &new).reencrypt().also_reads(before(&old)).progress(progress);
    assert!(request.await.unwrap().is_complete());
    assert_eq!((calls.load(Ordering::Relaxed), last.load(Ordering::Relaxed)), (30, 30));
}

#[tokio::test]
async fn other_entities_of_the_table_are_left_unchanged() {
    let (old, new) = (keys(), keys());
    let client = empty_table().await;
    let customer = Customer { id: "c".to_owned(), number: 1, name: "Ada".to_owned() };
    let order = Order { id: "c".to_owned(), number: 2, article: "shoes".to_owned() };
    let customers = |keys| Repository::<Customer>::builder(client.clone()).table(TABLE).encryptor(keys).build();
    let orders: Repository<Order> = Repository::builder(client.clone()).table(TABLE).encryptor(old.clone()).build();
    customers(old.clone()).create(&customer).await.unwrap();
    orders.create(&order).await.unwrap();
    let before = SchemaVersion::of::<Customer>("before").encryptor(old);
    let report = customers(new.clone()).reencrypt().also_reads(before).await.unwrap();
    assert_eq!((report.rewritten(), report.other_entities(), report.is_complete()), (1, 1, true));
    assert_eq!(customers(new).get(("c", 1)).await.unwrap(), Some(customer));
    assert_eq!(orders.get(("c", 2)).await.unwrap(), Some(order));
}

/// Items of the Java client, with other names of the two attributes that encryption adds.
#[tokio::test]
async fn renamed_format_attributes_are_removed() {
    let (old, new) = (dynaseal_tests::store::provider(), keys());
    let client = empty_table().await;
    let named =
        dynaseal::ItemEncryptor::new(Ddbec::new(old.clone()).signature_attribute("sig").description_attribute("desc"));
    let theirs: Repository<Account> = Repository::builder(client.clone()).table(TABLE).encryptor(named.clone()).build();
    theirs.create(&Account::new(0)).await.unwrap();
    let ours = accounts(&client, &new);
    let before = SchemaVersion::of::<Account>("java").encryptor(named);
    assert_eq!(ours.reencrypt().also_reads(before).await.unwrap().rewritten(), 1);
    assert_all(&ours, 1).await;
    let item = &stored(&client).await[&0];
    assert!(!item.contains_key("sig") && !item.contains_key("desc"));
}

/// A forged or rolled back item verifies under the old keys like every other item.
#[tokio::test]
async fn move_only_and_on_moved_limit_and_report_moved_items() {
    let (old, new) = (keys(), keys());
    let client = table_of(4, &old).await;
    let before = accounts(&client, &old);
    let mut known = std::collections::HashMap::new();
    for number in 0..4 {
        let key = Account::new(number).key();
        known.insert(before.fetch(key).await.unwrap().unwrap().revision().to_etag(), number);
    }
    // An attacker with the old keys writes one of the items.
    before.put(&Account { balance: 1_000_000, ..Account::new(2) }).await.unwrap();
    let moved = Arc::new(Mutex::new(Vec::new()));
    let (listener, known_before) = (Arc::clone(&moved), known.clone());
    let version = SchemaVersion::of::<Account>("before").encryptor(old);
    let report = accounts(&client, &new)
        .reencrypt()
        .also_reads(version)
        .move_only(move |_, revision| known_before.contains_key(&revision.to_etag()))
        .on_moved(move |key, revision| {
            let number: u32 = key["number"].as_n().unwrap().parse().unwrap();
            listener.lock().unwrap().push((number, revision.to_etag()));
        })
        .await
        .unwrap();
    assert_eq!((report.rewritten(), report.left(), report.is_complete()), (3, 1, false));
    let mut moved = std::mem::take(&mut *moved.lock().unwrap());
    moved.sort();
    assert_eq!(moved.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 3]);
    assert!(moved.iter().all(|(number, revision)| known[revision] == *number));
    let now = accounts(&client, &new);
    assert_eq!(now.get(Account::new(1).key()).await.unwrap(), Some(Account::new(1)));
    assert_eq!(now.get(Account::new(2).key()).await.unwrap_err().kind(), ErrorKind::Integrity);
}
