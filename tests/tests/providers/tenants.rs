//! Entities whose items are encrypted with the branch key of their tenant.

use dynaseal::keyrings::{AesKey, HierarchicalKeyring, RawAesKeyring};
use dynaseal::{EncryptedItem, EncryptedTable, ErrorKind, Item, ItemEncryptor, Repository, danger};
use dynaseal_tests::tenants::{KeyStoreFixture, TTL};

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
    item.insert("organizer".to_owned(), dynaseal_tests::values::s("initech"));
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
    let actions = dynaseal::AttributeActions::of::<Order>();
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
