//! A table that dynaseal and the Java client write and search, with the same beacons.

mod exchange;
mod faults;

use std::future::IntoFuture;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::AttributeAction::{EncryptAndSign, SignOnly};
use dynaseal::beacon::{
    BeaconSchema, BeaconStyle, CompoundBeacon, Constructor, EncryptedPart, SignedPart, StandardBeacon, Transform,
    VirtualField, VirtualPart,
};
use dynaseal::keyrings::{AesKey, BeaconKeys, KeyStore, NewBranchKey, RawAesKeyring};
use dynaseal::{AttributeActions, AttributeValue, EncryptedTable, Item};
use dynaseal_tests::dynamodb_json::item_to_json;
use dynaseal_tests::peers::{DbesdkPeer, Dynamodb, KmsDouble};
use dynaseal_tests::values::{item, s as text};
use dynaseal_tests::{dbesdk, kms};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::clients::Result;

const TABLE: &str = "people";
const BRANCH_KEY: &str = "beacons";
const KEY: [u8; 32] = [7; 32];

/// Beacons that are so short that many collide.
const BITS: u8 = 4;

/// The ids of the items that the Java client finds, or its message.
type Found = std::result::Result<Vec<String>, String>;

/// Both clients of one table.
struct Clients {
    java: DbesdkPeer,
    /// The table in the configuration of the Java client.
    config: Value,
    key_store: KeyStore,
    ours: EncryptedTable,
    dynamodb: Client,
    runtime: Runtime,
    _servers: (Dynamodb, KmsDouble),
}

impl Clients {
    /// Starts them with an empty table; `None` if this machine has no Java.
    fn start() -> Result<Option<Self>> {
        let Some(java) = DbesdkPeer::start()?.or_skip() else { return Ok(None) };
        let (server, kms) = (Dynamodb::start()?, KmsDouble::start(kms::kms()?)?);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let endpoint = &server.endpoint().url;
        let store = json!({
            "table": "KeyStoreTable", "logicalName": "key store", "kms": { "keyArn": kms::KEY },
            "endpoint": endpoint, "kmsEndpoint": kms.url(), "region": kms::REGION,
        });
        let key_store = dbesdk::key_store(&store)?;
        let dynamodb = server.client();
        let ours = runtime.block_on(async {
            key_store.create_table().await?;
            key_store.create_branch_key(NewBranchKey::with_id(BRANCH_KEY).context("purpose", "tests")).await?;
            create_table(&dynamodb).await?;
            connect(&dynamodb, schema(), &key_store).await
        })?;
        let config = json!({
            "config": {
                "table": TABLE, "partition": "id",
                "actions": {
                    "id": "s", "team": "s", "city": "s", "email": "e", "backup": "e", "level": "e", "skills": "e",
                    "badge": "e", "ssn": "e",
                },
                "keyring": { "type": "raw-aes", "namespace": "tests", "name": "key", "key": STANDARD.encode(KEY) },
            },
            "search": search(&store),
            "endpoint": endpoint,
        });
        Ok(Some(Self { java, config, key_store, ours, dynamodb, runtime, _servers: (server, kms) }))
    }

    /// Waits for a request of dynaseal.
    fn wait<T>(&self, request: impl IntoFuture<Output = dynaseal::Result<T>>) -> dynaseal::Result<T> {
        self.runtime.block_on(request.into_future())
    }

    fn stored(&self, id: &str) -> Result<Item> {
        let request = self.dynamodb.get_item().table_name(TABLE).key("id", text(id));
        Ok(self.runtime.block_on(request.send())?.item.ok_or("the item is missing")?)
    }

    /// Lets the Java client search. The inner error is its message.
    fn java_finds(&mut self, index: Option<&str>, expression: &str, names: &Value, values: &Item) -> Result<Found> {
        let operation = if index.is_some() { "query" } else { "scan" };
        let values = item_to_json(values);
        let request = json!({
            "id": 1, "op": operation, "index": index, "expression": expression, "names": names, "values": values,
        });
        Ok(self.java.find(&self.config, &request)?.map(|items| ids(&items)))
    }
}

