//! Keys derived from the cached branch keys of a key store.

use std::time::Duration;

use dynaseal::format::{Dbesdk, ItemDescription};
use dynaseal::keyrings::{BranchKeyCache, DiscoveryFilter, HierarchicalKeyring, Keyring as _, KmsConfiguration};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, Error, ErrorKind, Item, ItemContext, ItemEncryptor, danger,
};
use dynaseal_tests::tenants::{KeyStoreFixture, REGION, TTL, named};
use dynaseal_tests::values::s;

/// The age at which entries are renewed: a quarter of the TTL, and at most ten seconds, before its end.
const FRESH: Duration = Duration::from_secs(50);
const SECOND: Duration = Duration::from_secs(1);

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("tenant", AttributeAction::SignOnly)
        .with("id", AttributeAction::SignOnly)
}

fn context() -> ItemContext {
    ItemContext::new("orders").partition_key("tenant").sort_key("id")
}

fn item(tenant: &str, id: &str) -> Item {
    Item::from([("tenant".to_owned(), s(tenant)), ("id".to_owned(), s(id)), ("card".to_owned(), s("4242"))])
}

/// Uses the tenant as the branch key id.
fn by_tenant(keyring: HierarchicalKeyring) -> HierarchicalKeyring {
    keyring.branch_key_supplier(|context| match context.attribute("tenant")? {
        AttributeValue::S(tenant) => Some(tenant),
        _ => None,
    })
}

async fn encrypt(keyring: &HierarchicalKeyring, tenant: &str) -> Result<Item, Error> {
    ItemEncryptor::new(Dbesdk::new(keyring.clone())).encrypt(item(tenant, "1"), &actions(), &context()).await
}

async fn decrypt(keyring: &HierarchicalKeyring, stored: Item) -> Result<Item, Error> {
    ItemEncryptor::new(Dbesdk::new(keyring.clone())).decrypt(stored, &actions(), &context()).await
}

/// Waits for the tasks that renew an entry.
async fn settle(fixture: &KeyStoreFixture, calls: (usize, usize)) {
    while fixture.calls() != calls {
        tokio::task::yield_now().await;
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn items_name_their_branch_key_and_its_version() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme", "initech"]).await;
    let keyring = by_tenant(fixture.keyring());
    let stored = encrypt(&keyring, "acme").await.unwrap();
    let description = ItemDescription::of(&stored).unwrap();
    assert_eq!(description.recipients()[0].provider_id(), "aws-kms-hierarchy");
    assert_eq!(decrypt(&keyring, stored.clone()).await.unwrap(), item("acme", "1"));
    assert_eq!(fixture.calls(), (1, 1), "the version's entry is filled as well");

    // Another process reads an item of this version, and one that was written before a new version.
    let reader = by_tenant(fixture.keyring());
    fixture.store.version_branch_key("acme").await.unwrap();
    let newer = encrypt(&by_tenant(fixture.keyring()), "acme").await.unwrap();
    for stored in [stored.clone(), newer] {
        assert_eq!(decrypt(&reader, stored).await.unwrap(), item("acme", "1"));
    }

    // An item that was moved to another tenant belongs to another branch key, and is not tried.
    let mut moved = stored;
    moved.insert("tenant".to_owned(), s("initech"));
    fixture.forget_calls();
    assert_eq!(decrypt(&reader, moved).await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(fixture.calls(), (0, 0));
}

/// Covers 10,000 items of 100 tenants.
#[tokio::test]
async fn calls_are_bounded_by_tenants_and_not_by_items() {
    const TENANTS: usize = 100;
    const ITEMS: usize = 10_000;

    let fixture = KeyStoreFixture::new().await;
    let tenants: Vec<String> = (0..TENANTS).map(|number| format!("tenant-{number}")).collect();
    fixture.create(&tenants).await;
    let encryptor = ItemEncryptor::new(Dbesdk::new(by_tenant(fixture.keyring())));
    for number in 0..ITEMS {
        let item = item(&tenants[number % TENANTS], &number.to_string());
        let stored = encryptor.encrypt(item.clone(), &actions(), &context()).await.unwrap();
        assert_eq!(encryptor.decrypt(stored, &actions(), &context()).await.unwrap(), item);
    }
    let (kms, key_store) = fixture.calls();
    println!("{ITEMS} items of {TENANTS} tenants: {kms} KMS calls, {key_store} key store reads");
    assert!(kms <= TENANTS && key_store <= TENANTS, "{kms} {key_store}");

    // The next TTL requires the same calls again.
    fixture.clock.advance(TTL + SECOND);
    for number in 0..ITEMS / 10 {
        let item = item(&tenants[number % TENANTS], &number.to_string());
        let stored = encryptor.encrypt(item, &actions(), &context()).await.unwrap();
        encryptor.decrypt(stored, &actions(), &context()).await.unwrap();
    }
    assert_eq!(fixture.calls(), (2 * TENANTS, 2 * TENANTS));
}

#[tokio::test]
async fn a_thousand_tasks_that_miss_the_same_branch_key_make_one_call() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme"]).await;
    let keyring = by_tenant(fixture.keyring());
    fixture.gate.hold(&["GetItem"]);
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let keyring = keyring.clone();
            tokio::spawn(async move { encrypt(&keyring, "acme").await })
        })
        .collect();
    while fixture.gate.count("GetItem") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.gate.release();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    println!("1000 tasks: {:?} calls to KMS and to the key store", fixture.calls());
    assert_eq!(fixture.calls(), (1, 1));
}

