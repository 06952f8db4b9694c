//! Beacons of items that are already stored: written, repaired and checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use dynaseal::AttributeAction::{EncryptAndSign, SignOnly};
use dynaseal::beacon::{BeaconSchema, CompoundBeacon, EncryptedPart, SignedPart, StandardBeacon};
use dynaseal::embedded::Database;
use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
use dynaseal::{AttributeActions, Condition, EncryptedTable, ErrorKind, Item};
use dynaseal_tests::seed::seed;
use dynaseal_tests::values::{item, n as number, s as text};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::sync::Notify;
use tokio::task::JoinSet;

pub(crate) const TABLE: &str = "people";

pub(crate) fn schema() -> BeaconSchema {
    let team_email = CompoundBeacon::new("team_email", '^')
        .signed(SignedPart::new("team", "T-"))
        .encrypted(EncryptedPart::new("email", "E-"));
    let place = CompoundBeacon::new("place", '^').signed(SignedPart::new("team", "T-"));
    BeaconSchema::new().standard(StandardBeacon::new("email", 20)).compound(team_email).compound(place).partitions(3)
}

pub(crate) async fn store() -> Client {
    let client = Database::in_memory().unwrap().client();
    let request = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let definition = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
    let element = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    let request = request.attribute_definitions(definition.build().unwrap()).key_schema(element.build().unwrap());
    request.send().await.unwrap();
    client
}

fn keyring() -> RawAesKeyring {
    RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&[1; 32]).unwrap()).unwrap()
}

pub(crate) fn actions() -> AttributeActions {
    AttributeActions::new(EncryptAndSign).with("team", SignOnly)
}

/// Returns the table as seen by a program without beacons.
async fn without_beacons(client: &Client) -> EncryptedTable {
    EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring()).connect(actions()).await.unwrap()
}

async fn with_beacons(client: &Client, schema: BeaconSchema) -> EncryptedTable {
    let keys = BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32]).unwrap());
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring());
    builder.beacon_schema(schema, keys).connect(actions()).await.unwrap()
}

pub(crate) fn person(id: usize) -> Item {
    item([
        ("id", text(&format!("p{id:03}"))),
        ("email", text(&format!("{id}@example.com"))),
        ("team", text("core")),
        ("count", number(0)),
    ])
}

pub(crate) fn key(id: usize) -> Item {
    item([("id", text(&format!("p{id:03}")))])
}

pub(crate) async fn stored(client: &Client, id: usize) -> Item {
    client.get_item().table_name(TABLE).set_key(Some(key(id))).send().await.unwrap().item.unwrap()
}

async fn put_raw(client: &Client, stored: Item) {
    client.put_item().table_name(TABLE).set_item(Some(stored)).send().await.unwrap();
}

#[tokio::test]
async fn beacons_are_written_without_reencryption() {
    let client = store().await;
    let people = with_beacons(&client, schema()).await;
    people.create(&person(0)).await.unwrap();
    let complete = stored(&client, 0).await;
    let unsigned = ["aws_dbe_b_email", "aws_dbe_b_team_email"];
    let mut without = complete.clone();
    unsigned.iter().for_each(|name| drop(without.remove(*name)));
    put_raw(&client, without.clone()).await;

    let check = people.check_beacons().await.unwrap();
    assert_eq!((check.items, check.missing, check.stale, check.unknown), (1, 1, 0, 0));
    assert!(!check.is_complete());
    let dry = people.rebuild_beacons().dry_run().await.unwrap();
    assert_eq!((dry.rewritten(), dry.is_dry_run()), (1, true));
    assert_eq!(stored(&client, 0).await, without);

    assert_eq!(people.rebuild_beacons().await.unwrap().rewritten(), 1);
    assert_eq!(stored(&client, 0).await, complete, "ciphertext, header and footer are the same");
    assert_eq!(people.rebuild_beacons().await.unwrap().up_to_date(), 1);
    assert!(people.check_beacons().await.unwrap().is_complete());
}

