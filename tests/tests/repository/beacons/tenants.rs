//! A beacon key for each tenant, from a key store.

use dynaseal::keyrings::HierarchicalKeyring;
use dynaseal::{Condition, ErrorKind};
use dynaseal_tests::tenants::{KeyStoreFixture, TTL};

use super::*;

async fn of_tenants(client: &Client, fixture: &KeyStoreFixture) -> EncryptedTable {
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring());
    let clock = fixture.clock.clone();
    let keys = BeaconKeys::per_tenant(fixture.store.clone()).ttl(TTL).clock(move || clock.now());
    builder.beacon_schema(schema(40).tenant("team"), keys).connect(actions()).await.unwrap()
}

fn of_team(id: &str, team: &str) -> Item {
    let mut person = ann();
    person.extend(item([("id", text(id)), ("team", text(team))]));
    person
}

fn address() -> Condition<Item> {
    Condition::eq("email", text("ann@example.com"))
}

#[tokio::test]
async fn tenants_have_different_beacons_for_equal_values() {
    let (client, fixture) = (store().await, KeyStoreFixture::new().await);
    fixture.create(["core", "sales"]).await;
    let people = of_tenants(&client, &fixture).await;
    for (id, team) in [("ann", "core"), ("bob", "sales"), ("cid", "core")] {
        people.create(&of_team(id, team)).await.unwrap();
    }
    let beacon = |stored: &Item| stored["aws_dbe_b_email"].clone();
    let (ann, bob, cid) = (stored(&client, "ann").await, stored(&client, "bob").await, stored(&client, "cid").await);
    assert_eq!(beacon(&ann), beacon(&cid));
    assert_ne!(beacon(&ann), beacon(&bob));

    let of = |team: &str| people.scan().filter(address() & Condition::eq("team", text(team)));
    assert_eq!(ids(&of("core").collect().await.unwrap()), ["ann", "cid"]);
    assert_eq!(ids(&of("sales").collect().await.unwrap()), ["bob"]);

    // Without one tenant there is no key.
    for filter in [
        address(),
        address() & Condition::is_in("team", [text("core"), text("sales")]),
        address() | Condition::eq("team", text("core")),
    ] {
        let error = people.scan().filter(filter.clone()).collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{filter:?}");
    }
    let none =
        people.scan().filter(address() & Condition::eq("team", text("core")) & Condition::eq("team", text("sales")));
    assert_eq!(none.collect().await.unwrap(), []);
    let error = of("nobody").collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    let error = people.put(&of_team("eve", "nobody")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    let error = people.put(&item([("id", text("eve"))])).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("team")));
}

#[tokio::test]
async fn a_beacon_that_is_copied_to_another_tenant_finds_nothing_of_it() {
    let (client, fixture) = (store().await, KeyStoreFixture::new().await);
    fixture.create(["core", "sales"]).await;
    let people = of_tenants(&client, &fixture).await;
    people.create(&of_team("ann", "core")).await.unwrap();
    people.create(&of_team("bob", "sales")).await.unwrap();
    let mut moved = stored(&client, "bob").await;
    moved.insert("aws_dbe_b_email".to_owned(), stored(&client, "ann").await["aws_dbe_b_email"].clone());
    client.put_item().table_name(TABLE).set_item(Some(moved)).send().await.unwrap();
    for team in ["core", "sales"] {
        let query = people.query_index("by-email", text("ann@example.com"));
        let found = query.filter(Condition::eq("team", text(team))).collect().await.unwrap();
        let expected: &[&str] = if team == "core" { &["ann"] } else { &[] };
        assert_eq!(ids(&found), expected, "bob is hidden, and is not shown to another tenant");
    }
}

#[tokio::test]
async fn a_beacon_key_is_loaded_once_for_each_tenant_and_ttl() {
    let (client, fixture) = (store().await, KeyStoreFixture::new().await);
    fixture.create(["core", "sales"]).await;
    let people = of_tenants(&client, &fixture).await;
    for number in 0..40 {
        let team = if number % 2 == 0 { "core" } else { "sales" };
        people.create(&of_team(&format!("p{number:02}"), team)).await.unwrap();
    }
    let found = || async {
        for (team, count) in [("core", 20), ("sales", 20)] {
            let query = people.scan().filter(address() & Condition::eq("team", text(team)));
            assert_eq!(query.count().await.unwrap(), count);
        }
    };
    found().await;
    assert_eq!(fixture.calls(), (2, 2), "one call to KMS and one read for each tenant");
    fixture.clock.advance(TTL * 2);
    found().await;
    assert_eq!(fixture.calls(), (4, 4));

    // Many at once wait for one load.
    fixture.clock.advance(TTL * 2);
    fixture.forget_calls();
    let query = || people.scan().filter(address() & Condition::eq("team", text("core"))).count();
    let counts = futures_util::future::join_all((0..50).map(|_| query())).await;
    assert!(counts.into_iter().all(|count| count.unwrap() == 20));
    assert_eq!(fixture.calls(), (1, 1));
}

#[tokio::test]
async fn a_key_store_outage_fails_the_search_and_nothing_else() {
    let (client, fixture) = (store().await, KeyStoreFixture::new().await);
    fixture.create(["core"]).await;
    let people = of_tenants(&client, &fixture).await;
    people.create(&of_team("ann", "core")).await.unwrap();
    let search = || people.scan().filter(address() & Condition::eq("team", text("core")));
    assert_eq!(search().count().await.unwrap(), 1);

    fixture.gate.reject("GetItem", 400, "AccessDeniedException");
    assert_eq!(search().count().await.unwrap(), 1, "the key is still there");
    fixture.clock.advance(TTL * 2);
    let error = search().collect().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Materials | ErrorKind::Unavailable), "{error:?}");
    assert!(people.put(&of_team("bob", "core")).await.is_err(), "an item without beacons would not be found");
    assert_eq!(people.get(key("ann")).await.unwrap(), Some(of_team("ann", "core")));
    assert_eq!(people.get(key("bob")).await.unwrap(), None);

    fixture.gate.accept();
    assert_eq!(search().count().await.unwrap(), 1);
}

#[tokio::test]
async fn one_branch_key_makes_the_beacons_of_a_table() {
    let (client, fixture) = (store().await, KeyStoreFixture::new().await);
    fixture.create(["people"]).await;
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring());
    let keys = BeaconKeys::key_store(fixture.store.clone(), "people");
    let people = builder.beacon_schema(schema(40), keys).connect(actions()).await.unwrap();
    people.create(&ann()).await.unwrap();
    assert_eq!(people.query_index("by-email", text("ann@example.com")).collect().await.unwrap(), [ann()]);
    assert_eq!(fixture.calls().0, 1);
}

/// AWS's clients take the tenant of an item from its branch key, store it all the same, and never find it.
#[tokio::test]
async fn an_item_with_the_branch_key_of_another_tenant_is_not_written() {
    let (client, fixture) = (store().await, KeyStoreFixture::new().await);
    fixture.create(["core", "sales"]).await;
    let keyring: HierarchicalKeyring = fixture.keyring().branch_key("core");
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring);
    let keys = BeaconKeys::per_tenant(fixture.store.clone());
    let people = builder.beacon_schema(schema(40).tenant("team"), keys).connect(actions()).await.unwrap();
    people.create(&of_team("ann", "core")).await.unwrap();
    let error = people.create(&of_team("bob", "sales")).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("team")));
    assert_eq!(people.get(key("bob")).await.unwrap(), None);
}
