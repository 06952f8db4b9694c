use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use dynaseal::danger::{DualRead, ImportPlaintext, MaybeVerified, import_plaintext};
use dynaseal::format::Ddbec;
use dynaseal::{AttributeValue, ErrorKind, ItemEncryptor, Repository, SchemaVersion};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::liar::Liar;

use crate::entity::{Account, TABLE, accounts, assert_all, complete, damage, keys, plain_table_of, put, stored, strip};

/// Returns the request, and the reported keys of the items that are left.
fn listening(request: ImportPlaintext) -> (ImportPlaintext, Arc<Mutex<Vec<String>>>) {
    let left = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&left);
    let listen = move |key: &dynaseal::Item, _: &dynaseal::Error| {
        listener.lock().unwrap().push(key["number"].as_n().unwrap().clone());
    };
    (request.on_left(listen), left)
}

/// Plaintext has no signature that binds it to its key, so the response is compared with the request.
#[tokio::test]
async fn a_dual_read_of_one_key_never_returns_another_item() {
    let liar = Liar::default();
    let accounts = accounts(&liar.client(&plain_table_of(2).await), &keys());
    let dual = DualRead::until(&accounts, SystemTime::now() + Duration::from_secs(3600));
    assert!(dual.get(("a-1", 1)).await.unwrap().is_some());
    for (attribute, value) in [("id", serde_json::json!({ "S": "a-2" })), ("number", serde_json::json!({ "N": "2" }))] {
        liar.tell(Box::new(move |_, _, response| {
            response.pointer_mut(&format!("/Item/{attribute}")).map(|stored| *stored = value.clone()).is_some()
        }));
        assert_eq!(dual.get(("a-1", 1)).await.unwrap_err().kind(), ErrorKind::Integrity);
        assert_eq!(liar.lies(), 1);
    }
}

#[tokio::test]
async fn a_plaintext_table_is_encrypted_once() {
    let client = plain_table_of(30).await;
    let accounts = accounts(&client, &keys());
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("import");
    // Programs that already encrypt write concurrently.
    accounts.put(&Account::new(3)).await.unwrap();

    let import = || import_plaintext(&accounts, &checkpoint);
    assert_eq!(import().dry_run().await.unwrap().rewritten(), 29);
    assert_eq!(import().await.unwrap_err().kind(), ErrorKind::Usage, "nobody said that it begins");
    let report = import().begin().await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date(), report.is_complete()), (29, 1, true));
    assert_all(&accounts, 30).await;
    assert!(stored(&client).await.values().all(|item| item["balance"].is_b() && item["owner"].is_s()));

    assert_eq!(import().begin().await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    let error = import().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("does not run again"), "{error}");
}

