//! Versions of keys in a metastore.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use dynaseal::embedded::Database;
use dynaseal::materials::{
    AesKey, DirectKmsProvider, HmacKey, MetaStore, MostRecentProvider, ProviderStore, StaticProvider,
};
use dynaseal::testing::kms::Kms;
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, ErrorKind, Item, ItemContext, ItemEncryptor, danger,
};
use dynaseal_tests::gate::Gate;
use dynaseal_tests::meta_store::{InMemory, REGION, TABLE, actions, context, in_memory, item};
use dynaseal_tests::values::s as text;

const NAME: &str = "employees";

/// A metastore in memory, under a key of a KMS double.
struct Fixture {
    kms: Kms,
    key: String,
    gate: Gate,
    client: Client,
    store: MetaStore,
}

async fn fixture() -> Fixture {
    let InMemory { kms, key, gate, client, store } = in_memory().await;
    Fixture { kms, key, gate, client, store }
}

impl Fixture {
    fn encryptor(&self) -> ItemEncryptor {
        encryptor(&self.store)
    }

    fn record_encryptor(&self) -> ItemEncryptor {
        ItemEncryptor::new(DirectKmsProvider::new(self.kms.client(REGION), &*self.key))
    }

    async fn records(&self) -> Vec<Item> {
        self.client.scan().table_name(TABLE).send().await.unwrap().items.unwrap()
    }

    async fn put(&self, record: Item) {
        self.client.put_item().table_name(TABLE).set_item(Some(record)).send().await.unwrap();
    }
}

fn encryptor(store: &MetaStore) -> ItemEncryptor {
    ItemEncryptor::new(MostRecentProvider::new(store.clone(), NAME, Duration::from_secs(60)).unwrap())
}

fn record_actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("N", AttributeAction::SignOnly)
        .with("V", AttributeAction::SignOnly)
}

fn record_context() -> ItemContext {
    ItemContext::new(TABLE).partition_key("N").sort_key("V")
}

fn record(version: u64) -> Item {
    Item::from([
        ("N".to_owned(), text(NAME)),
        ("V".to_owned(), AttributeValue::N(version.to_string())),
        ("t".to_owned(), text("0")),
        ("encAlg".to_owned(), text("AES")),
        ("enc".to_owned(), AttributeValue::B(Blob::new([7; 32]))),
        ("intAlg".to_owned(), text("HmacSHA256")),
        ("int".to_owned(), AttributeValue::B(Blob::new([8; 32]))),
    ])
}

/// Returns the material description of a stored item as text, with the lengths.
fn description(stored: &Item) -> String {
    String::from_utf8_lossy(stored["*amzn-ddb-map-desc*"].as_b().unwrap().as_ref()).into_owned()
}

