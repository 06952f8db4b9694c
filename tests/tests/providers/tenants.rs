//! Entities whose items are encrypted with the branch key of their tenant.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use dynaseal::beacon::{BeaconSchema, StandardBeacon};
use dynaseal::embedded::Database;
use dynaseal::keyrings::{AesKey, BeaconKeys, HierarchicalKeyring, RawAesKeyring};
use dynaseal::testing::kms::Kms;
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, ErrorKind, Item, ItemEncryptor, Repository, danger,
};
use dynaseal_tests::tenants::{KeyStoreFixture, REGION, TTL};
use dynaseal_tests::values::{item, n, s};

const TABLE: &str = "orders";

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(index(name = "by-day", partition = day))]
struct Order {
    #[partition_key]
    #[item(tenant)]
    shop: String,
    #[sort_key]
    number: u64,
    #[sign_only]
    day: String,
    card: String,
}

/// An entity whose tenant is not a key.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Ticket {
    #[partition_key]
    id: String,
    #[sign_and_include_in_encryption_context]
    #[item(tenant)]
    organizer: String,
    seat: u32,
}

fn order(shop: &str, number: u64) -> Order {
    Order { shop: shop.to_owned(), number, day: "monday".to_owned(), card: format!("card {number}") }
}

fn ticket(organizer: &str) -> Ticket {
    Ticket { id: "t-1".to_owned(), organizer: organizer.to_owned(), seat: 7 }
}

fn orders(fixture: &KeyStoreFixture, keyring: HierarchicalKeyring) -> Repository<Order> {
    Repository::builder(fixture.client.clone()).table(TABLE).keyring(keyring).build()
}

fn tickets(fixture: &KeyStoreFixture) -> Repository<Ticket> {
    Repository::builder(fixture.client.clone()).table("tickets").keyring(fixture.keyring()).build()
}

async fn stored(fixture: &KeyStoreFixture, table: &str) -> Vec<Item> {
    fixture.client.scan().table_name(table).send().await.unwrap().items.unwrap()
}

#[tokio::test]
async fn items_are_encrypted_with_the_branch_key_of_their_tenant() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme", "initech"]).await;
    let orders = orders(&fixture, fixture.keyring());
    orders.create_table().await.unwrap();
    for number in 0..10 {
        orders.create(&order("acme", number)).await.unwrap();
        orders.create(&order("initech", number)).await.unwrap();
    }
    assert_eq!(fixture.calls(), (2, 2));
    assert_eq!(orders.get(("acme", 3)).await.unwrap(), Some(order("acme", 3)));
    for item in stored(&fixture, TABLE).await {
        let shop = item["shop"].as_s().unwrap();
        let description = dynaseal::format::ItemDescription::of(&item).unwrap();
        let recipient = &description.recipients()[0];
        assert_eq!((description.recipients().len(), recipient.provider_id()), (1, "aws-kms-hierarchy"));
        assert!(format!("{recipient:?}").contains(&**shop), "{recipient:?}");
    }

    // Queries across tenants use an index or the whole table.
    let found = orders.query_index(Order::indexes().by_day, "monday").collect().await.unwrap();
    assert_eq!(found.len(), 20);
    assert_eq!(orders.scan().collect().await.unwrap().len(), 20);
    assert_eq!(
        orders.get_many([("acme", 1), ("initech", 2)]).await.into_iter().filter_map(|found| found.unwrap()).count(),
        2
    );
    assert_eq!(fixture.calls(), (2, 2));

    // Without the key of one tenant, the others are still readable.
    danger::shred(&fixture.store, "acme").await.unwrap();
    fixture.clock.advance(TTL * 2);
    assert_eq!(orders.get(("acme", 3)).await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(orders.get(("initech", 3)).await.unwrap(), Some(order("initech", 3)));
    assert_eq!(orders.query("initech").collect().await.unwrap().len(), 10);
    assert_eq!(orders.query("acme").collect().await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(orders.create(&order("acme", 11)).await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(stored(&fixture, TABLE).await.len(), 20, "keys and what is not encrypted stay readable");
}

#[tokio::test]
async fn an_item_moved_to_another_tenant_is_rejected() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme", "initech"]).await;
    let tickets = tickets(&fixture);
    tickets.create_table().await.unwrap();
    tickets.create(&ticket("acme")).await.unwrap();
    let mut item = stored(&fixture, "tickets").await.remove(0);
    item.insert("organizer".to_owned(), s("initech"));
    fixture.client.put_item().table_name("tickets").set_item(Some(item)).send().await.unwrap();
    assert_eq!(tickets.get("t-1").await.unwrap_err().kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn a_changed_tenant_is_rejected() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme", "initech"]).await;
    let tickets = tickets(&fixture);
    tickets.create_table().await.unwrap();
    tickets.create(&ticket("acme")).await.unwrap();
    let error = tickets.update_with("t-1", |ticket| ticket.organizer = "initech".to_owned()).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("organizer")));
    let mut versioned = tickets.fetch("t-1").await.unwrap().unwrap();
    versioned.organizer = "initech".to_owned();
    assert_eq!(tickets.save(versioned).await.unwrap_err().kind(), ErrorKind::Usage);
    tickets.update_with("t-1", |ticket| ticket.seat = 8).await.unwrap();
    assert_eq!(tickets.get("t-1").await.unwrap(), Some(Ticket { seat: 8, ..ticket("acme") }));
}