#[tokio::test]
async fn a_stripped_item_is_not_signed_by_a_second_import() {
    let client = plain_table_of(5).await;
    let accounts = accounts(&client, &keys());
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("import");
    assert!(import_plaintext(&accounts, &checkpoint).begin().await.unwrap().is_complete());

    strip(&client, 2).await;
    assert_eq!(import_plaintext(&accounts, &checkpoint).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(stored(&client).await[&2]["balance"], AttributeValue::N("1000000".to_owned()));
    // A run without its checkpoint does not sign it either.
    std::fs::remove_file(&checkpoint).unwrap();
    assert_eq!(import_plaintext(&accounts, &checkpoint).await.unwrap_err().kind(), ErrorKind::Usage);
    assert!(accounts.get(("a-2", 2)).await.is_err());
}

#[tokio::test]
async fn an_import_is_not_finished_while_anything_is_in_plaintext() {
    let client = plain_table_of(12).await;
    let accounts = accounts(&client, &keys());
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("import");
    // When the last item is visited, a program strips an imported item, or writes plaintext behind the position of the
    // import.
    let behind = {
        let client = client.clone();
        move |status: &dynaseal::migration::Status| {
            if status.items == 12 {
                complete(strip(&client, 7));
            }
        }
    };
    let import = import_plaintext(&accounts, &checkpoint).begin().concurrency(1).segments(1).progress(behind);
    let (import, left) = listening(import);
    let error = import.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert!(error.to_string().contains("(1 of them)"), "{error}");
    assert_eq!(*left.lock().unwrap(), ["7"]);

    // A second run signs nothing and only reads.
    let items = stored(&client).await;
    let again = || import_plaintext(&accounts, &checkpoint).segments(1);
    assert_eq!(again().await.unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(stored(&client).await, items);
    // After a review, a write by the program resolves it.
    accounts.put(&Account::new(7)).await.unwrap();
    assert_eq!(again().await.unwrap().rewritten(), 12);
    assert_all(&accounts, 12).await;
    assert_eq!(again().await.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn a_partial_signature_is_not_plaintext() {
    let keys = keys();
    let client = plain_table_of(2).await;
    let accounts = accounts(&client, &keys);
    let [proof, description] = StoredFormat::current().added();
    for (number, attribute) in [(3, proof), (4, description)] {
        accounts.put(&Account::new(number)).await.unwrap();
        let mut item = stored(&client).await[&number].clone();
        item.remove(attribute);
        put(&client, item).await;
    }
    accounts.put(&Account::new(5)).await.unwrap();
    damage(&client, 5).await;
    let items = stored(&client).await;
    let folder = tempfile::tempdir().unwrap();
    let (import, left) = listening(import_plaintext(&accounts, folder.path().join("import")).begin());
    assert_eq!(import.await.unwrap_err().kind(), ErrorKind::Integrity);
    let mut left = left.lock().unwrap().clone();
    left.sort();
    assert_eq!(left, ["3", "3", "4", "4", "5", "5"], "when it writes, and when it verifies");
    for number in [3, 4, 5] {
        assert_eq!(stored(&client).await[&number], items[&number]);
    }
}

#[tokio::test]
async fn dual_reads_mark_unverified_items_until_the_deadline() {
    let keys = keys();
    let client = plain_table_of(2).await;
    let now = Arc::new(Mutex::new(SystemTime::UNIX_EPOCH));
    let clock = {
        let now = Arc::clone(&now);
        move || *now.lock().unwrap()
    };
    let accounts: Repository<Account> =
        Repository::builder(client.clone()).table(TABLE).encryptor(keys).clock(clock).build();
    accounts.put(&Account::new(1)).await.unwrap();
    let deadline = SystemTime::UNIX_EPOCH + Duration::from_secs(60);
    let dual = DualRead::until(&accounts, deadline);

    let plain = dual.get(("a-0", 0)).await.unwrap().unwrap();
    assert!(!plain.is_verified());
    assert_eq!(plain, MaybeVerified::Unverified(Account::new(0)));
    assert_eq!(plain.verified(), None);
    assert_eq!(dual.get(("a-1", 1)).consistent().await.unwrap(), Some(MaybeVerified::Verified(Account::new(1))));
    assert_eq!(dual.get(("a-9", 9)).await.unwrap(), None);
    // An item with one of the two attributes was encrypted before.
    let mut item = stored(&client).await[&1].clone();
    item.remove(StoredFormat::current().added()[0]);
    put(&client, item).await;
    assert_eq!(dual.get(("a-1", 1)).await.unwrap_err().kind(), ErrorKind::Integrity);

    *now.lock().unwrap() = deadline;
    assert_eq!(dual.get(("a-0", 0)).await.unwrap_err().kind(), ErrorKind::Integrity);
    accounts.put(&Account::new(0)).await.unwrap();
    assert!(dual.get(("a-0", 0)).await.unwrap().unwrap().is_verified());
}

/// Items of the Java client, with other names of the two attributes that encryption adds, are not plaintext.
#[tokio::test]
async fn items_with_added_attributes_of_other_names_are_not_encrypted_again() {
    let client = plain_table_of(1).await;
    let named = ItemEncryptor::new(
        Ddbec::new(dynaseal_tests::store::provider()).signature_attribute("sig").description_attribute("desc"),
    );
    let theirs: Repository<Account> = Repository::builder(client.clone()).table(TABLE).encryptor(named.clone()).build();
    theirs.create(&Account::new(1)).await.unwrap();
    let java = SchemaVersion::of::<Account>("java").encryptor(named);
    let ours: Repository<Account> =
        Repository::builder(client.clone()).table(TABLE).encryptor(keys()).also_reads(java).build();

    let dual = DualRead::until(&ours, SystemTime::now() + Duration::from_secs(3600));
    assert_eq!(dual.get(("a-1", 1)).await.unwrap(), Some(MaybeVerified::Verified(Account::new(1))));
    let folder = tempfile::tempdir().unwrap();
    let report = import_plaintext(&ours, folder.path().join("import")).begin().await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date()), (1, 1));
    assert_all(&ours, 2).await;
}

/// A plaintext item that changes between the read and the write of the import is read again, and a new attribute is
/// detected.
#[tokio::test]
async fn concurrently_changed_items_are_imported_as_they_are() {
    let client = plain_table_of(20).await;
    let accounts = accounts(&client, &keys());
    let folder = tempfile::tempdir().unwrap();
    // The whole page has been read when the first item is processed; all other items change then.
    let changing = {
        let client = client.clone();
        move |status: &dynaseal::migration::Status| {
            if status.items == 1 {
                complete(async {
                    for (number, item) in stored(&client).await {
                        if !item.contains_key(StoredFormat::current().added()[0]) {
                            let changed = Account { balance: 77, note: Some("new".into()), ..Account::new(number) };
                            put(&client, changed.plaintext()).await;
                        }
                    }
                });
            }
        }
    };
    let import = import_plaintext(&accounts, folder.path().join("import")).begin();
    let report = import.segments(1).concurrency(1).progress(changing).await.unwrap();
    assert_eq!(report.rewritten(), 20);
    let mut changed = 0;
    for number in 0..20 {
        let account = accounts.get((Account::new(number).id.as_str(), number)).await.unwrap().unwrap();
        changed += u32::from(account.balance == 77 && account.note.as_deref() == Some("new"));
    }
    assert!(changed >= 18, "{changed}");
}