#[tokio::test]
async fn the_old_entry_is_used_during_a_renewal() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme"]).await;
    let keyring = by_tenant(fixture.keyring());
    encrypt(&keyring, "acme").await.unwrap();
    fixture.clock.advance(FRESH + SECOND);
    fixture.gate.hold(&["GetItem"]);
    for _ in 0..10 {
        encrypt(&keyring, "acme").await.unwrap();
    }
    settle(&fixture, (1, 2)).await;
    fixture.gate.release();
    settle(&fixture, (2, 2)).await;
    // The entry was renewed for another TTL, from the start of the renewal.
    fixture.clock.advance(FRESH);
    encrypt(&keyring, "acme").await.unwrap();
    assert_eq!(fixture.calls(), (2, 2));
}

#[tokio::test]
async fn an_outage_is_bridged_until_the_entry_expires_and_no_longer() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme"]).await;
    let keyring = by_tenant(fixture.keyring());
    let stored = encrypt(&keyring, "acme").await.unwrap();
    fixture.kms.set_outage(true);
    fixture.gate.reject("GetItem", 500, "InternalServerError");
    fixture.clock.advance(FRESH + SECOND);
    encrypt(&keyring, "acme").await.unwrap();
    decrypt(&keyring, stored.clone()).await.unwrap();
    fixture.clock.advance(TTL - FRESH - SECOND);
    encrypt(&keyring, "acme").await.unwrap();
    fixture.clock.advance(SECOND);
    for _ in 0..2 {
        assert_eq!(encrypt(&keyring, "acme").await.unwrap_err().kind(), ErrorKind::Unavailable);
        assert_eq!(decrypt(&keyring, stored.clone()).await.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    fixture.gate.accept();
    assert_eq!(encrypt(&keyring, "acme").await.unwrap_err().kind(), ErrorKind::Unavailable, "KMS is still away");
    fixture.kms.set_outage(false);
    encrypt(&keyring, "acme").await.unwrap();
    decrypt(&keyring, stored).await.unwrap();
}

#[tokio::test]
async fn a_revoked_permission_stops_everything_when_the_ttl_has_passed() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme"]).await;
    let keyring = by_tenant(fixture.keyring());
    let stored = encrypt(&keyring, "acme").await.unwrap();
    fixture.kms.revoke_access(&fixture.key);
    encrypt(&keyring, "acme").await.unwrap();

    // A rejection is a response and not an outage, so it takes effect immediately.
    fixture.clock.advance(FRESH + SECOND);
    encrypt(&keyring, "acme").await.unwrap();
    settle(&fixture, (2, 2)).await;
    let error = encrypt(&keyring, "acme").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("access denied"), "{error}");

    fixture.clock.advance(TTL);
    assert_eq!(decrypt(&keyring, stored.clone()).await.unwrap_err().kind(), ErrorKind::Materials);
    fixture.kms.restore_access(&fixture.key);
    decrypt(&keyring, stored).await.unwrap();
}

