//! Items that record the actions of their attributes: attributes that a struct does not declare keep them when the item
//! is written back.

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::format::ItemDescription;
use dynaseal::keyrings::{AesKey, RawAesKeyring};
use dynaseal::{
    AttributeAction, AttributeActions, EncryptedItem, EncryptedTable, ErrorKind, Item, NoTenant, Repository,
    SchemaVersion, Tenancy, Transaction,
};
use dynaseal_tests::values::s;

const TABLE: &str = "staff";

/// The entity of a newer program.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Newer {
    #[partition_key]
    id: String,
    name: String,
    #[sign_only]
    department: String,
    #[sign_and_include_in_encryption_context]
    tenant: String,
    badge: u64,
}

/// The same entity in an older program.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Older {
    #[partition_key]
    id: String,
    name: String,
}

fn ada() -> Newer {
    let [id, name, department, tenant] = ["e-1", "Ada", "engines", "acme"].map(str::to_owned);
    Newer { id, name, department, tenant, badge: 7 }
}

fn keyring(name: &str) -> RawAesKeyring {
    RawAesKeyring::new("staff", name, &AesKey::generate().unwrap()).unwrap()
}

fn repository<T: EncryptedItem + Tenancy<Kind = NoTenant>>(client: &Client, keyring: &RawAesKeyring) -> Repository<T> {
    Repository::builder(client.clone()).table(TABLE).keyring(keyring.clone()).build()
}

async fn stored(client: &Client) -> Item {
    client.get_item().table_name(TABLE).key("id", s("e-1")).send().await.unwrap().item.unwrap()
}

async fn table_of_ada(keyring: &RawAesKeyring) -> Client {
    let client = Database::in_memory().unwrap().client();
    let newer = repository::<Newer>(&client, keyring);
    newer.create_table().await.unwrap();
    newer.create(&ada()).await.unwrap();
    client
}

/// Returns the recorded actions of an item, which requires no key.
fn actions(item: &Item) -> Vec<(String, AttributeAction)> {
    let mut actions = ItemDescription::of(item)
        .unwrap()
        .recorded_actions(item, &AttributeActions::new(AttributeAction::EncryptAndSign))
        .unwrap();
    actions.sort();
    actions
}

#[tokio::test]
async fn unknown_attributes_keep_their_recorded_actions() {
    let keyring = keyring("2026");
    let client = table_of_ada(&keyring).await;
    let (older, newer) = (repository::<Older>(&client, &keyring), repository::<Newer>(&client, &keyring));
    let before = actions(&stored(&client).await);
    assert!(before.contains(&("department".to_owned(), AttributeAction::SignOnly)), "{before:?}");

    older.update_with("e-1", |employee| employee.name = "Grace".to_owned()).await.unwrap();
    let item = stored(&client).await;
    assert_eq!(actions(&item), before);
    assert_eq!((&item["department"], &item["tenant"], item["badge"].is_b()), (&s("engines"), &s("acme"), true));
    assert_eq!(newer.get("e-1").await.unwrap(), Some(Newer { name: "Grace".to_owned(), ..ada() }));

    // The item is saved twice, and as part of a transaction.
    let mut read = older.fetch("e-1").await.unwrap().unwrap();
    read.name = "Ada".to_owned();
    let mut saved = older.save(read).await.unwrap();
    saved.name = "Grace".to_owned();
    let saved = older.save(saved).await.unwrap();
    assert_eq!(actions(&stored(&client).await), before);
    let mut last = saved;
    last.name = "Ada".to_owned();
    Transaction::new().with(older.save(last)).await.unwrap();
    assert_eq!(actions(&stored(&client).await), before);
    assert_eq!(newer.get("e-1").await.unwrap(), Some(ada()));
}

