//! One table and several clients: a repository reads their items, and they read its items.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::codec::java::{bool_number, date_iso};
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Item, ItemEncryptor, Repository};
use dynaseal_tests::canonical;
use dynaseal_tests::peers::{Dynamodb, Peer, Table};
use dynaseal_tests::person::{self, Person};
use dynaseal_tests::setup::{Action, Actions, Context, Setup};
use tokio::runtime::{Builder, Runtime};

use super::clients::{CONTENT_KEY, Result, SIGNING_KEY, text, wrapped_provider};

/// The entity of the Java peer's class of the same name, as stored by the mapper.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    #[sign_only]
    version: u64,
    name: String,
    #[item(with = bool_number)]
    active: bool,
    #[item(with = date_iso)]
    born: SystemTime,
    address: BTreeMap<String, String>,
    #[item(bytes)]
    photo: Vec<u8>,
    #[sign_only]
    department: String,
    #[do_nothing]
    logins: u64,
}

/// The same entity in a table that was renamed after it was signed.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(logical_table_name = "employees")]
struct RestoredEmployee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: String,
}

const TABLE: &str = "employees";

fn employee(hired: u32) -> Employee {
    Employee {
        employee_id: "e-1".to_owned(),
        hired,
        version: 1,
        name: "Ada \u{1f600}".to_owned(),
        active: true,
        // 10 December 1815.
        born: SystemTime::UNIX_EPOCH - Duration::from_secs(4_861_728_000),
        address: BTreeMap::from([
            ("city".to_owned(), "London".to_owned()),
            ("street".to_owned(), "St James's Square".to_owned()),
        ]),
        photo: vec![0, 0x80, 0xff],
        department: "Legal".to_owned(),
        logins: 3,
    }
}

fn employee_item(hired: u32) -> Item {
    let Employee { name, address, photo, department, .. } = employee(hired);
    let address = address.into_iter().map(|(key, value)| (key, AttributeValue::S(value)));
    let attributes = [
        ("version", AttributeValue::N("1".to_owned())),
        ("name", text(&name)),
        ("active", AttributeValue::N("1".to_owned())),
        ("born", text("1815-12-10T00:00:00.000Z")),
        ("address", AttributeValue::M(address.collect())),
        ("photo", AttributeValue::B(Blob::new(photo))),
        ("department", text(&department)),
        ("logins", AttributeValue::N("3".to_owned())),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
    key(hired).into_iter().chain(attributes).collect()
}

fn key(hired: u32) -> Item {
    let hired = AttributeValue::N(hired.to_string());
    Item::from([("employee_id".to_owned(), text("e-1")), ("hired".to_owned(), hired)])
}

fn setup(table_name: &str) -> Setup {
    let overrides = [
        ("employee_id", Action::SignOnly),
        ("hired", Action::SignOnly),
        ("version", Action::SignOnly),
        ("department", Action::SignOnly),
        ("logins", Action::DoNothing),
    ];
    let overrides = overrides.map(|(name, action)| (name.to_owned(), action)).into();
    Setup {
        provider: wrapped_provider(),
        actions: Actions { default: Action::EncryptAndSign, overrides },
        context: Context {
            table_name: table_name.to_owned(),
            partition_key: "employee_id".to_owned(),
            sort_key: Some("hired".to_owned()),
        },
    }
}

fn repository<T: EncryptedItem>(client: Client, table: &str) -> Result<Repository<T>> {
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY)?;
    let provider = WrappedProvider::new(AesKey::from_bytes(&CONTENT_KEY)?, signing_key);
    Ok(Repository::builder(client).table(table).encryptor(ItemEncryptor::new(provider)).build())
}

/// Returns a repository of a new table, its server, and the runtime for both.
fn new_table<T: EncryptedItem>(name: &str) -> Result<(Runtime, Dynamodb, Repository<T>)> {
    let (runtime, dynamodb) = (runtime()?, Dynamodb::start()?);
    let repository = repository(dynamodb.client(), name)?;
    runtime.block_on(repository.create_table().into_future())?;
    Ok((runtime, dynamodb, repository))
}

fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

#[test]
fn python_client_and_table() -> Result<()> {
    let Some(mut python) = Peer::python()?.or_skip() else { return Ok(()) };
    for interface in ["client", "table"] {
        share_a_table(&mut python, interface, &employee_item(2020))?;
    }
    Ok(())
}

#[test]
fn java_mapper() -> Result<()> {
    let Some(mut java) = Peer::java()?.or_skip() else { return Ok(()) };
    let mut new = employee_item(2020);
    // The mapper sets the first version itself, and treats an entity with a version as an update.
    new.remove("version");
    share_a_table(&mut java, "Employee", &new)
}

/// The peer writes one employee, and reads another one that the repository wrote.
fn share_a_table(peer: &mut Peer, interface: &str, new: &Item) -> Result<()> {
    let (runtime, dynamodb, employees) = new_table::<Employee>(TABLE)?;
    let setup = setup(TABLE);
    let table = Table { dynamodb: &dynamodb, setup: &setup, interface };

    peer.put(table, new)??;
    assert_eq!(runtime.block_on(employees.get(("e-1", 2020)).into_future())?, Some(employee(2020)), "{interface}");
    check_stored(&runtime, &dynamodb.client(), new)?;

    runtime.block_on(employees.create(&employee(2021)).into_future())?;
    let read = peer.get(table, &key(2021))??.unwrap();
    assert_eq!(canonical::item(&read), canonical::item(&employee_item(2021)), "{interface}");
    assert_eq!(peer.get(table, &key(1999))??, None, "{interface}");

    let expected = [2020, 2021].map(|hired| canonical::item(&employee_item(hired)));
    for found in [peer.query(table, "employee_id", text("e-1"))?, peer.scan(table)?] {
        let found: Vec<_> = found.iter().map(canonical::item).collect();
        assert_eq!(found, expected, "{interface}");
    }
    Ok(())
}

/// Checks that items are protected. Otherwise, clients that do nothing would agree as well.
fn check_stored(runtime: &Runtime, client: &Client, written: &Item) -> Result<()> {
    let request = client.get_item().table_name(TABLE).set_key(Some(key(2020)));
    let stored = runtime.block_on(request.send())?.item.unwrap();
    for encrypted in ["name", "active", "born", "address", "photo"] {
        assert_ne!(stored[encrypted], written[encrypted], "{encrypted}");
    }
    for plain in ["department", "logins"] {
        assert_eq!(stored[plain], written[plain], "{plain}");
    }
    Ok(())
}

/// The example in the documentation of `dynaseal::codec::java`.
#[test]
fn java_mapper_with_custom_types() -> Result<()> {
    let Some(mut java) = Peer::java()?.or_skip() else { return Ok(()) };
    let (runtime, dynamodb, staff) = new_table::<Person>(person::TABLE)?;
    let setup = Person::setup(&CONTENT_KEY, &SIGNING_KEY);
    let table = Table { dynamodb: &dynamodb, setup: &setup, interface: "Person" };
    let key = |id: &str| Item::from([("person_id".to_owned(), text(id))]);

    let mut new = Person::example_item();
    new.remove("version");
    java.put(table, &new)??;
    assert_eq!(runtime.block_on(staff.get("p-1").into_future())?, Some(Person::example()));

    let new = Person { person_id: "p-2".to_owned(), version: 0, active: false, born: None, ..Person::example() };
    let other = runtime.block_on(staff.create(&new).into_future())?;
    let mut expected = Person::example_item();
    expected.extend([("person_id".to_owned(), text("p-2")), ("active".to_owned(), AttributeValue::N("0".to_owned()))]);
    expected.remove("born");
    let read = java.get(table, &key("p-2"))??.unwrap();
    assert_eq!(canonical::item(&read), canonical::item(&expected));

    // Each client increments the other's versions, and an outdated write is rejected.
    java.put(table, &read)??;
    let rejected = runtime.block_on(staff.put(&other).into_future()).unwrap_err();
    assert_eq!(rejected.kind(), ErrorKind::Conflict);
    let changed = runtime.block_on(staff.get("p-2").into_future())?.unwrap();
    assert_eq!(changed, Person { version: 2, ..other });
    runtime.block_on(staff.put(&changed).into_future())?;
    let rejected = java.put(table, &read)?.unwrap_err();
    assert!(rejected.class.ends_with("ConditionalCheckFailedException"), "{rejected}");
    Ok(())
}

