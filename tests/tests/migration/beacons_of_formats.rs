//! Items with beacons that change their keys and their format while programs write and search them, and go back.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use dynaseal::AttributeAction::SignOnly;
use dynaseal::embedded::Database;
use dynaseal::format::Ddbec;
use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot};
use dynaseal::materials::{HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{
    AttributeActions, AttributeValue, Condition, EncryptedItem, EncryptedTable, ErrorKind, Item, ItemEncryptor,
    Repository, SchemaVersion,
};
use dynaseal_tests::format::both;
use dynaseal_tests::values::{n as number, s as text};
use serde_json::Value;
use tokio::task::{JoinSet, yield_now};

use crate::beacons::{TABLE, actions, key, person, schema, store, stored};

const FOOTER: &str = "aws_dbe_foot";
const SIGNATURE: &str = "*amzn-ddb-map-sig*";
const HASHED: [&str; 2] = ["aws_dbe_b_email", "aws_dbe_b_team_email"];
const ALL: [&str; 3] = ["aws_dbe_b_email", "aws_dbe_b_team_email", "place"];

fn provider(number: u8) -> WrappedProvider {
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[number; 32]).unwrap();
    WrappedProvider::new(AesKey::from_bytes(&[number; 32]).unwrap(), signing_key)
}

/// Items of the DynamoDB Encryption Client that may have beacons.
fn with_beacons(number: u8) -> ItemEncryptor {
    ItemEncryptor::new(Ddbec::new(provider(number)).unsigned_beacons())
}

fn beacon_keys() -> BeaconKeys {
    BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32]).unwrap())
}

/// Connects a program that writes and searches beacons, and also reads the older version.
async fn program(client: &Client, keys: &ItemEncryptor, older: Option<SchemaVersion>) -> EncryptedTable {
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).encryptor(keys.clone());
    let builder = match older {
        Some(older) => builder.also_reads(older),
        None => builder,
    };
    builder.beacon_schema(schema(), beacon_keys()).connect(actions()).await.unwrap()
}

/// Connects a program that does not know beacons.
async fn without_beacons(client: &Client, keys: ItemEncryptor) -> EncryptedTable {
    let actions = actions().with("place", SignOnly);
    EncryptedTable::builder(client.clone()).table(TABLE).encryptor(keys).connect(actions).await.unwrap()
}

fn version(keys: ItemEncryptor) -> SchemaVersion {
    SchemaVersion::new("before", actions()).encryptor(keys)
}

fn values(stored: &Item) -> [Option<AttributeValue>; 3] {
    ALL.map(|name| stored.get(name).cloned())
}

/// Every person is found by the address, and nobody else is.
async fn assert_found(people: &EncryptedTable, ids: std::ops::Range<usize>) {
    for id in ids {
        let found = people.scan().filter(Condition::eq("email", person(id)["email"].clone()));
        assert_eq!(found.collect().await.unwrap(), [person(id)]);
    }
}

/// The older version need not allow the beacons: the table has them.
#[tokio::test]
async fn beacons_survive_every_move_unchanged() {
    let client = store().await;
    let first = program(&client, &with_beacons(1), None).await;
    first.write_many((0..4).map(person)).await.unwrap();
    let mut before = Vec::new();
    for id in 0..4 {
        before.push(values(&stored(&client, id).await));
    }
    assert!(before.iter().flatten().all(Option::is_some));

    let unaware = ItemEncryptor::new(provider(1));
    let dbesdk = both().1;
    let chain =
        [(unaware, dbesdk.clone()), (dbesdk, with_beacons(2)), (ItemEncryptor::new(provider(2)), with_beacons(3))];
    for (from, to) in chain {
        let people = program(&client, &to, Some(version(from.clone()))).await;
        assert_found(&people, 0..4).await;
        let report = people.reencrypt().await.unwrap();
        assert_eq!((report.rewritten(), report.is_complete()), (4, true), "{report}");
        let moved = program(&client, &to, None).await;
        assert_found(&moved, 0..4).await;
        for (id, before) in before.iter().enumerate() {
            assert_eq!(&values(&stored(&client, id).await), before);
        }
        assert!(moved.check_beacons().await.unwrap().is_complete());
    }
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(compound(name = team_email, split = '^', signed(team = "T-"), encrypted(email = "E-")))]
struct Member {
    #[partition_key]
    id: u32,
    #[sign_only]
    team: String,
    #[item(beacon(bits = 20))]
    email: Option<String>,
}

/// Records the bodies of requests.
#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Vec<Value>>>);

#[dyn_dispatch_hint]
impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "Recorder"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = serde_json::from_slice(context.request().body().bytes().unwrap_or_default())?;
        self.0.lock().unwrap().push(body);
        Ok(())
    }
}

/// The names of the attributes in an expression.
fn condition_names(request: &Value) -> Vec<&str> {
    let expression = request["ConditionExpression"].as_str().unwrap_or_default();
    let names = request["ExpressionAttributeNames"].as_object().into_iter().flatten();
    let is_used = |alias: &str| expression.split(|c: char| !c.is_alphanumeric() && c != '#').any(|word| word == alias);
    names.filter(|(alias, _)| is_used(alias)).filter_map(|(_, name)| name.as_str()).collect()
}