#[tokio::test]
async fn stale_and_unknown_beacons_are_found_and_repaired() {
    let client = store().await;
    let people = with_beacons(&client, schema()).await;
    for id in 0..3 {
        people.create(&person(id)).await.unwrap();
    }
    let complete = stored(&client, 1).await;
    let mut damaged = complete.clone();
    damaged.insert("aws_dbe_b_email".to_owned(), text("0"));
    damaged.insert("aws_dbe_b_old".to_owned(), text("0"));
    put_raw(&client, damaged).await;
    let check = people.check_beacons().await.unwrap();
    assert_eq!((check.items, check.missing, check.stale, check.unknown), (3, 0, 1, 1));

    assert_eq!(people.rebuild_beacons().await.unwrap().left(), 0);
    assert!(stored(&client, 1).await.contains_key("aws_dbe_b_old"), "a newer program may have written it");
    assert_eq!(people.rebuild_beacons().remove_unknown().await.unwrap().rewritten(), 1);
    assert_eq!(stored(&client, 1).await, complete);

    // The value is removed, and another client left its beacon.
    let plain = without_beacons(&client).await;
    plain.put(&item([("id", text("p001"))])).await.unwrap();
    let mut stale = stored(&client, 1).await;
    stale.insert("aws_dbe_b_email".to_owned(), complete["aws_dbe_b_email"].clone());
    put_raw(&client, stale).await;
    assert_eq!(people.rebuild_beacons().await.unwrap().left(), 0);
    assert!(!stored(&client, 1).await.contains_key("aws_dbe_b_email"));
}

/// A beacon without encrypted parts is signed, so the whole item is written.
#[tokio::test]
async fn a_signed_beacon_is_added_by_signing_the_item_again() {
    let client = store().await;
    without_beacons(&client).await.create(&person(0)).await.unwrap();
    let people = with_beacons(&client, schema()).await;
    assert_eq!(people.check_beacons().await.unwrap().missing, 1);
    assert_eq!(people.rebuild_beacons().await.unwrap().left(), 0);
    assert_eq!(stored(&client, 0).await["place"], text("T-core"));
    assert_eq!(people.get(key(0)).await.unwrap(), Some(person(0)));
    assert!(people.check_beacons().await.unwrap().is_complete());
}

#[tokio::test]
async fn a_rebuild_without_beacons_is_rejected() {
    let client = store().await;
    let people = without_beacons(&client).await;
    people.create(&person(0)).await.unwrap();
    let report = people.rebuild_beacons().await;
    assert_eq!(report.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(people.check_beacons().await.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_among_32_writers_aborted_20_times_is_complete() {
    const ITEMS: usize = 120;
    const WRITERS: u64 = 32;
    const WRITES: u64 = 6;

    let seed = seed();
    let client = store().await;
    without_beacons(&client).await.write_many((0..ITEMS).map(person)).await.unwrap();
    let people = with_beacons(&client, schema()).await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let people = people.clone();
        writers.spawn(async move {
            let mut random = StdRng::seed_from_u64(seed ^ writer);
            for write in 0..WRITES {
                let address = text(&format!("{writer}.{write}@example.com"));
                let change = move |item: &mut Item| {
                    let count: u64 = item["count"].as_n().unwrap().parse().unwrap();
                    item.insert("count".to_owned(), number(count + 1));
                    item.insert("email".to_owned(), address.clone());
                };
                people.update_with(key(random.random_range(0..ITEMS)), change).await.unwrap();
            }
        });
    }
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let mut kill = 0;
    while kill < 20 {
        let (visited, enough) = (AtomicU64::new(0), Arc::new(Notify::new()));
        let notify = Arc::clone(&enough);
        let progress = move |_: &dynaseal::migration::Status| {
            if visited.fetch_add(1, Ordering::Relaxed) == kill {
                notify.notify_one();
            }
        };
        let rebuild = people.rebuild_beacons().checkpoint(&checkpoint).segments(2).progress(progress).into_future();
        tokio::select! {
            done = rebuild => match done {
                // The segments of the run before this one may still be writing the checkpoint in their own threads.
                Err(error) if error.to_string().contains("another process uses the checkpoint") => tokio::task::yield_now().await,
                done => {
                    let _ = done.unwrap();
                    kill += 1;
                }
            },
            () = enough.notified() => kill += 1,
        }
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let report = people.rebuild_beacons().segments(2).await.unwrap();
    assert_eq!(report.left(), 0);
    let check = people.check_beacons().await.unwrap();
    assert!(check.is_complete(), "{check}");
    assert_eq!(check.items, ITEMS as u64);

    let all = people.scan().collect().await.unwrap();
    let written: u64 = all.iter().map(|item| item["count"].as_n().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(written, WRITERS * WRITES, "no write was lost");
    for person in all.iter().take(20) {
        let found = people.scan().filter(Condition::eq("email", person["email"].clone())).collect().await.unwrap();
        assert!(found.contains(person));
    }
}
