//! Unsigned beacons on items of the DynamoDB Encryption Client.

use dynaseal::format::Ddbec;
use dynaseal::materials::{HmacAlgorithm, HmacKey, StaticProvider};
use dynaseal::{Condition, ErrorKind, ItemContext, ItemEncryptor};

use super::*;

fn provider() -> StaticProvider {
    StaticProvider::new(
        AesKey::from_bytes(&[2; 32]).unwrap(),
        HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[3; 32]).unwrap(),
    )
}

async fn of_ddbec(client: &Client, format: Ddbec) -> dynaseal::Result<EncryptedTable> {
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).encryptor(ItemEncryptor::new(format));
    builder.beacon_schema(schema(30), keys()).connect(actions()).await
}

async fn with_beacons(client: &Client) -> EncryptedTable {
    of_ddbec(client, Ddbec::new(provider()).unsigned_beacons()).await.unwrap()
}

#[tokio::test]
async fn they_are_those_of_the_other_format_and_find_items() {
    let client = store().await;
    let people = with_beacons(&client).await;
    people.create(&ann()).await.unwrap();
    let of_ddbec = stored(&client, "ann").await;
    assert!(of_ddbec.contains_key("*amzn-ddb-map-sig*"));
    assert_eq!(people.query_index("by-email", text("ann@example.com")).collect().await.unwrap(), [ann()]);
    let by_team = people.query_index("by-team", text("core")).sort_eq(text("T-core^B-B7"));
    assert_eq!(by_team.collect().await.unwrap(), [ann()]);
    let skilled = people.scan().filter(Condition::contains("skills", text("rust")));
    assert_eq!(skilled.collect().await.unwrap(), [ann()]);
    assert_eq!(people.get(key("ann")).await.unwrap(), Some(ann()));

    let other = store().await;
    connect(&other, schema(30)).await.create(&ann()).await.unwrap();
    let of_dbesdk = stored(&other, "ann").await;
    assert_eq!(beacons(&of_ddbec), beacons(&of_dbesdk));
    for name in beacons(&of_ddbec) {
        assert_eq!(of_ddbec[name], of_dbesdk[name], "{name}: indexes survive the move to the other format");
    }
}

#[tokio::test]
async fn they_follow_their_values_and_are_not_signed() {
    let client = store().await;
    let people = with_beacons(&client).await;
    people.create(&ann()).await.unwrap();
    let mut item = people.fetch(key("ann")).await.unwrap().unwrap();
    item.remove("email");
    item.insert("ssn".to_owned(), text("1111-2222"));
    people.save(item).await.unwrap();
    assert_eq!(people.query_index("by-email", text("ann@example.com")).collect().await.unwrap(), []);
    assert_eq!(people.scan().filter(Condition::eq("last4", text("2222"))).count().await.unwrap(), 1);
    assert!(!stored(&client, "ann").await.contains_key("aws_dbe_b_email"));

    // An attacker hides the item, and cannot show it to another question.
    let mut changed = stored(&client, "ann").await;
    changed.insert("aws_dbe_b_last4".to_owned(), text("00000000"));
    changed.insert("aws_dbe_b_invented".to_owned(), text("0"));
    client.put_item().table_name(TABLE).set_item(Some(changed)).send().await.unwrap();
    assert_eq!(people.scan().filter(Condition::eq("last4", text("2222"))).count().await.unwrap(), 0);
    assert!(people.get(key("ann")).await.unwrap().is_some_and(|item| !item.contains_key("aws_dbe_b_invented")));
    let check = people.check_beacons().await.unwrap();
    assert_eq!((check.stale, check.unknown), (1, 1));
    let _ = people.rebuild_beacons().await.unwrap();
    assert_eq!(people.scan().filter(Condition::eq("last4", text("2222"))).count().await.unwrap(), 1);
}

#[tokio::test]
async fn they_are_opted_into_by_writers_and_readers() {
    let client = store().await;
    let people = of_ddbec(&store_without_indexes().await, Ddbec::new(provider())).await;
    let error = match people {
        Ok(people) => people.create(&ann()).await.unwrap_err(),
        Err(error) => error,
    };
    assert!(error.kind() == ErrorKind::Usage && error.to_string().contains("unsigned_beacons"), "{error}");
    with_beacons(&client).await.create(&ann()).await.unwrap();

    // As the Python client: what the actions do not name is to be encrypted and signed.
    let stored = stored(&client, "ann").await;
    let context = ItemContext::new(TABLE).partition_key("id");
    let unaware = ItemEncryptor::new(Ddbec::new(provider()));
    let signed = actions().with("id", SignOnly).with("place", SignOnly);
    let error = unaware.decrypt(stored.clone(), &signed, &context).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    // With `DO_NOTHING` for each of them it reads the item.
    let names: Vec<String> = stored.keys().filter(|name| name.starts_with("aws_dbe_b_")).cloned().collect();
    let actions = names.iter().fold(signed, |actions, name| actions.with(name, DoNothing));
    let read = unaware.decrypt(stored, &actions, &context).await.unwrap();
    assert_eq!(read["email"], ann()["email"]);

    let mut named = ann();
    named.insert("aws_dbe_b_email".to_owned(), text("0"));
    named.insert("id".to_owned(), text("bob"));
    let error = with_beacons(&client).await.create(&named).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("aws_dbe_b_email")));
}