#[tokio::test]
async fn a_tenant_without_a_branch_key_is_an_error_before_anything_is_sent() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme-key"]).await;
    let mapped = fixture.keyring().branch_key_of_tenant(|tenant| (tenant == "acme").then(|| "acme-key".to_owned()));
    let orders = orders(&fixture, mapped);
    orders.create_table().await.unwrap();
    orders.create(&order("acme", 1)).await.unwrap();
    assert_eq!(orders.get(("acme", 1)).await.unwrap(), Some(order("acme", 1)));

    fixture.forget_calls();
    let error = orders.create(&order("initech", 1)).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Materials, Some("shop")));
    assert!(!error.to_string().contains("initech"), "{error}");
    assert_eq!((fixture.calls(), stored(&fixture, TABLE).await.len()), ((0, 0), 1));
}

#[tokio::test]
async fn a_keyring_that_contradicts_the_entity_is_rejected() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme", "all"]).await;
    for keyring in [fixture.keyring().branch_key("all"), fixture.keyring().branch_key_supplier(|_| None)] {
        let error = orders(&fixture, keyring).create(&order("acme", 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("#[item(tenant)]"), "{error}");
    }
    // The keys of an encryptor are not known.
    let encryptor = ItemEncryptor::with_keyring(fixture.keyring().branch_key("all"));
    let given: Repository<Order> =
        Repository::builder(fixture.client.clone()).table(TABLE).encryptor(encryptor.clone()).build();
    let changed = orders(&fixture, fixture.keyring()).with_encryptor(encryptor);
    for repository in [given, changed] {
        let error = repository.create(&order("acme", 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("takes no encryptor"), "{error}");
    }
    assert_eq!(fixture.calls(), (0, 0));
    // An untyped table uses a supplier, or one branch key.
    let orders = orders(&fixture, fixture.keyring());
    orders.create_table().await.unwrap();
    let keyring = RawAesKeyring::new("any", "key", &AesKey::generate().unwrap()).unwrap();
    let actions = AttributeActions::of::<Order>();
    EncryptedTable::builder(fixture.client.clone()).table(TABLE).keyring(keyring).connect(actions).await.unwrap();
}

#[tokio::test]
async fn the_first_item_of_a_tenant_creates_its_branch_key() {
    let fixture = KeyStoreFixture::new().await;
    let keyring = || fixture.keyring().on_first_use(|shop| shop.starts_with("shop-"), [("purpose", "orders")]);
    let repositories = [orders(&fixture, keyring()), orders(&fixture, keyring())];
    repositories[0].create_table().await.unwrap();
    let writers: Vec<_> = (0..20)
        .map(|number| {
            let orders = repositories[number as usize % 2].clone();
            tokio::spawn(async move { orders.create(&order("shop-1", number)).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(fixture.store.describe_branch_key("shop-1").await.unwrap().versions.len(), 1);
    assert_eq!(orders(&fixture, fixture.keyring()).query("shop-1").collect().await.unwrap().len(), 20);
    assert_eq!(repositories[0].create(&order("invented", 1)).await.unwrap_err().kind(), ErrorKind::Materials);
}

/// Each tenant's beacon key is one more of each, however many items there are. `DYNASEAL_ITEMS=10000` is the long run.
#[tokio::test]
async fn beacons_cost_one_more_call_for_each_tenant() {
    const TENANTS: usize = 100;

    let items: usize = std::env::var("DYNASEAL_ITEMS").map_or(1_000, |items| items.parse().unwrap());
    let fixture = KeyStoreFixture::new().await;
    let shops: Vec<String> = (0..TENANTS).map(|number| format!("tenant-{number}")).collect();
    fixture.create(&shops).await;
    orders(&fixture, fixture.keyring()).create_table().await.unwrap();
    let keyring = fixture.keyring().branch_key_supplier(|context| match context.attribute("shop")? {
        AttributeValue::S(shop) => Some(shop),
        _ => None,
    });
    let schema = BeaconSchema::new().standard(StandardBeacon::new("card", 8)).tenant("shop");
    let table = EncryptedTable::builder(fixture.client.clone())
        .table(TABLE)
        .keyring(keyring)
        .beacon_schema(schema, BeaconKeys::per_tenant(fixture.store.clone()))
        .connect(AttributeActions::of::<Order>())
        .await
        .unwrap();
    let all = (0..items).map(|number| {
        let card = s(&format!("card {}", number % 7));
        item([("shop", s(&shops[number % TENANTS])), ("number", n(number)), ("day", s("monday")), ("card", card)])
    });
    assert!(table.write_many(all).await.is_ok());
    let found = table.scan().collect().await.unwrap();
    assert_eq!(found.len(), items);
    let (kms, key_store) = fixture.calls();
    println!("{items} items of {TENANTS} tenants with beacons: {kms} KMS calls, {key_store} key store reads");
    assert!(kms <= 2 * TENANTS && key_store <= 2 * TENANTS, "{kms} {key_store}");
}

/// Where the processes of a test find their database.
const DATABASE: &str = "DYNASEAL_TEST_DATABASE";

/// Four processes write their first items at the same moment, all for a tenant that none of them knows.
#[tokio::test]
async fn several_processes_make_one_branch_key_for_a_new_tenant() {
    const TEST: &str = "tenants::several_processes_make_one_branch_key_for_a_new_tenant";
    const PROCESSES: u64 = 4;
    const ITEMS: u64 = 5;

    if let Some(folder) = std::env::var_os(DATABASE).map(PathBuf::from) {
        let process: u64 = std::env::args().next_back().unwrap().parse().unwrap();
        return write_first_orders(&folder, process, ITEMS).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(folder.path().join("orders.db")).unwrap();
    let fixture = KeyStoreFixture::with(imported_kms(), database.client()).await;
    orders(&fixture, fixture.keyring()).create_table().await.unwrap();
    let processes: Vec<_> = (0..PROCESSES)
        .map(|process| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            // The last argument is a filter that this test passes, too, since all of them are alternatives.
            command.args(["--exact", "--nocapture", TEST, &process.to_string()]).env(DATABASE, folder.path());
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    while (0..PROCESSES).any(|process| !folder.path().join(format!("ready-{process}")).exists()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    fs::write(folder.path().join("go"), []).unwrap();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        assert!(output.status.success(), "{said:?}");
    }

    let info = fixture.store.describe_branch_key("acme").await.unwrap();
    assert_eq!(info.versions.len(), 1);
    assert_eq!(fixture.records().await.len(), 3);
    let found = orders(&fixture, fixture.keyring()).query("acme").collect().await.unwrap();
    assert_eq!(found.len() as u64, PROCESSES * ITEMS);
}

/// What one of the processes does.
async fn write_first_orders(folder: &Path, process: u64, items: u64) {
    let database = Database::open(folder.join("orders.db")).unwrap();
    let fixture = KeyStoreFixture::with(imported_kms(), database.client()).await;
    let keyring = fixture.keyring().on_first_use(|id| id == "acme", [("purpose", "tests")]);
    let orders = orders(&fixture, keyring);
    fs::write(folder.join(format!("ready-{process}")), []).unwrap();
    while !folder.join("go").exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for number in 0..items {
        let order = order("acme", process * items + number);
        // A file that others are writing, or a branch key that they are creating, asks to try again.
        while let Err(error) = orders.put(&order).await {
            assert!(error.is_retryable(), "{error}");
        }
    }
}

/// Every process has the same key.
fn imported_kms() -> (Kms, String) {
    let kms = Kms::new();
    let key = kms.import_key(REGION, "11111111-2222-3333-4444-555555555555", [7; 32]);
    (kms, key)
}