async fn connect(dynamodb: &Client, schema: BeaconSchema, key_store: &KeyStore) -> Result<EncryptedTable> {
    let actions = AttributeActions::new(EncryptAndSign).with("team", SignOnly).with("city", SignOnly);
    let keys = BeaconKeys::key_store(key_store.clone(), BRANCH_KEY);
    let builder = EncryptedTable::builder(dynamodb.clone()).table(TABLE);
    let builder = builder.keyring(RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&KEY)?)?);
    Ok(builder.beacon_schema(schema, keys).connect(actions).await?)
}

fn schema() -> BeaconSchema {
    let last4 = VirtualPart::new("ssn").transform(Transform::Lower).transform(Transform::Suffix(4));
    BeaconSchema::new()
        .standard(StandardBeacon::new("email", BITS))
        .standard(StandardBeacon::new("backup", BITS).style(BeaconStyle::Shared("email".to_owned())))
        .standard(StandardBeacon::new("level", BITS))
        .standard(StandardBeacon::new("skills", BITS).style(BeaconStyle::AsSet))
        .standard(StandardBeacon::new("badge", BITS).style(BeaconStyle::PartOnly))
        .standard(StandardBeacon::new("last4", BITS))
        .virtual_field(VirtualField::new("last4").part(last4))
        .compound(
            CompoundBeacon::new("team_badge", '^')
                .signed(SignedPart::new("team", "T-"))
                .encrypted(EncryptedPart::new("badge", "B-"))
                .constructor(Constructor::new().required("team").optional("badge")),
        )
        .compound(
            CompoundBeacon::new("place", '#')
                .signed(SignedPart::new("team", "T-"))
                .signed(SignedPart::new("city", "C-")),
        )
}

/// The same for the Java client.
fn search(key_store: &Value) -> Value {
    json!({
        "keyStore": key_store,
        "keyId": BRANCH_KEY,
        "standard": [
            { "name": "email", "length": BITS },
            { "name": "backup", "length": BITS, "style": "shared", "other": "email" },
            { "name": "level", "length": BITS },
            { "name": "skills", "length": BITS, "style": "set" },
            { "name": "badge", "length": BITS, "style": "part" },
            { "name": "last4", "length": BITS },
        ],
        "virtual": [{ "name": "last4", "loc": "ssn", "trans": [["lower"], ["suffix", 4]] }],
        "compound": [
            {
                "name": "team_badge", "split": "^", "encrypted": [["badge", "B-"]], "signed": [["team", "T-"]],
                "parts": [["team", true], ["badge", false]],
            },
            { "name": "place", "split": "#", "encrypted": [], "signed": [["team", "T-"], ["city", "C-"]] },
        ],
    })
}

async fn create_table(client: &Client) -> Result<()> {
    let names = ["id", "aws_dbe_b_email", "team", "aws_dbe_b_team_badge", "place"];
    let definition =
        |name: &str| AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build();
    let element = |name: &str, role: KeyType| KeySchemaElement::builder().attribute_name(name).key_type(role).build();
    let index = |name: &str, partition: &str| -> Result<_> {
        let projection = Projection::builder().projection_type(ProjectionType::All).build();
        let index = GlobalSecondaryIndex::builder().index_name(name).projection(projection);
        Ok(index.key_schema(element(partition, KeyType::Hash)?))
    };
    let by_team = index("by-team", "team")?.key_schema(element("aws_dbe_b_team_badge", KeyType::Range)?);
    let request = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let definitions: Vec<_> = names.iter().map(|name| definition(name)).collect::<std::result::Result<_, _>>()?;
    let request = request.set_attribute_definitions(Some(definitions)).key_schema(element("id", KeyType::Hash)?);
    let request = request.global_secondary_indexes(index("by-email", "aws_dbe_b_email")?.build()?);
    let request = request.global_secondary_indexes(by_team.build()?);
    request.global_secondary_indexes(index("by-place", "place")?.build()?).send().await?;
    Ok(())
}

fn ids(items: &[Item]) -> Vec<String> {
    let mut ids: Vec<String> = items.iter().filter_map(|item| item["id"].as_s().ok().cloned()).collect();
    ids.sort_unstable();
    ids
}

/// Returns the values of an expression.
fn values<const N: usize>(values: [(&str, AttributeValue); N]) -> Item {
    item(values)
}