#[tokio::test]
async fn the_request_that_moves_an_item_writes_its_beacons() {
    let client = Database::in_memory().unwrap().client();
    let member =
        |id: u32| Member { id, team: "core".to_owned(), email: (id != 2).then(|| format!("{id}@example.com")) };
    let (ddbec, dbesdk) = both();
    let repository = |client: &Client, keys: &ItemEncryptor| {
        Repository::<Member>::builder(client.clone())
            .table(TABLE)
            .encryptor(keys.clone())
            .beacons(beacon_keys())
            .build()
    };
    repository(&client, &dbesdk).create_table().await.unwrap();
    // A program without beacons wrote these items.
    let actions = AttributeActions::of::<Member>();
    let before =
        EncryptedTable::builder(client.clone()).table(TABLE).encryptor(ddbec.clone()).connect(actions).await.unwrap();
    for id in 0..3 {
        before.put(&member(id).to_item().unwrap()).await.unwrap();
    }

    let recorder = Recorder::default();
    let recorded = Client::from_conf(client.config().to_builder().interceptor(recorder.clone()).build());
    let older = SchemaVersion::of::<Member>("before").encryptor(ddbec);
    let report = repository(&recorded, &dbesdk).reencrypt().also_reads(older).await.unwrap();
    assert_eq!((report.rewritten(), report.is_complete()), (3, true), "{report}");
    let requests = recorder.0.lock().unwrap().clone();
    let writes: Vec<_> = requests.iter().filter_map(|request| Some((request["Item"].as_object()?, request))).collect();
    assert_eq!(writes.len(), 3);
    for (item, write) in writes {
        let condition = condition_names(write);
        let beacons = if item["id"]["N"] == "2" { vec![] } else { HASHED.to_vec() };
        assert!(beacons.iter().chain([&FOOTER]).all(|name| item.contains_key(*name)), "{:?}", item.keys());
        assert!(condition.contains(&SIGNATURE), "{condition:?}");
    }

    let members = repository(&client, &dbesdk);
    let check = members.check_beacons().await.unwrap();
    assert!(check.is_complete() && check.items == 3, "{check}");
    for id in 0..3 {
        let found = members.scan().filter(Member::fields().email.eq(format!("{id}@example.com")));
        let expected = if id == 2 { vec![] } else { vec![member(id)] };
        assert_eq!(found.collect().await.unwrap(), expected);
    }
}

/// The way back to programs that do not know beacons, for which an item with beacons would not verify.
#[tokio::test]
async fn a_move_to_a_program_without_beacons_removes_them() {
    let client = store().await;
    let (ddbec, dbesdk) = both();
    for from in [with_beacons(5), dbesdk] {
        program(&client, &from, None).await.put(&person(0)).await.unwrap();
        let back = without_beacons(&client, ddbec.clone()).await;
        let older = SchemaVersion::new("with beacons", actions().with("place", SignOnly)).encryptor(from);
        assert_eq!(back.reencrypt().also_reads(older).await.unwrap().rewritten(), 1);
        let after = stored(&client, 0).await;
        assert!(after.contains_key(SIGNATURE) && HASHED.iter().all(|name| !after.contains_key(*name)), "{after:?}");
        assert_eq!(back.get(key(0)).await.unwrap().unwrap()["email"], person(0)["email"]);
    }

    // Beacons on items of the older format have to be allowed, on the way back, too.
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).encryptor(ddbec);
    let error = match builder.beacon_schema(schema(), beacon_keys()).connect(actions()).await {
        Ok(back) => back.reencrypt().also_reads(version(both().1)).dry_run().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(error.kind() == ErrorKind::Usage && error.to_string().contains("unsigned_beacons"), "{error}");
}

/// Services of neighbouring steps write, and find what they wrote, while all items are moved.
async fn move_beside_writers(from: ItemEncryptor, to: ItemEncryptor) {
    const ITEMS: usize = 48;
    const WRITERS: usize = 8;
    const WRITES: usize = 12;

    let client = store().await;
    program(&client, &from, None).await.write_many((0..ITEMS).map(person)).await.unwrap();
    let before_the_move = program(&client, &from, Some(version(to.clone()))).await;
    let after_it = program(&client, &to, Some(version(from))).await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let services = [before_the_move.clone(), after_it.clone()];
        writers.spawn(async move {
            for write in 0..WRITES {
                let (service, other) = (&services[write % 2], &services[(write + 1) % 2]);
                // Each writer has its own items.
                let id = writer + WRITERS * (write % (ITEMS / WRITERS));
                let address = text(&format!("{writer}.{write}@example.org"));
                let email = address.clone();
                let change = move |item: &mut Item| {
                    let count: u64 = item["count"].as_n().unwrap().parse().unwrap();
                    item.insert("count".to_owned(), number(count + 1));
                    item.insert("email".to_owned(), email.clone());
                };
                service.update_with(key(id), change).await.unwrap();
                yield_now().await;
                let found = other.scan().filter(Condition::eq("email", address)).collect().await.unwrap();
                assert_eq!(found.iter().map(|item| &item["id"]).collect::<Vec<_>>(), [&person(id)["id"]]);
            }
        });
    }
    let during = after_it.reencrypt().segments(2).await.unwrap();
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    // What the services of the step before wrote behind the first pass.
    let report = after_it.reencrypt().segments(2).await.unwrap();
    assert!(report.is_complete(), "{during}; {report}");
    let moved = program(&client, &to, None).await;
    let check = moved.check_beacons().await.unwrap();
    assert!(check.is_complete() && check.items == ITEMS as u64 && check.unknown == 0, "{check}");
    let all = moved.scan().collect().await.unwrap();
    let written: usize = all.iter().map(|item| item["count"].as_n().unwrap().parse::<usize>().unwrap()).sum();
    assert_eq!(written, WRITERS * WRITES, "no write was lost");
    for person in all {
        let found = moved.scan().filter(Condition::eq("email", person["email"].clone())).collect().await.unwrap();
        assert_eq!(found, [person]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn searches_find_everything_while_items_with_beacons_change_their_format() {
    let (old, new) = (with_beacons(1), both().1);
    move_beside_writers(old.clone(), new.clone()).await;
    move_beside_writers(new, old).await;
}
