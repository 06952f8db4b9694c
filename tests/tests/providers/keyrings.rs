//! Keyrings in place of a provider: repositories and tables with items of the AWS Database Encryption SDK.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::format::ItemDescription;
use dynaseal::keyrings::{
    AesKey as KeyringKey, AlgorithmSuite, EncryptedDataKey, EncryptionContext, IntermediateKey, Keyring, KeyringFuture,
    MultiKeyring, RawAesKeyring,
};
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, ErrorKind, Item, ItemContext,
    ItemEncryptor, Repository, SchemaVersion,
};
use dynaseal_tests::values::{item, s};
use tokio::sync::{Barrier, watch};

const TABLE: &str = "employees";

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    #[sort_key]
    hired: u32,
    name: String,
    #[sign_only]
    grade: u64,
    #[do_nothing]
    logins: u64,
}

fn employee(hired: u32) -> Employee {
    Employee { id: "e-1".to_owned(), hired, name: "Ada".to_owned(), grade: 7, logins: 1 }
}

fn keyring() -> RawAesKeyring {
    RawAesKeyring::new("payroll", "2026", &KeyringKey::generate().unwrap()).unwrap()
}

async fn employees(client: &Client, keyring: &RawAesKeyring) -> Repository<Employee> {
    Repository::builder(client.clone()).table(TABLE).keyring(keyring.clone()).build()
}

async fn stored(client: &Client, hired: u32) -> Item {
    let key = [("id", AttributeValue::S("e-1".to_owned())), ("hired", AttributeValue::N(hired.to_string()))];
    let request = key.into_iter().fold(client.get_item().table_name(TABLE), |get, (name, value)| get.key(name, value));
    request.send().await.unwrap().item.unwrap()
}

