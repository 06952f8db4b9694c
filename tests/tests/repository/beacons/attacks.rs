//! Beacons are not signed. An attacker who can write to the table can hide items, and nothing else.

use dynaseal::{Condition, ErrorKind};

use super::*;

async fn overwrite(client: &Client, stored: Item) {
    client.put_item().table_name(TABLE).set_item(Some(stored)).send().await.unwrap();
}

#[tokio::test]
async fn changed_beacons_never_give_a_wrong_result() {
    let client = store().await;
    let people = connect(&client, schema(20)).await;
    let mut bob = ann();
    bob.extend(item([("id", text("bob")), ("email", text("bob@example.com"))]));
    people.create(&ann()).await.unwrap();
    people.create(&bob).await.unwrap();
    let search = || async { people.query_index("by-email", text("ann@example.com")).collect().await };

    // Bob gets the beacon of Ann.
    let mut copied = stored(&client, "bob").await;
    copied.insert("aws_dbe_b_email".to_owned(), stored(&client, "ann").await["aws_dbe_b_email"].clone());
    overwrite(&client, copied).await;
    assert_eq!(search().await.unwrap(), [ann()]);
    let found = people.scan().filter(Condition::eq("email", text("bob@example.com"))).collect().await.unwrap();
    assert!(found.is_empty(), "the beacon says otherwise, so he is not found");
    assert_eq!(people.get(key("bob")).await.unwrap(), Some(bob.clone()));

    // Ann's beacon is removed.
    let mut removed = stored(&client, "ann").await;
    removed.remove("aws_dbe_b_email");
    removed.insert("aws_dbe_b_unknown".to_owned(), text("invented"));
    overwrite(&client, removed).await;
    assert!(search().await.unwrap().is_empty());
    assert_eq!(people.get(key("ann")).await.unwrap(), Some(ann()));

    // The next write repairs both.
    people.put(&ann()).await.unwrap();
    people.update_with(key("bob"), |item| drop(item.insert("city".to_owned(), text("Oslo")))).await.unwrap();
    assert_eq!(search().await.unwrap(), [ann()]);
    let found = people.query_index("by-email", text("bob@example.com")).collect().await.unwrap();
    assert_eq!(ids(&found), ["bob"]);
}

#[tokio::test]
async fn an_unverifiable_item_is_an_error_rather_than_a_collision() {
    let client = store().await;
    let people = connect(&client, schema(20)).await;
    people.create(&ann()).await.unwrap();
    let mut changed = stored(&client, "ann").await;
    changed.insert("city".to_owned(), text("Rome"));
    overwrite(&client, changed).await;
    let error = people.query_index("by-email", text("ann@example.com")).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);

    // An inserted plaintext item with a copied beacon.
    let mut planted = item([("id", text("eve")), ("email", text("ann@example.com"))]);
    planted.insert("aws_dbe_b_email".to_owned(), stored(&client, "ann").await["aws_dbe_b_email"].clone());
    overwrite(&client, planted).await;
    people.put(&ann()).await.unwrap();
    let found: Vec<_> = people.query_index("by-email", text("ann@example.com")).page(None).each().await.unwrap().items;
    let (sound, damaged): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    assert_eq!((sound.len(), damaged.len()), (1, 1));
}

#[tokio::test]
async fn another_beacon_key_finds_nothing_and_reads_everything() {
    let client = store().await;
    let people = connect(&client, schema(40)).await;
    people.create(&ann()).await.unwrap();
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring());
    let other = BeaconKeys::fixed(BeaconRoot::from_bytes(&[8; 32]).unwrap());
    let others = builder.beacon_schema(schema(40), other).connect(actions()).await.unwrap();
    assert!(others.query_index("by-email", text("ann@example.com")).collect().await.unwrap().is_empty());
    assert_eq!(others.get(key("ann")).await.unwrap(), Some(ann()));
}

#[tokio::test]
async fn one_key_for_all_tenants_is_rejected() {
    let client = store().await;
    let builder = EncryptedTable::builder(client).table(TABLE).keyring(keyring());
    let error = builder.beacon_schema(schema(20).tenant("team"), keys()).connect(actions()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}
