//! The attacks of the testing kit on stored items, and their results.

use dynaseal::embedded::Database;
use dynaseal::testing::{Attacker, Fault, Faults};
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Item, Repository};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::store::keys;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Account {
    #[partition_key]
    id: String,
    #[sort_key]
    year: u32,
    balance: i64,
    note: Option<String>,
    #[sign_only]
    currency: String,
    #[do_nothing]
    visits: u64,
}

fn account(id: &str, balance: i64) -> Account {
    Account { id: id.to_owned(), year: 2020, balance, note: None, currency: "EUR".to_owned(), visits: 0 }
}

async fn accounts() -> (Repository<Account>, Attacker<AccountKey>) {
    let keys = keys();
    let accounts: Repository<Account> =
        Repository::builder(Database::in_memory().unwrap().client()).table("accounts").encryptor(keys).build();
    accounts.create_table().await.unwrap();
    accounts.create(&account("a", 100)).await.unwrap();
    accounts.create(&account("b", 7)).await.unwrap();
    let attacker = Attacker::of(&accounts);
    (accounts, attacker)
}

const A: (&str, u32) = ("a", 2020);
const B: (&str, u32) = ("b", 2020);

async fn kind(accounts: &Repository<Account>, key: (&str, u32)) -> Option<ErrorKind> {
    accounts.get(key).await.err().map(|error| error.kind())
}

#[tokio::test]
async fn one_flipped_bit_of_signed_data_is_rejected() {
    let (accounts, attacker) = accounts().await;
    let before = attacker.read(A).await.unwrap();
    let [proof, description] = StoredFormat::current().added();
    for attribute in ["balance", "currency", proof] {
        attacker.tamper(A, attribute).await.unwrap();
        let after = attacker.read(A).await.unwrap();
        let changed: Vec<_> = before.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
        assert_eq!(changed, [attribute]);
        assert_eq!(kind(&accounts, A).await, Some(ErrorKind::Integrity), "{attribute}");
        attacker.rollback(before.clone()).await.unwrap();
    }
    // A material description is not signed; what is wrong with it can be seen without a key. A header is signed.
    attacker.tamper(A, description).await.unwrap();
    assert!(accounts.get(A).await.is_err());
    attacker.rollback(before).await.unwrap();
    attacker.tamper(A, "visits").await.unwrap();
    assert_eq!(accounts.get(A).await.unwrap().unwrap().visits, 1);
    assert_eq!(accounts.get(B).await.unwrap(), Some(account("b", 7)));
}

#[tokio::test]
async fn swapped_values_and_items_are_rejected() {
    let (accounts, attacker) = accounts().await;
    accounts.update_with(A, |account| account.note = Some("gold".to_owned())).await.unwrap();
    // `note` is there once: it moves, and comes back.
    for attribute in ["balance", "note", StoredFormat::current().added()[0]] {
        let before = (attacker.read(A).await.unwrap(), attacker.read(B).await.unwrap());
        attacker.swap(A, B, attribute).await.unwrap();
        let after = (attacker.read(A).await.unwrap(), attacker.read(B).await.unwrap());
        assert_eq!(
            (after.0.get(attribute), after.1.get(attribute)),
            (before.1.get(attribute), before.0.get(attribute))
        );
        for key in [A, B] {
            assert_eq!(kind(&accounts, key).await, Some(ErrorKind::Integrity), "{attribute}");
        }
        attacker.swap(A, B, attribute).await.unwrap();
        assert_eq!(kind(&accounts, A).await, None);
    }
    attacker.swap_items(A, B).await.unwrap();
    for key in [A, B] {
        assert_eq!(kind(&accounts, key).await, Some(ErrorKind::Integrity));
    }
    attacker.swap_items(A, B).await.unwrap();
    assert_eq!(accounts.get(B).await.unwrap(), Some(account("b", 7)));
}