#[tokio::test]
async fn a_repository_writes_and_reads_with_a_keyring() {
    let client = Database::in_memory().unwrap().client();
    let keyring = keyring();
    let employees = employees(&client, &keyring).await;
    employees.create_table().await.unwrap();

    employees.create(&employee(2020)).await.unwrap();
    assert_eq!(employees.create(&employee(2020)).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(employees.get(("e-1", 2020)).await.unwrap(), Some(employee(2020)));
    let item = stored(&client, 2020).await;
    assert!(item["name"].is_b() && item["grade"].is_n() && item["logins"].is_n());
    assert_eq!(ItemDescription::of(&item).unwrap().recipients()[0].key_name(), Some("2026"));

    // A concurrent write is not overwritten; unsigned attributes may change concurrently.
    let stale = employees.fetch(("e-1", 2020)).await.unwrap().unwrap();
    let updated = employees.update_with(("e-1", 2020), |employee| employee.name = "Grace".to_owned()).await.unwrap();
    assert_eq!(updated.name, "Grace");
    assert_eq!(employees.save(stale.clone()).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(employees.delete_unchanged(stale).await.unwrap_err().kind(), ErrorKind::Conflict);
    let more = Employee::fields().logins.add(41);
    employees.update_in_place(("e-1", 2020), more).await.unwrap();
    assert_eq!(employees.get(("e-1", 2020)).await.unwrap().unwrap().logins, 42);

    employees.write_many([employee(2021), employee(2022)]).await.unwrap();
    employees.create(&employee(2023)).await.unwrap();
    employees.delete(("e-1", 2022)).await.unwrap();
    let found = employees.query("e-1").collect().await.unwrap();
    assert_eq!(found.iter().map(|employee| employee.hired).collect::<Vec<_>>(), [2020, 2021, 2023]);
    assert_eq!(employees.scan().collect().await.unwrap().len(), 3);
    let current = employees.fetch(("e-1", 2023)).await.unwrap().unwrap();
    employees.delete_unchanged(current).await.unwrap();
    assert_eq!(employees.get(("e-1", 2023)).await.unwrap(), None);
}

#[tokio::test]
async fn an_untyped_table_writes_and_reads_with_a_keyring() {
    let client = Database::in_memory().unwrap().client();
    let keyring = keyring();
    employees(&client, &keyring).await.create_table().await.unwrap();
    let included = AttributeAction::SignAndIncludeInEncryptionContext;
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("team", included).unsigned_prefix(":");
    let table = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring).connect(actions).await.unwrap();

    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item: Item = [
        ("id", text("e-1")),
        ("hired", AttributeValue::N("2020".to_owned())),
        ("name", text("Ada")),
        ("team", text("engines")),
        (":seen", text("today")),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    table.create(&item).await.unwrap();
    let read = stored(&client, 2020).await;
    assert!(read["name"].is_b() && read["team"].is_s() && read[":seen"].is_s());
    assert_eq!(ItemDescription::of(&read).unwrap().version(), 2);
    let key = || -> Item {
        item.iter()
            .filter(|(name, _)| ["id", "hired"].contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    assert_eq!(table.get(key()).await.unwrap(), Some(item.clone()));
    table.update_with(key(), move |item| drop(item.insert("name".to_owned(), text("Grace")))).await.unwrap();
    assert_eq!(table.get(key()).await.unwrap().unwrap()["name"], text("Grace"));
}

/// Readers support both formats first, then writers use the new one, and then the remaining items are moved.
#[tokio::test]
async fn a_table_moves_from_one_format_to_the_other() {
    let client = Database::in_memory().unwrap().client();
    let (provider, keyring) =
        (WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap()), keyring());
    let old: Repository<Employee> =
        Repository::builder(client.clone()).table(TABLE).materials(provider.clone()).build();
    old.create_table().await.unwrap();
    old.write_many([employee(2020), employee(2021)]).await.unwrap();

    let new_version = SchemaVersion::of::<Employee>("new").keyring(keyring.clone());
    let reads_both: Repository<Employee> =
        Repository::builder(client.clone()).table(TABLE).materials(provider.clone()).also_reads(new_version).build();
    let old_version = SchemaVersion::of::<Employee>("old").materials(provider);
    let new: Repository<Employee> =
        Repository::builder(client.clone()).table(TABLE).keyring(keyring.clone()).also_reads(old_version).build();
    new.create(&employee(2022)).await.unwrap();
    for repository in [&reads_both, &new] {
        for hired in [2020, 2021, 2022] {
            assert_eq!(repository.get(("e-1", hired)).await.unwrap(), Some(employee(hired)));
        }
    }
    assert_eq!(old.get(("e-1", 2022)).await.unwrap_err().kind(), ErrorKind::Integrity);
    new.update_with(("e-1", 2020), |employee| employee.grade = 8).await.unwrap();
    assert!(stored(&client, 2020).await.contains_key("aws_dbe_head"));
    assert!(!stored(&client, 2020).await.contains_key("*amzn-ddb-map-sig*"));

    let report = new.reencrypt().await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date()), (1, 2));
    let only_new = employees(&client, &keyring).await;
    assert_eq!(only_new.scan().collect().await.unwrap().len(), 3);
}

#[tokio::test]
async fn every_recipient_reads_the_table() {
    let client = Database::in_memory().unwrap().client();
    let (one, other) = (keyring(), RawAesKeyring::new("archive", "2026", &KeyringKey::generate().unwrap()).unwrap());
    let both = MultiKeyring::new(one.clone()).child(other.clone());
    let writer: Repository<Employee> = Repository::builder(client.clone()).table(TABLE).keyring(both).build();
    writer.create_table().await.unwrap();
    writer.create(&employee(2020)).await.unwrap();
    for keyring in [one, other] {
        assert_eq!(employees(&client, &keyring).await.get(("e-1", 2020)).await.unwrap(), Some(employee(2020)));
    }
    let stranger = RawAesKeyring::new("stranger", "2026", &KeyringKey::generate().unwrap()).unwrap();
    let error = employees(&client, &stranger).await.get(("e-1", 2020)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
}

/// A keyring that waits until all its siblings have begun to wrap, and then until those after it have ended.
#[derive(Debug)]
struct Sibling {
    keyring: RawAesKeyring,
    place: usize,
    begun: Arc<Barrier>,
    ended: watch::Sender<usize>,
}

impl Keyring for Sibling {
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move {
            self.begun.wait().await;
            self.ended.subscribe().wait_for(|ended| *ended == SIBLINGS - 1 - self.place).await.unwrap();
            let wrapped = self.keyring.wrap(context, suite).await;
            self.ended.send_modify(|ended| *ended += 1);
            wrapped
        })
    }

    dynaseal_tests::read_as!(keyring);
}

const SIBLINGS: usize = 4;

/// One after the other they would wait for ever; and the last one is the first to end.
#[tokio::test(start_paused = true)]
async fn the_keyrings_of_a_multi_keyring_wrap_concurrently_and_recipients_keep_their_order() {
    let (begun, ended) = (Arc::new(Barrier::new(SIBLINGS)), watch::Sender::new(0));
    let sibling = |place: usize| Sibling {
        keyring: RawAesKeyring::new("siblings", place.to_string(), &AesKey::generate().unwrap()).unwrap(),
        place,
        begun: begun.clone(),
        ended: ended.clone(),
    };
    let keyring = (1..SIBLINGS).fold(MultiKeyring::new(sibling(0)), |multi, place| multi.child(sibling(place)));
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
    let context = ItemContext::new("orders").partition_key("id");
    let item = item([("id", s("o-1")), ("note", s("note"))]);
    let encryptor = ItemEncryptor::with_keyring(keyring);
    let encrypt = encryptor.encrypt(item.clone(), &actions, &context);
    let stored = tokio::time::timeout(Duration::from_secs(600), encrypt).await;
    let stored = stored.expect("they wait for each other").unwrap();
    let description = ItemDescription::of(&stored).unwrap();
    let names: Vec<&str> = description.recipients().iter().filter_map(|recipient| recipient.key_name()).collect();
    assert_eq!(names, ["0", "1", "2", "3"]);
    assert_eq!(encryptor.decrypt(stored, &actions, &context).await.unwrap(), item);
}
