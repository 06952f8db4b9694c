//! Every write stores the beacons of the written values, and no others.

use dynaseal::{ErrorKind, Update};
use dynaseal_tests::values::n as number;

use super::*;

const ALL: [&str; 6] =
    ["aws_dbe_b_backup", "aws_dbe_b_email", "aws_dbe_b_last4", "aws_dbe_b_skills", "aws_dbe_b_team_badge", "place"];

#[tokio::test]
async fn every_kind_of_write_stores_the_beacons() {
    let client = store().await;
    let people = connect(&client, schema(20)).await;
    people.create(&ann()).await.unwrap();
    let created = stored(&client, "ann").await;
    assert_eq!(beacons(&created), ALL);
    assert_eq!(created["place"], text("T-core^C-Paris"));
    // The item is returned without beacons.
    assert_eq!(people.get(key("ann")).await.unwrap(), Some(ann()));

    let values = |stored: &Item| ALL.map(|name| stored[name].clone());
    people.put(&ann()).await.unwrap();
    assert_eq!(values(&stored(&client, "ann").await), values(&created));
    people.replace(&ann()).await.unwrap();
    assert_eq!(values(&stored(&client, "ann").await), values(&created));

    let mut bob = ann();
    bob.insert("id".to_owned(), text("bob"));
    let mut cid = ann();
    cid.insert("id".to_owned(), text("cid"));
    people.write_many([bob]).await.unwrap();
    people.transaction().with(people.put(&cid)).send().await.unwrap();
    for id in ["bob", "cid"] {
        assert_eq!(values(&stored(&client, id).await), values(&created), "{id}");
    }
}

#[tokio::test]
async fn an_update_sets_and_removes_beacons_with_their_values() {
    let client = store().await;
    let people = connect(&client, schema(40)).await;
    people.create(&ann()).await.unwrap();
    let before = stored(&client, "ann").await;
    people
        .update_with(key("ann"), |item| {
            item.insert("email".to_owned(), text("ann@example.org"));
            item.insert("city".to_owned(), text("Rome"));
            item.remove("ssn");
            item.remove("badge");
        })
        .await
        .unwrap();
    let after = stored(&client, "ann").await;
    assert_eq!(beacons(&after), ALL.into_iter().filter(|name| *name != "aws_dbe_b_last4").collect::<Vec<_>>());
    assert_ne!(after["aws_dbe_b_email"], before["aws_dbe_b_email"]);
    assert_eq!(after["aws_dbe_b_backup"], before["aws_dbe_b_backup"]);
    assert_eq!(after["aws_dbe_b_team_badge"], text("T-core"));
    assert_eq!(after["place"], text("T-core^C-Rome"));

    let mut versioned = people.fetch(key("ann")).await.unwrap().unwrap();
    versioned.remove("email");
    versioned.remove("team");
    people.save(versioned).await.unwrap();
    assert_eq!(beacons(&stored(&client, "ann").await), ["aws_dbe_b_backup", "aws_dbe_b_skills"]);
}

/// A beacon can appear after an item was read, because it is not signed. If its value is removed meanwhile, the beacon
/// must not remain.
#[tokio::test]
async fn a_concurrently_added_beacon_does_not_outlive_its_value() {
    let client = store().await;
    let without = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring());
    let without = without.beacon_schema(BeaconSchema::new().standard(StandardBeacon::new("backup", 20)), keys());
    let indexed = BeaconSchema::new()
        .standard(StandardBeacon::new("email", 20))
        .standard(StandardBeacon::new("badge", 20))
        .compound(
            CompoundBeacon::new("team_badge", '^')
                .signed(SignedPart::new("team", "T-"))
                .encrypted(EncryptedPart::new("badge", "B-")),
        )
        .compound(CompoundBeacon::new("place", '^').signed(SignedPart::new("city", "C-")));
    // The indexes need the beacons that are their keys.
    assert_eq!(without.connect(actions()).await.unwrap_err().kind(), ErrorKind::Usage);
    let people = connect(&client, indexed).await;
    people.create(&ann()).await.unwrap();

    let full = connect(&client, schema(20)).await;
    let versioned = full.fetch(key("ann")).await.unwrap().unwrap();
    let name = "aws_dbe_b_last4";
    client
        .update_item()
        .table_name(TABLE)
        .set_key(Some(key("ann")))
        .update_expression("SET #b = :b")
        .expression_attribute_names("#b", name)
        .expression_attribute_values(":b", text("12345"))
        .send()
        .await
        .unwrap();
    let mut versioned = versioned;
    versioned.remove("ssn");
    full.save(versioned).await.unwrap();
    assert!(!stored(&client, "ann").await.contains_key(name));
}

#[tokio::test]
async fn programs_cannot_write_beacons() {
    let client = store().await;
    let people = connect(&client, schema(20)).await;
    let mut forged = ann();
    forged.insert("aws_dbe_b_email".to_owned(), text("00000"));
    assert_eq!(people.put(&forged).await.unwrap_err().kind(), ErrorKind::Usage);
    let mut other_place = ann();
    other_place.insert("place".to_owned(), text("T-core^C-Rome"));
    let error = people.put(&other_place).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("place")));

    people.create(&ann()).await.unwrap();
    for name in ["aws_dbe_b_email", "place"] {
        let error = people.update_in_place(key("ann"), Update::set(name, text("x"))).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some(name)));
    }
    people.update_in_place(key("ann"), Update::add("logins", number(1))).await.unwrap();
    assert_eq!(beacons(&stored(&client, "ann").await), ALL);
}

#[tokio::test]
async fn values_without_a_beacon_are_rejected_before_sending() {
    let client = store().await;
    let people = connect(&client, schema(20)).await;
    for (name, value) in
        [("badge", text("B^7")), ("city", text("Pa^ris")), ("ssn", set(&["a"])), ("skills", text("rust"))]
    {
        let mut item = ann();
        item.insert(name.to_owned(), value);
        let error = people.put(&item).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some(name)));
    }
    assert_eq!(people.get(key("ann")).await.unwrap(), None);
}