#[tokio::test]
async fn unknown_attributes_keep_their_actions_under_new_keys() {
    let (old, new) = (keyring("2025"), keyring("2026"));
    let client = table_of_ada(&old).await;
    let before = actions(&stored(&client).await);
    let older = repository::<Older>(&client, &new);
    let version = SchemaVersion::of::<Older>("2025").keyring(old);
    let report = older.reencrypt().also_reads(version).await.unwrap();
    assert_eq!((report.rewritten(), report.is_complete()), (1, true));
    assert_eq!(actions(&stored(&client).await), before);
    assert_eq!(repository::<Newer>(&client, &new).get("e-1").await.unwrap(), Some(ada()));
}

/// Without the attribute in the encryption context, the item has the first version again.
#[tokio::test]
async fn a_removed_unknown_attribute_leaves_the_context() {
    let keyring = keyring("2026");
    let client = table_of_ada(&keyring).await;
    let table = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring);
    let table = table.connect(AttributeActions::new(AttributeAction::EncryptAndSign)).await.unwrap();
    let key = Item::from([("id".to_owned(), s("e-1"))]);
    table.update_with(key.clone(), |item| drop(item.remove("tenant"))).await.unwrap();
    let item = stored(&client).await;
    assert_eq!(ItemDescription::of(&item).unwrap().version(), 1);
    assert_eq!(&item["department"], &s("engines"));
    assert_eq!(table.get(key).await.unwrap().unwrap().len(), 4);
}

#[tokio::test]
async fn an_attribute_that_became_unsigned_is_named_with_both_counts() {
    #[derive(Debug, EncryptedItem)]
    #[item(other("department", action = do_nothing))]
    struct Moved {
        #[partition_key]
        id: String,
    }

    let keyring = keyring("2026");
    let client = table_of_ada(&keyring).await;
    let moved = repository::<Moved>(&client, &keyring);
    let error = moved.get("e-1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let message = error.to_string();
    assert!(message.contains("5 signed attributes") && message.contains("4 of those"), "{message}");
    assert!(message.contains("\"tenant\"") && !message.contains("\"department\""), "{message}");

    let check = moved.check_items().await.unwrap();
    let [obstacle] = &check.versions[0].obstacles[..] else { panic!("{check:?}") };
    let found = (obstacle.attribute.as_str(), obstacle.written_as, obstacle.items);
    assert_eq!(found, ("department", Some(AttributeAction::SignOnly), 1));
}

#[tokio::test]
async fn fields_written_with_another_action_are_read_and_counted() {
    #[derive(Debug, EncryptedItem)]
    struct Changed {
        #[partition_key]
        id: String,
        #[sign_only]
        name: String,
        department: String,
    }

    let keyring = keyring("2026");
    let client = table_of_ada(&keyring).await;
    let changed = repository::<Changed>(&client, &keyring);
    let read = changed.get("e-1").await.unwrap().unwrap();
    assert_eq!((read.id, read.name, read.department), ("e-1".to_owned(), "Ada".to_owned(), "engines".to_owned()));
    let counted = async || {
        let check = changed.check_items().await.unwrap();
        assert_eq!((check.versions[0].readable, check.unreadable), (1, 0));
        let attributes = check.versions[0].written_otherwise.clone();
        attributes.into_iter().map(|found| (found.attribute, found.written_as, found.items)).collect::<Vec<_>>()
    };
    // The keys are in the encryption context because of the undeclared attribute, and are written back so.
    let key = ("id".to_owned(), Some(AttributeAction::SignAndIncludeInEncryptionContext), 1);
    let name = ("name".to_owned(), Some(AttributeAction::EncryptAndSign), 1);
    let department = ("department".to_owned(), Some(AttributeAction::SignOnly), 1);
    assert_eq!(counted().await, [department, key.clone(), name]);
    changed.update_with("e-1", |employee| employee.name = "Grace".to_owned()).await.unwrap();
    assert_eq!(counted().await, [key]);
    let item = stored(&client).await;
    assert_eq!((&item["name"], item["department"].is_b()), (&s("Grace"), true));
}
