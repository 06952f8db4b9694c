//! A table that moves to the current format while services of both generations of AWS's Java client share it with
//! dynaseal.

use aws_sdk_dynamodb::Client;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynaseal::embedded::Database;
use dynaseal::format::FormatKind;
use dynaseal::keyrings::RawAesKeyring;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, StaticProvider};
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, Item, ItemContext, ItemEncryptor, Repository, SchemaVersion,
    migration,
};
use dynaseal_tests::canonical;
use dynaseal_tests::peers::{DbesdkPeer, Peer};
use dynaseal_tests::setup::{Action, Actions, Context, Setup};
use serde_json::{Value, json};

use super::clients::{CONTENT_KEY, Result, SIGNING_KEY, static_provider, text};

const TABLE: &str = "employees";

/// The key of the raw AES keyring of both clients.
const KEYRING_KEY: [u8; 32] = [3; 32];

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    salary: u64,
    #[sign_only]
    department: String,
    #[do_nothing]
    logins: u64,
}

impl Employee {
    fn new(number: u64) -> Self {
        let employee_id = format!("e-{number}");
        Self { employee_id, salary: 4000 + number, department: "Engines".to_owned(), logins: number }
    }
}

/// The table, without any client that encrypts.
struct Shared {
    client: Client,
}

impl Shared {
    async fn put(&self, item: Item) -> Result<()> {
        self.client.put_item().table_name(TABLE).set_item(Some(item)).send().await?;
        Ok(())
    }

    async fn get(&self, number: u64) -> Result<Item> {
        let id = text(&Employee::new(number).employee_id);
        let read = self.client.get_item().table_name(TABLE).key("employee_id", id).consistent_read(true).send().await?;
        read.item.ok_or_else(|| format!("item {number} is lost").into())
    }
}

/// The configuration of a service with the older Java client.
fn old_java() -> Setup {
    let overrides =
        [("employee_id", Action::SignOnly), ("department", Action::SignOnly), ("logins", Action::DoNothing)];
    let overrides = overrides.map(|(name, action)| (name.to_owned(), action)).into();
    Setup {
        provider: static_provider(),
        actions: Actions { default: Action::EncryptAndSign, overrides },
        context: Context { table_name: TABLE.to_owned(), partition_key: "employee_id".to_owned(), sort_key: None },
    }
}

/// The configuration of a service with the current Java client, with this policy of a legacy override.
fn new_java(policy: Option<&str>) -> Value {
    let actions = json!({ "employee_id": "s", "salary": "e", "department": "s", "logins": "n" });
    let mut config = json!({
        "table": TABLE,
        "partition": "employee_id",
        "actions": actions,
        "unsigned": ["logins"],
        "suite": "6700",
        "keyring": {
            "type": "raw-aes", "namespace": "staff", "name": "2027", "key": STANDARD.encode(KEYRING_KEY),
        },
    });
    if let Some(policy) = policy {
        config["legacy"] = json!({
            "policy": policy,
            "aesKey": STANDARD.encode(CONTENT_KEY),
            "macKey": STANDARD.encode(SIGNING_KEY),
            "actions": actions,
        });
    }
    config
}

/// The two versions of dynaseal's services.
fn versions() -> Result<(StaticProvider, RawAesKeyring)> {
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY)?;
    let provider = StaticProvider::new(AesKey::from_bytes(&CONTENT_KEY)?, signing_key);
    let keyring = RawAesKeyring::new("staff", "2027", &AesKey::from_bytes(&KEYRING_KEY)?)?;
    Ok((provider, keyring))
}

/// Lets the current Java client write an employee.
async fn java_writes(java: &mut DbesdkPeer, config: &Value, shared: &Shared, employee: &Employee) -> Result<()> {
    shared.put(java.encrypt(config, &employee.to_item()?)??).await
}

/// Checks that both current clients read every employee.
async fn all_are_read(
    java: &mut DbesdkPeer,
    config: &Value,
    shared: &Shared,
    service: &Repository<Employee>,
    expected: &[Employee],
) -> Result<()> {
    for (number, employee) in (0..).zip(expected) {
        assert_eq!(service.get(&*employee.employee_id).await?.as_ref(), Some(employee), "dynaseal, {number}");
        let read = java.decrypt(config, &shared.get(number).await?)?.map_err(|error| format!("{number}: {error}"))?;
        assert_eq!(canonical::item(&read), canonical::item(&employee.to_item()?), "Java, {number}");
    }
    Ok(())
}