#[tokio::test]
async fn records_match_those_of_the_java_and_python_clients() {
    let fixture = fixture().await;
    let stored = fixture.encryptor().encrypt(item("e-1"), &actions(), &context()).await.unwrap();
    assert!(description(&stored).contains("amzn-ddb-meta-id\0\0\0\x0bemployees#0"));

    let records = fixture.records().await;
    assert_eq!(records.len(), 1);
    assert_eq!((&records[0]["N"], &records[0]["V"]), (&text(NAME), &AttributeValue::N("0".to_owned())));
    assert!(["t", "encAlg", "enc", "intAlg", "int"].iter().all(|name| records[0][*name].is_b()));
    let encryptor = fixture.record_encryptor();
    let plain = encryptor.decrypt(records[0].clone(), &record_actions(), &record_context()).await.unwrap();
    let mut names: Vec<_> = plain.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["N", "V", "enc", "encAlg", "int", "intAlg", "t"]);
    for (name, expected) in [("t", "0"), ("encAlg", "AES"), ("intAlg", "HmacSHA256")] {
        assert_eq!(plain[name], text(expected));
    }
    let keys = ["enc", "int"].map(|name| plain[name].as_b().unwrap().as_ref());
    assert!(keys.iter().all(|key| key.len() == 32) && keys[0] != keys[1]);
    let calls = fixture.kms.calls();
    assert_eq!((&*calls[0].encryption_context["N"], &*calls[0].encryption_context["V"]), (NAME, "0"));
    assert_eq!(calls[0].encryption_context["*aws-kms-table*"], TABLE);

    // Another process reads the item.
    assert_eq!(fixture.encryptor().decrypt(stored, &actions(), &context()).await.unwrap(), item("e-1"));
    for (operation, body) in fixture.gate.requests() {
        if matches!(operation.as_str(), "GetItem" | "Query") {
            assert!(body.contains(r#""ConsistentRead":true"#), "{body}");
        }
    }
}

#[tokio::test]
async fn a_hundred_tasks_create_the_first_version_concurrently_and_agree() {
    for _ in 0..5 {
        let fixture = fixture().await;
        let encryptors: Vec<_> = (0..100).map(|_| fixture.encryptor()).collect();
        // All tasks find the store empty before any of them writes.
        fixture.gate.hold(&["PutItem"]);
        let tasks: Vec<_> = encryptors
            .iter()
            .cloned()
            .map(|encryptor| {
                tokio::spawn(async move { encryptor.encrypt(item("e-1"), &actions(), &context()).await.unwrap() })
            })
            .collect();
        while fixture.gate.count("PutItem") < 100 {
            tokio::task::yield_now().await;
        }
        fixture.gate.release();
        let mut stored = Vec::new();
        for task in tasks {
            stored.push(task.await.unwrap());
        }
        assert_eq!(fixture.records().await.len(), 1);
        let mut readers = encryptors.iter().cycle().skip(1);
        for item_of_one in stored {
            let reader = readers.next().unwrap();
            assert_eq!(reader.decrypt(item_of_one, &actions(), &context()).await.unwrap(), item("e-1"));
        }
    }
}

#[tokio::test]
async fn keys_that_were_not_stored_are_never_used() {
    let fixture = fixture().await;
    for (status, code, kind) in [
        (400, "ProvisionedThroughputExceededException", ErrorKind::Throttled),
        (400, "AccessDeniedException", ErrorKind::Materials),
        (500, "InternalServerError", ErrorKind::Unavailable),
    ] {
        fixture.gate.reject("PutItem", status, code);
        let encryptor = fixture.encryptor();
        let error = encryptor.encrypt(item("e-1"), &actions(), &context()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.aws_code(), Some(code));
        assert_eq!(fixture.store.rotate(NAME).await.unwrap_err().kind(), kind);
        assert!(fixture.records().await.is_empty());
    }
    // The write whose response was lost was applied: its keys are read back.
    fixture.gate.lose_response("PutItem");
    let encryptor = fixture.encryptor();
    let error = encryptor.encrypt(item("e-1"), &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    fixture.gate.accept();
    let stored = encryptor.encrypt(item("e-1"), &actions(), &context()).await.unwrap();
    assert_eq!(fixture.records().await.len(), 1);
    assert_eq!(fixture.encryptor().decrypt(stored, &actions(), &context()).await.unwrap(), item("e-1"));
}

#[tokio::test]
async fn unreadable_names_are_rejected() {
    let fixture = fixture().await;
    for name in ["", "#", "a#b", "employees#0"] {
        let provider = MostRecentProvider::new(fixture.store.clone(), name, Duration::from_secs(1));
        assert_eq!(provider.unwrap_err().kind(), ErrorKind::Usage);
        for error in [
            fixture.store.newest_version(name).await.unwrap_err(),
            fixture.store.provider(name, 0).await.unwrap_err(),
            fixture.store.provider_or_create(name, 0).await.unwrap_err(),
            fixture.store.rotate(name).await.unwrap_err(),
            fixture.store.replicate(name, 0, &fixture.store).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
    }
    assert!(fixture.gate.requests().is_empty() && fixture.kms.calls().is_empty());
}

#[tokio::test]
async fn descriptions_of_other_materials_are_rejected() {
    let fixture = fixture().await;
    let stored = fixture.encryptor().encrypt(item("e-1"), &actions(), &context()).await.unwrap();
    let serialized = stored["*amzn-ddb-map-desc*"].as_b().unwrap().as_ref().to_vec();
    let found = serialized.windows(11).position(|window| window == b"employees#0").unwrap();
    for (id, words) in [
        ("employeex#0", "names \"employeex\""),
        ("employees#9", "no version 9"),
        ("employees#x", "a version"),
        ("employees0#", "a version"),
        ("employees00", "a version"),
        ("employees#-", "a version"),
        ("emplo#ees#0", "a version"),
    ] {
        let mut changed = serialized.clone();
        changed[found..found + 11].copy_from_slice(id.as_bytes());
        let mut other = stored.clone();
        other.insert("*amzn-ddb-map-desc*".to_owned(), AttributeValue::B(Blob::new(changed)));
        let error = fixture.encryptor().decrypt(other, &actions(), &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials, "{id}: {error}");
        assert!(error.to_string().contains(words), "{id}: {error}");
    }
    // An item of another provider names no material, nor does an item whose description was emptied.
    let kms = fixture.record_encryptor().encrypt(item("e-1"), &actions(), &context()).await.unwrap();
    let error = fixture.encryptor().decrypt(kms, &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn unusable_records_are_rejected() {
    let fixture = fixture().await;
    let encryptor = fixture.record_encryptor();
    let seal = async |record| encryptor.encrypt(record, &record_actions(), &record_context()).await.unwrap();
    let binary = |bytes: &[u8]| AttributeValue::B(Blob::new(bytes));
    for (name, value, attribute) in [
        ("t", text("1"), Some("t")),
        ("t", AttributeValue::N("0".to_owned()), Some("t")),
        ("encAlg", text("DESede"), Some("encAlg")),
        ("intAlg", text("SHA256withRSA"), Some("intAlg")),
        ("enc", binary(&[7; 31]), None),
        ("int", binary(&[]), None),
        ("int", text("key"), Some("int")),
    ] {
        let mut bad = record(0);
        bad.insert(name.to_owned(), value);
        fixture.put(seal(bad).await).await;
        let error = fixture.store.provider(NAME, 0).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials, "{name}: {error}");
        assert_eq!(error.attribute(), attribute, "{error}");
    }
    // The other clients do not check the lengths: a published record has 16 and 8 bytes.
    let mut short = record(0);
    short.insert("enc".to_owned(), binary(&[7; 16]));
    short.insert("int".to_owned(), binary(&[8; 8]));
    fixture.put(seal(short).await).await;
    fixture.store.provider(NAME, 0).await.unwrap();

    // A record under another key, a changed record, and an unencrypted one.
    let good = seal(record(0)).await;
    let mut moved = good.clone();
    moved.insert("V".to_owned(), AttributeValue::N("1".to_owned()));
    let mut flipped = good.clone();
    flipped.insert("enc".to_owned(), binary(&[0; 64]));
    for bad in [moved, flipped] {
        let version = bad["V"].as_n().unwrap().parse().unwrap();
        fixture.put(bad).await;
        assert_eq!(fixture.store.provider(NAME, version).await.unwrap_err().kind(), ErrorKind::Integrity);
    }
    fixture.put(record(0)).await;
    assert!(fixture.store.provider(NAME, 0).await.is_err());
}

#[tokio::test]
async fn versions_are_counted_from_zero() {
    let fixture = fixture().await;
    assert_eq!(fixture.store.newest_version(NAME).await.unwrap(), None);
    for expected in 0..12 {
        assert_eq!(fixture.store.rotate(NAME).await.unwrap().0, expected);
        assert_eq!(fixture.store.newest_version(NAME).await.unwrap(), Some(expected));
    }
    assert_eq!(fixture.store.newest_version("others").await.unwrap(), None);
    let error = fixture.store.provider(NAME, 12).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains("no version 12"));

    let encryptor = fixture.record_encryptor();
    let last = encryptor.encrypt(record(u64::MAX), &record_actions(), &record_context()).await.unwrap();
    fixture.put(last).await;
    assert_eq!(fixture.store.rotate(NAME).await.unwrap_err().kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn a_version_can_be_replicated_to_a_store_with_its_own_keys() {
    let fixture = fixture().await;
    let stored = fixture.encryptor().encrypt(item("e-1"), &actions(), &context()).await.unwrap();
    let keys = StaticProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let client = Database::in_memory().unwrap().client();
    let target = MetaStore::new(client.clone(), "copy", ItemEncryptor::new(keys));
    target.create_table().await.unwrap();

    fixture.store.replicate(NAME, 0, &target).await.unwrap();
    fixture.store.replicate(NAME, 0, &target).await.unwrap();
    assert_eq!(encryptor(&target).decrypt(stored, &actions(), &context()).await.unwrap(), item("e-1"));
    assert_eq!(fixture.store.replicate(NAME, 1, &target).await.unwrap_err().kind(), ErrorKind::Materials);
    assert_eq!(client.scan().table_name("copy").send().await.unwrap().count, 1);

    // A record that exists in the target is kept.
    target.rotate(NAME).await.unwrap();
    fixture.store.rotate(NAME).await.unwrap();
    let before = client.scan().table_name("copy").send().await.unwrap().items;
    fixture.store.replicate(NAME, 1, &target).await.unwrap();
    assert_eq!(client.scan().table_name("copy").send().await.unwrap().items, before);
}

#[tokio::test]
async fn extra_data_is_stored_beside_the_keys() {
    let fixture = fixture().await;
    let supplier = |name: &str, version: u64| {
        Item::from([("purpose".to_owned(), text(name)), ("made".to_owned(), AttributeValue::N(version.to_string()))])
    };
    let store = fixture.store.clone().extra_data(supplier).sign_extra_data_only(["made"]).unwrap();
    let stored = encryptor(&store).encrypt(item("e-1"), &actions(), &context()).await.unwrap();
    let records = fixture.records().await;
    assert_eq!(records[0]["made"], AttributeValue::N("0".to_owned()));
    assert!(records[0]["purpose"].is_b());
    assert_eq!(encryptor(&store).decrypt(stored.clone(), &actions(), &context()).await.unwrap(), item("e-1"));
    // A client that does not know the unencrypted attribute cannot verify the record.
    let error = fixture.encryptor().decrypt(stored, &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);

    for name in ["enc", "int", "t", "encAlg", "intAlg", "N", "V"] {
        let error = fixture.store.clone().sign_extra_data_only([name]).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some(name)));
        let store = fixture.store.clone().extra_data(move |_, _| Item::from([(name.to_owned(), text("x"))]));
        assert_eq!(store.rotate(NAME).await.unwrap_err().kind(), ErrorKind::Usage);
    }
    assert_eq!(fixture.records().await.len(), 1);
}

#[tokio::test]
async fn a_restored_table_keeps_its_name() {
    let fixture = fixture().await;
    let stored = fixture.encryptor().encrypt(item("e-1"), &actions(), &context()).await.unwrap();
    let restored = MetaStore::new(fixture.client.clone(), "restored", fixture.record_encryptor());
    restored.create_table().await.unwrap();
    let record = fixture.records().await.remove(0);
    fixture.client.put_item().table_name("restored").set_item(Some(record)).send().await.unwrap();
    assert!(encryptor(&restored).decrypt(stored.clone(), &actions(), &context()).await.is_err());
    let restored = restored.logical_table_name(TABLE);
    assert_eq!(encryptor(&restored).decrypt(stored, &actions(), &context()).await.unwrap(), item("e-1"));
}

#[tokio::test]
async fn errors_of_the_metastore_are_not_integrity_errors() {
    let fixture = fixture().await;
    let nowhere = MetaStore::new(fixture.client.clone(), "nowhere", fixture.record_encryptor());
    for error in [
        nowhere.provider(NAME, 0).await.unwrap_err(),
        nowhere.rotate(NAME).await.unwrap_err(),
        nowhere.provider_or_create(NAME, 0).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Materials, "{error}");
        assert!(error.to_string().contains("\"nowhere\" does not exist"), "{error}");
    }
    assert_eq!(fixture.store.create_table().await.unwrap_err().kind(), ErrorKind::AlreadyExists);

    let config = fixture.client.config().to_builder().endpoint_url("http://dynamodb.internal");
    let client = Client::from_conf(config.build());
    fixture.gate.clear();
    let open = MetaStore::new(client, TABLE, fixture.record_encryptor());
    assert_eq!(open.rotate(NAME).await.unwrap_err().kind(), ErrorKind::Usage);
    assert!(fixture.gate.requests().is_empty());
    open.allow_http(danger::allow_http("dynamodb.internal")).rotate(NAME).await.unwrap();
}

/// Reads the published vectors `metastore-aes-hmac-2` and `metastore-data-tables-2` of the Python client.
///
/// They are read from the folder that `DYNASEAL_VECTORS` names, or from `shared/vectors` beside the repository. If it
/// is missing, the test prints so and passes, unless `CI` is set.
#[tokio::test]
async fn stored_items_are_as_in_the_vectors() {
    let Some(folder) = vectors() else { return };
    let read = |name: &str| -> serde_json::Value {
        let path = folder.join("encrypted_item").join(name);
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()
    };
    let tables =
        |name: &str| -> HashMap<String, Vec<serde_dynamo::Item>> { serde_json::from_value(read(name)).unwrap() };
    let keys = read("keys.json");
    let key = |name: &str| BASE64.decode(keys[name]["material"].as_str().unwrap()).unwrap();
    let provider = StaticProvider::new(
        AesKey::from_bytes(&key("aesKey")).unwrap(),
        HmacKey::from_bytes(dynaseal::materials::HmacAlgorithm::HmacSha256, &key("hmacKey")).unwrap(),
    );
    let client = Database::in_memory().unwrap().client();
    let store = MetaStore::new(client.clone(), "metastore", ItemEncryptor::new(provider));
    store.create_table().await.unwrap();
    for record in tables("ciphertext/python/metastore-aes-hmac-2.json").remove("metastore").unwrap() {
        client.put_item().table_name("metastore").set_item(Some(record.into())).send().await.unwrap();
    }
    let provider = MostRecentProvider::new(store, "materialName", Duration::from_secs(60)).unwrap();
    let encryptor = ItemEncryptor::new(provider);

    let plaintext = read("plaintext.json");
    let mut count = 0;
    for (table, items) in tables("ciphertext/python/metastore-data-tables-2.json") {
        for stored in items.into_iter().map(Item::from) {
            let (expected, actions) = expectation(&plaintext, &table, &stored);
            let context = ItemContext::new(&table);
            let decrypted = encryptor.decrypt(stored.clone(), &actions, &context).await.unwrap();
            assert_eq!(sorted(decrypted), sorted(expected));
            count += 1;
        }
    }
    assert_eq!(count, 16);
}

/// Returns the plaintext and the actions of a stored item of version `v1`.
fn expectation(plaintext: &serde_json::Value, table: &str, stored: &Item) -> (Item, AttributeActions) {
    let attributes = |value: &serde_json::Value| -> Item {
        let item: HashMap<String, serde_dynamo::AttributeValue> = serde_json::from_value(value.clone()).unwrap();
        item.into_iter().map(|(name, value)| (name, value.into())).collect()
    };
    let keys: Vec<_> =
        plaintext["items"][table]["index"].as_object().unwrap().values().map(|name| name.as_str().unwrap()).collect();
    let items = plaintext["items"][table]["items"].as_array().unwrap();
    let known = items
        .iter()
        .find(|known| keys.iter().all(|key| attributes(&known["attributes"])[*key] == stored[*key]))
        .unwrap();
    let mut expected = attributes(&known["attributes"]);
    let exact = known["exact"].as_bool().unwrap_or(false);
    for group in plaintext["versions"][table]["v1"].as_array().filter(|_| !exact).into_iter().flatten() {
        expected.extend(attributes(&plaintext["attributes"][group.as_str().unwrap()]));
    }
    let action = |text: &serde_json::Value| match text.as_str().unwrap() {
        "encrypt" => AttributeAction::EncryptAndSign,
        "sign" => AttributeAction::SignOnly,
        _ => AttributeAction::DoNothing,
    };
    let named = &plaintext["actions"][known["action"].as_str().unwrap()];
    let default = action(&named["default"]);
    let mut actions = AttributeActions::new(default);
    if default == AttributeAction::EncryptAndSign {
        actions = keys.iter().fold(actions, |actions, key| actions.with(*key, AttributeAction::SignOnly));
    }
    for (name, text) in named["override"].as_object().into_iter().flatten() {
        actions = actions.with(name, action(text));
    }
    (expected, actions)
}

/// Returns the item as sorted text, because sets have no order.
fn sorted(item: Item) -> Vec<String> {
    let mut attributes: Vec<_> = item
        .into_iter()
        .map(|(name, value)| {
            let value = match value {
                AttributeValue::Ss(mut members) | AttributeValue::Ns(mut members) => {
                    members.sort();
                    format!("{members:?}")
                }
                AttributeValue::Bs(mut members) => {
                    members.sort_by(|a, b| a.as_ref().cmp(b.as_ref()));
                    format!("{members:?}")
                }
                AttributeValue::M(entries) => format!("{:?}", sorted(entries)),
                other => format!("{other:?}"),
            };
            format!("{name}: {value}")
        })
        .collect();
    attributes.sort();
    attributes
}

fn vectors() -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("DYNASEAL_VECTORS")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors").into(), std::path::PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "no test vectors: set DYNASEAL_VECTORS to their folder");
    eprintln!("skipped: no test vectors; set DYNASEAL_VECTORS to their folder");
    None
}