/// The documentation states this.
#[tokio::test]
async fn an_older_version_verifies() {
    let (accounts, attacker) = accounts().await;
    let older = attacker.read(A).await.unwrap();
    accounts.update_with(A, |account| account.balance = 0).await.unwrap();
    attacker.rollback(older).await.unwrap();
    assert_eq!(accounts.get(A).await.unwrap(), Some(account("a", 100)));
}

#[tokio::test]
async fn impossible_attacks_are_reported_and_change_nothing() {
    let (accounts, attacker) = accounts().await;
    let both = (attacker.read(A).await.unwrap(), attacker.read(B).await.unwrap());
    for (error, kind, attribute) in [
        (attacker.tamper(A, "id").await, ErrorKind::Usage, Some("id")),
        (attacker.swap(A, B, "year").await, ErrorKind::Usage, Some("year")),
        (attacker.tamper(A, "note").await, ErrorKind::Usage, Some("note")),
        (attacker.swap(A, B, "note").await, ErrorKind::Usage, Some("note")),
        (attacker.tamper(("c", 2020), "balance").await, ErrorKind::NotFound, None),
        (attacker.swap_items(A, ("c", 2020)).await, ErrorKind::NotFound, None),
    ] {
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (kind, attribute), "{error}");
    }
    assert_eq!((attacker.read(A).await.unwrap(), attacker.read(B).await.unwrap()), both);
    assert_eq!(kind(&accounts, A).await, None);
}

/// Any client can be used, with keys in their stored form.
#[tokio::test]
async fn an_untyped_table_can_be_attacked() {
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let accounts: Repository<Account> = Repository::builder(client.clone()).table("accounts").encryptor(keys).build();
    accounts.create_table().await.unwrap();
    accounts.create(&account("a", 100)).await.unwrap();
    let key = Item::from([
        ("id".to_owned(), AttributeValue::S("a".to_owned())),
        ("year".to_owned(), AttributeValue::N("2020".to_owned())),
    ]);
    Attacker::new(client.clone(), "accounts").tamper(key.clone(), "balance").await.unwrap();
    assert_eq!(kind(&accounts, A).await, Some(ErrorKind::Integrity));

    let faulty = Attacker::new(Faults::script([Fault::Throttle]).beneath(&client).unwrap(), "accounts");
    assert_eq!(faulty.tamper(key, "balance").await.unwrap_err().kind(), ErrorKind::Throttled);
}

/// The same table, as seen by a newer program and by an older one that rejects undeclared attributes.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Wide {
    #[partition_key]
    id: String,
    balance: i64,
    extra: Option<String>,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(unknown = reject)]
struct Narrow {
    #[partition_key]
    id: String,
    balance: i64,
}

/// Otherwise an attacker who can write to the table could choose between `Integrity` and `Schema`.
#[tokio::test]
async fn unknown_attributes_are_rejected_after_verification() {
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let wide: Repository<Wide> = Repository::builder(client.clone()).table("wide").encryptor(keys.clone()).build();
    let narrow: Repository<Narrow> = Repository::builder(client).table("wide").encryptor(keys).build();
    wide.create_table().await.unwrap();
    let account =
        |id: &str, extra: Option<&str>| Wide { id: id.to_owned(), balance: 1, extra: extra.map(str::to_owned) };
    wide.create(&account("genuine", Some("note"))).await.unwrap();
    wide.create(&account("tampered", None)).await.unwrap();
    let add = |item: &mut Item| drop(item.insert("extra".to_owned(), AttributeValue::S("note".to_owned())));
    Attacker::of(&narrow).change("tampered", add).await.unwrap();

    let kinds = async |id: &str| {
        let (get, fetch) = (narrow.get(id).await.unwrap_err(), narrow.fetch(id).await.unwrap_err());
        assert_eq!(get.kind(), fetch.kind());
        get
    };
    let error = kinds("genuine").await;
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("extra")));
    let error = kinds("tampered").await;
    assert_eq!((error.kind(), error.unknown_attributes()), (ErrorKind::Integrity, &["extra".to_owned()][..]));
}