#[test]
fn java_mapper_and_repository_update_each_others_items() -> Result<()> {
    let Some(mut java) = Peer::java()?.or_skip() else { return Ok(()) };
    let (runtime, dynamodb, employees) = new_table::<Employee>(TABLE)?;
    let setup = setup(TABLE);
    let table = Table { dynamodb: &dynamodb, setup: &setup, interface: "Employee" };

    runtime.block_on(employees.create(&employee(2020)).into_future())?;
    java.put(table, &employee_item(2020))??;
    let changed = runtime.block_on(employees.get(("e-1", 2020)).into_future())?.unwrap();
    assert_eq!(changed, Employee { version: 2, ..employee(2020) });

    // The optimistic locking of the mapper now rejects an entity of the first version.
    let error = java.put(table, &employee_item(2020))?.unwrap_err();
    assert!(error.class.ends_with("ConditionalCheckFailedException"), "{error}");
    Ok(())
}

#[test]
fn java_mapper_with_a_table_of_another_name() -> Result<()> {
    let Some(mut java) = Peer::java()?.or_skip() else { return Ok(()) };
    let (runtime, dynamodb, restored) = new_table::<RestoredEmployee>("employees-restored")?;
    let setup = setup("employees-restored");
    let badge = |hired| Item::from_iter(key(hired).into_iter().chain([("name".to_owned(), text("Ada"))]));

    let table = Table { dynamodb: &dynamodb, setup: &setup, interface: "RestoredEmployee" };
    let ada = RestoredEmployee { employee_id: "e-1".to_owned(), hired: 2020, name: "Ada".to_owned() };
    runtime.block_on(restored.create(&ada).into_future())?;
    assert_eq!(java.get(table, &key(2020))??, Some(badge(2020)));

    // A class without the annotation signs with the current table name.
    let unaware = Table { interface: "Badge", ..table };
    assert!(java.get(unaware, &key(2020))?.is_err());
    java.put(unaware, &badge(2021))??;
    let rejected = runtime.block_on(restored.get(("e-1", 2021)).into_future()).unwrap_err();
    assert_eq!(rejected.kind(), ErrorKind::Integrity);
    Ok(())
}

#[test]
fn java_mapper_with_undeclared_attributes() -> Result<()> {
    let Some(mut java) = Peer::java()?.or_skip() else { return Ok(()) };
    let (runtime, dynamodb, employees) = new_table::<Employee>(TABLE)?;
    let setup = setup(TABLE);

    // Attributes that the class does not declare are signed, and some are not encrypted, which no annotation in Java
    // can express.
    runtime.block_on(employees.create(&employee(2020)).into_future())?;
    let badge = Table { dynamodb: &dynamodb, setup: &setup, interface: "Badge" };
    let tolerant = Table { interface: "TolerantBadge", ..badge };
    assert!(java.get(badge, &key(2020))?.is_err());
    assert!(java.get(tolerant, &key(2020))?.is_err());

    // If all of them are encrypted, `@HandleUnknownAttributes` reads them.
    let all_encrypted = repository::<Secretive>(dynamodb.client(), TABLE)?;
    let secretive = Secretive { employee_id: "e-1".to_owned(), hired: 2021, name: "Ada".to_owned(), salary: 4200 };
    runtime.block_on(all_encrypted.create(&secretive).into_future())?;
    assert!(java.get(badge, &key(2021))?.is_err());
    let read = java.get(tolerant, &key(2021))??.unwrap();
    assert_eq!(read["name"], text("Ada"));
    Ok(())
}

/// A badge with an attribute that the Java class does not declare.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Secretive {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: String,
    salary: u64,
}