#[tokio::test]
async fn services_of_both_generations_share_a_table_that_moves() -> Result<()> {
    let (Some(mut old), Some(mut java)) = (Peer::java()?.or_skip(), DbesdkPeer::start()?.or_skip()) else {
        return Ok(());
    };
    let (provider, keyring) = versions()?;
    let older = || SchemaVersion::of::<Employee>("until 2026").materials(provider.clone());
    let newer = || SchemaVersion::of::<Employee>("2027").keyring(keyring.clone());
    let [first, second, _, _] = migration::plan(&older(), &newer())?.deployments;
    let shared = Shared { client: Database::in_memory()?.client() };
    let builder = || Repository::<Employee>::builder(shared.client.clone()).table(TABLE);
    builder().materials(provider.clone()).build().create_table().await?;
    let mut employees: Vec<Employee> = (0..12).map(Employee::new).collect();

    // Step 1: everybody writes the older format. The older Java client still runs.
    let (policy, service) = ("FORCE_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT", builder().materials(provider.clone()));
    assert!(first.new_java.contains(policy));
    let (config, service) = (new_java(Some(policy)), service.also_reads(newer()).build());
    let items = employees[..4].iter().map(EncryptedItem::to_item).collect::<dynaseal::Result<Vec<_>>>()?;
    for written in old.encrypt(&old_java(), &items)? {
        shared.put(written?).await?;
    }
    for employee in &employees[4..6] {
        java_writes(&mut java, &config, &shared, employee).await?;
    }
    for employee in &employees[6..8] {
        service.create(employee).await?;
    }
    all_are_read(&mut java, &config, &shared, &service, &employees[..8]).await?;
    let mut stored = Vec::new();
    for number in 0..8 {
        stored.push(shared.get(number).await?);
    }
    for (read, employee) in old.decrypt(&old_java(), &stored)?.into_iter().zip(&employees) {
        assert_eq!(canonical::item(&read?), canonical::item(&employee.to_item()?), "older Java");
    }

    // Step 2: new items, and old ones that are updated, have the current format. Services of step 1 read them.
    let (policy, before) = ("FORBID_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT", (config, service));
    assert!(second.new_java.contains(policy));
    let config = new_java(Some(policy));
    let service = builder().keyring(keyring.clone()).also_reads(older()).build();
    for employee in &employees[8..10] {
        java_writes(&mut java, &config, &shared, employee).await?;
    }
    for employee in &employees[10..] {
        service.create(employee).await?;
    }
    employees[0].salary += 300;
    java_writes(&mut java, &config, &shared, &employees[0]).await?;
    employees[1].salary += 300;
    service.update_with("e-1", |employee| employee.salary += 300).await?;
    all_are_read(&mut java, &config, &shared, &service, &employees).await?;
    all_are_read(&mut java, &before.0, &shared, &before.1, &employees).await?;

    // Step 3: the rest is moved.
    let check = service.check_items().await?;
    assert_eq!((check.formats[&FormatKind::Ddbec], check.formats[&FormatKind::Dbesdk]), (6, 6));
    let folder = tempfile::tempdir()?;
    let report = service.reencrypt().checkpoint(folder.path().join("move")).await?;
    assert_eq!((report.rewritten(), report.is_complete()), (6, true), "{report}");
    all_are_read(&mut java, &config, &shared, &service, &employees).await?;
    all_are_read(&mut java, &before.0, &shared, &before.1, &employees).await?;

    // Step 4: nothing of the older format is left, and nothing is lost.
    let service = builder().keyring(keyring).build();
    all_are_read(&mut java, &new_java(None), &shared, &service, &employees).await?;
    let check = service.check_items().await?;
    assert_eq!((check.formats.get(&FormatKind::Ddbec), check.formats[&FormatKind::Dbesdk]), (None, 12));
    assert!(stored.iter().all(|item| java.decrypt(&new_java(None), item).is_ok_and(|read| read.is_err())));
    let logins = shared.get(3).await?.remove("logins");
    assert_eq!(logins, Some(AttributeValue::N("3".to_owned())));
    Ok(())
}

/// What dynaseal's unsigned beacons mean for the current Java client, which reads items of the older format by a legacy override.
#[tokio::test]
async fn a_legacy_override_reads_items_with_unsigned_beacons() -> Result<()> {
    let Some(mut java) = DbesdkPeer::start()?.or_skip() else { return Ok(()) };
    let context = ItemContext::new(TABLE).partition_key("employee_id");
    let employee = Employee::new(1).to_item()?;
    let encryptor = ItemEncryptor::new(versions()?.0);
    let mut stored = encryptor.encrypt(employee.clone(), &AttributeActions::of::<Employee>(), &context).await?;
    stored.insert("aws_dbe_b_salary".to_owned(), text("51e1da"));
    let config = new_java(Some("FORBID_LEGACY_ENCRYPT_ALLOW_LEGACY_DECRYPT"));
    let mut read = java.decrypt(&config, &stored)??;
    // The beacon becomes an attribute of the result, and is lost when the client writes the item.
    let written = java.encrypt(&config, &read)??;
    assert!(written.contains_key("aws_dbe_head") && !written.contains_key("aws_dbe_b_salary"), "{written:?}");
    assert_eq!(read.remove("aws_dbe_b_salary"), Some(text("51e1da")));
    assert_eq!(canonical::item(&read), canonical::item(&employee));
    Ok(())
}