#[tokio::test]
async fn refresh_clears_and_warm_up_loads_entries() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme", "initech"]).await;
    let keyring = by_tenant(fixture.keyring());
    keyring.warm_up().await.unwrap();
    assert_eq!(fixture.calls(), (0, 0), "nobody knows which");
    keyring.warm_up_branch_keys(["acme", "initech"]).await.unwrap();
    assert_eq!(fixture.calls(), (2, 2));
    encrypt(&keyring, "acme").await.unwrap();
    encrypt(&keyring, "initech").await.unwrap();
    assert_eq!(fixture.calls(), (2, 2));
    fixture.kms.revoke_access(&fixture.key);
    keyring.refresh().await.unwrap();
    assert_eq!(encrypt(&keyring, "acme").await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(keyring.warm_up_branch_keys(["acme"]).await.unwrap_err().kind(), ErrorKind::Materials);
    fixture.kms.restore_access(&fixture.key);

    let one = fixture.keyring().branch_key("acme");
    fixture.forget_calls();
    one.warm_up().await.unwrap();
    encrypt(&one, "any").await.unwrap();
    assert_eq!(fixture.calls(), (1, 1));
    let absent = fixture.keyring().branch_key("absent");
    assert_eq!(absent.warm_up().await.unwrap_err().kind(), ErrorKind::Materials);
}

/// An attacker who can write to the table can store items that name versions which do not exist.
#[tokio::test]
async fn absent_versions_and_branch_keys_are_cached_for_a_second() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme"]).await;
    let keyring = by_tenant(fixture.keyring());
    let mut stored = encrypt(&keyring, "acme").await.unwrap();
    let head = stored["aws_dbe_head"].as_b().unwrap().as_ref().to_vec();
    // The provider info of the recipient is followed by its ciphertext: prefix, salt, nonce, and the version.
    let info = head.windows(4).position(|window| window == b"acme").unwrap();
    let mut changed = head;
    changed[info + 4 + 2 + 48 + 28] ^= 1;
    stored.insert("aws_dbe_head".to_owned(), AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new(changed)));
    fixture.forget_calls();
    for _ in 0..100 {
        let error = decrypt(&keyring, stored.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains("no version"), "{error}");
        assert_eq!(encrypt(&keyring, "nobody").await.unwrap_err().kind(), ErrorKind::Materials);
    }
    assert_eq!(fixture.calls(), (0, 2));
    fixture.store.create_branch_key(named("nobody")).await.unwrap();
    fixture.clock.advance(SECOND * 2);
    encrypt(&keyring, "nobody").await.unwrap();
}

#[tokio::test]
async fn caches_are_shared_only_by_partition_id() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme"]).await;
    let cache = BranchKeyCache::new(10);
    let keyring = |partition: &str| by_tenant(fixture.keyring()).cache(&cache).partition_id(partition);
    encrypt(&keyring("one"), "acme").await.unwrap();
    assert_eq!(fixture.calls(), (1, 1));
    encrypt(&keyring("one"), "acme").await.unwrap();
    assert_eq!(fixture.calls(), (1, 1));
    encrypt(&keyring("two"), "acme").await.unwrap();
    assert_eq!(fixture.calls(), (2, 2));
    encrypt(&by_tenant(fixture.keyring()).cache(&cache), "acme").await.unwrap();
    assert_eq!(fixture.calls(), (3, 3));
}

