//! Beacons in an encrypted table, on the embedded store.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType,
};
use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::beacon::{
    BeaconSchema, BeaconStyle, CompoundBeacon, Constructor, EncryptedPart, SignedPart, StandardBeacon, Transform,
    VirtualField, VirtualPart,
};
use dynaseal::embedded::Database;
use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
use dynaseal::{AttributeActions, AttributeValue, EncryptedTable, Item};
use dynaseal_tests::values::{item, s as text};

mod attacks;
mod ddbec;
mod extensions;
mod partitions;
mod questions;
#[cfg(feature = "kms")]
mod tenants;
mod writes;

const TABLE: &str = "people";

/// Returns a schema with a beacon of each kind, with hashes of this length.
fn schema(bits: u8) -> BeaconSchema {
    let last4 = VirtualField::new("last4").part(VirtualPart::new("ssn").transform(Transform::Suffix(4)));
    let team_badge = CompoundBeacon::new("team_badge", '^')
        .signed(SignedPart::new("team", "T-"))
        .encrypted(EncryptedPart::new("badge", "B-"))
        .constructor(Constructor::new().required("team").optional("badge"));
    let place =
        CompoundBeacon::new("place", '^').signed(SignedPart::new("team", "T-")).signed(SignedPart::new("city", "C-"));
    BeaconSchema::new()
        .standard(StandardBeacon::new("email", bits))
        .standard(StandardBeacon::new("backup", bits).style(BeaconStyle::Shared("email".to_owned())))
        .standard(StandardBeacon::new("skills", bits).style(BeaconStyle::AsSet))
        .standard(StandardBeacon::new("badge", bits).style(BeaconStyle::PartOnly))
        .standard(StandardBeacon::new("last4", bits))
        .virtual_field(last4)
        .compound(team_badge)
        .compound(place)
}

fn actions() -> AttributeActions {
    AttributeActions::new(EncryptAndSign).with("team", SignOnly).with("city", SignOnly).with("logins", DoNothing)
}

/// Returns a store with a table without indexes.
async fn store_without_indexes() -> Client {
    let client = Database::in_memory().unwrap().client();
    let definition = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
    let element = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    let request = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let request = request.attribute_definitions(definition.build().unwrap()).key_schema(element.build().unwrap());
    request.send().await.unwrap();
    client
}

/// Returns a store with a table whose indexes have beacons as keys.
async fn store() -> Client {
    let client = Database::in_memory().unwrap().client();
    let names = ["id", "aws_dbe_b_email", "aws_dbe_b_team_badge", "team", "place"];
    let definitions = names.map(|name| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
    });
    let element = |name: &str, role| KeySchemaElement::builder().attribute_name(name).key_type(role).build().unwrap();
    let index = |name: &str, partition: &str, sort: Option<&str>| {
        let projection = Projection::builder().projection_type(ProjectionType::All).build();
        let index = GlobalSecondaryIndex::builder().index_name(name).projection(projection);
        let index = index.key_schema(element(partition, KeyType::Hash));
        let sort = sort.map(|name| element(name, KeyType::Range));
        sort.into_iter().fold(index, |index, element| index.key_schema(element)).build().unwrap()
    };
    let request = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let request = request.set_attribute_definitions(Some(definitions.into())).key_schema(element("id", KeyType::Hash));
    request
        .global_secondary_indexes(index("by-email", "aws_dbe_b_email", None))
        .global_secondary_indexes(index("by-email-and-id", "aws_dbe_b_email", Some("id")))
        .global_secondary_indexes(index("by-team", "team", Some("aws_dbe_b_team_badge")))
        .global_secondary_indexes(index("by-place", "place", None))
        .send()
        .await
        .unwrap();
    client
}

fn keys() -> BeaconKeys {
    BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32]).unwrap())
}

fn keyring() -> RawAesKeyring {
    RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&[1; 32]).unwrap()).unwrap()
}

async fn connect(client: &Client, schema: BeaconSchema) -> EncryptedTable {
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).keyring(keyring());
    builder.beacon_schema(schema, keys()).connect(actions()).await.unwrap()
}

fn key(id: &str) -> Item {
    item([("id", text(id))])
}

/// Returns the stored item under a key, with its beacons.
async fn stored(client: &Client, id: &str) -> Item {
    let request = client.get_item().table_name(TABLE).set_key(Some(key(id))).consistent_read(true);
    request.send().await.unwrap().item.unwrap()
}

/// Returns the beacons of an item, including the signed ones.
fn beacons(stored: &Item) -> Vec<&str> {
    let mut names: Vec<&str> =
        stored.keys().map(String::as_str).filter(|name| name.starts_with("aws_dbe_b_") || *name == "place").collect();
    names.sort_unstable();
    names
}

fn set(members: &[&str]) -> AttributeValue {
    AttributeValue::Ss(members.iter().map(|member| (*member).to_owned()).collect())
}

fn ann() -> Item {
    item([
        ("id", text("ann")),
        ("email", text("ann@example.com")),
        ("backup", text("a@example.com")),
        ("skills", set(&["rust", "sql"])),
        ("badge", text("B7")),
        ("ssn", text("078-05-1120")),
        ("team", text("core")),
        ("city", text("Paris")),
    ])
}

/// Returns the sorted ids of items.
fn ids(items: &[Item]) -> Vec<&str> {
    let mut ids: Vec<&str> = items.iter().map(|item| item["id"].as_s().unwrap().as_str()).collect();
    ids.sort_unstable();
    ids
}