#[tokio::test]
async fn a_missing_branch_key_id_is_an_error_before_anything_is_sent() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme"]).await;
    let unset = fixture.keyring();
    let error = encrypt(&unset, "acme").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains(".branch_key("), "{error}");
    let none = fixture.keyring().branch_key_supplier(|_| None);
    let error = encrypt(&none, "acme").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    let long = fixture.keyring().branch_key("x".repeat(64 * 1024));
    assert_eq!(encrypt(&long, "acme").await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(fixture.calls(), (0, 0));

    let stored = encrypt(&by_tenant(fixture.keyring()), "acme").await.unwrap();
    fixture.forget_calls();
    let error = decrypt(&none, stored).await.unwrap_err();
    assert!(error.to_string().contains("supplier"), "{error}");
    assert_eq!(fixture.calls(), (0, 0));
    let error = HierarchicalKeyring::new(fixture.store.clone(), Duration::ZERO).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn branch_keys_of_every_length_write_items() {
    let fixture = KeyStoreFixture::new().await;
    let ids = ["1".to_owned(), "🔑".repeat(512), "tenant é".to_owned()];
    fixture.create(&ids).await;
    for id in &ids {
        let keyring = fixture.keyring().branch_key(id);
        let stored = encrypt(&keyring, "acme").await.unwrap();
        assert_eq!(decrypt(&keyring, stored).await.unwrap(), item("acme", "1"));
    }
}

fn first_use(fixture: &KeyStoreFixture) -> HierarchicalKeyring {
    by_tenant(fixture.keyring()).on_first_use(|id| id.starts_with("tenant-"), [("purpose", "orders")])
}

#[tokio::test]
async fn a_tenants_branch_key_is_created_once_by_any_number_of_writers() {
    let fixture = KeyStoreFixture::new().await;
    let keyrings: Vec<_> = (0..8).map(|_| first_use(&fixture)).collect();
    let writers: Vec<_> = (0..64)
        .map(|number: usize| {
            let keyring = keyrings[number % keyrings.len()].clone();
            tokio::spawn(async move { encrypt(&keyring, "tenant-1").await })
        })
        .collect();
    for writer in writers {
        let stored = writer.await.unwrap().unwrap();
        assert_eq!(decrypt(&by_tenant(fixture.keyring()), stored).await.unwrap(), item("tenant-1", "1"));
    }
    let info = fixture.store.describe_branch_key("tenant-1").await.unwrap();
    assert_eq!((info.versions.len(), &*info.encryption_context["purpose"]), (1, "orders"));
    assert_eq!(fixture.records().await.len(), 3);
}

#[tokio::test]
async fn reads_and_unknown_tenants_create_no_branch_keys() {
    let fixture = KeyStoreFixture::new().await;
    let keyring = first_use(&fixture);
    let stored = encrypt(&keyring, "tenant-1").await.unwrap();
    let records = fixture.records().await.len();
    fixture.forget_calls();
    let error = encrypt(&keyring, "invented").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("on_first_use"), "{error}");
    assert_eq!(fixture.calls(), (0, 1), "KMS makes nothing");

    // The branch key is lost, and reading does not create another one.
    for record in fixture.records().await {
        let key = [("branch-key-id", record["branch-key-id"].clone()), ("type", record["type"].clone())];
        let delete = fixture.client.delete_item().table_name(dynaseal_tests::tenants::TABLE);
        key.into_iter().fold(delete, |delete, (name, value)| delete.key(name, value)).send().await.unwrap();
    }
    assert_eq!(decrypt(&first_use(&fixture), stored).await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!((records, fixture.records().await.len()), (3, 0));
}

#[tokio::test]
async fn a_shredded_tenant_is_never_recreated_and_ends_within_the_ttl() {
    let fixture = KeyStoreFixture::new().await;
    let (one, other) = (first_use(&fixture), first_use(&fixture));
    let stored = encrypt(&one, "tenant-1").await.unwrap();
    decrypt(&other, stored.clone()).await.unwrap();
    danger::shred(&fixture.store, "tenant-1").await.unwrap();
    // Cached keys remain usable.
    decrypt(&other, stored.clone()).await.unwrap();
    fixture.clock.advance(TTL + SECOND);
    fixture.forget_calls();
    for keyring in [&one, &other, &first_use(&fixture)] {
        assert_eq!(decrypt(keyring, stored.clone()).await.unwrap_err().kind(), ErrorKind::Materials);
        let error = encrypt(keyring, "tenant-1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        assert!(error.to_string().contains("shredded"), "{error}");
    }
    assert!(fixture.kms.calls().is_empty());
    assert_eq!(fixture.records().await.len(), 1);
}

/// If a renewal finds that the key is absent, this takes effect immediately, before the TTL has passed.
#[tokio::test]
async fn a_renewal_without_a_branch_key_ends_its_use() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["acme"]).await;
    let keyring = by_tenant(fixture.keyring());
    encrypt(&keyring, "acme").await.unwrap();
    danger::shred(&fixture.store, "acme").await.unwrap();
    fixture.forget_calls();
    fixture.clock.advance(FRESH + SECOND);
    encrypt(&keyring, "acme").await.unwrap();
    settle(&fixture, (0, 1)).await;
    assert_eq!(encrypt(&keyring, "acme").await.unwrap_err().kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn on_first_use_fails_without_a_context_and_in_discovery() {
    let fixture = KeyStoreFixture::new().await;
    let keyring = by_tenant(fixture.keyring()).on_first_use(|_| true, [("", ""); 0]);
    assert_eq!(encrypt(&keyring, "acme").await.unwrap_err().kind(), ErrorKind::Usage);
    let kms = KmsConfiguration::discovery(fixture.kms.client(REGION), DiscoveryFilter::new("aws", ["111122223333"]));
    let store = dynaseal::keyrings::KeyStore::new(fixture.client.clone(), dynaseal_tests::tenants::TABLE, kms);
    let keyring = by_tenant(HierarchicalKeyring::new(store, TTL).unwrap()).on_first_use(|_| true, [("a", "b")]);
    assert_eq!(encrypt(&keyring, "acme").await.unwrap_err().kind(), ErrorKind::Usage);
    assert!(fixture.kms.calls().is_empty() && fixture.records().await.is_empty());
}
