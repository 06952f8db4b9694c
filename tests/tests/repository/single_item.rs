//! Create, put, replace, get and delete, on the embedded store.

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::testing::Attacker;
use dynaseal::{AttributeValue, EncryptedItem, Error, ErrorKind, Item, ItemEncryptor, Repository, transact_get};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::lie::Lie;
use dynaseal_tests::store::keys;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: String,
    #[sign_only]
    department: String,
    #[do_nothing]
    logins: u64,
    #[item(bytes)]
    photo: Option<Vec<u8>>,
}

#[derive(Debug, PartialEq, EncryptedItem)]
#[item(unknown = reject)]
struct Strict {
    #[partition_key]
    id: String,
    secret: String,
}

fn ada() -> Employee {
    Employee {
        employee_id: "e-1".to_owned(),
        hired: 2020,
        name: "Ada".to_owned(),
        department: "Engines".to_owned(),
        logins: 7,
        photo: Some(vec![0, 255]),
    }
}

fn repository<T: EncryptedItem>(client: Client, table: &str, provider: ItemEncryptor) -> Repository<T> {
    Repository::builder(client).table(table).encryptor(provider).build()
}

async fn employees() -> (Repository<Employee>, Client) {
    let client = Database::in_memory().unwrap().client();
    let employees = repository(client.clone(), "employees", keys());
    employees.create_table().await.unwrap();
    (employees, client)
}

fn key() -> Item {
    Item::from([
        ("employee_id".to_owned(), AttributeValue::S("e-1".to_owned())),
        ("hired".to_owned(), AttributeValue::N("2020".to_owned())),
    ])
}

async fn stored(client: &Client, table: &str, key: Item) -> Option<Item> {
    client.get_item().table_name(table).set_key(Some(key)).send().await.unwrap().item
}

#[tokio::test]
async fn an_entity_round_trips() {
    let (employees, client) = employees().await;
    assert_eq!(employees.get(("e-1", 2020)).await.unwrap(), None);
    employees.create(&ada()).await.unwrap();
    assert_eq!(employees.get(("e-1", 2020)).consistent().await.unwrap(), Some(ada()));

    let stored = stored(&client, "employees", key()).await.unwrap();
    assert!(stored["name"].is_b() && stored["photo"].is_b());
    assert_eq!(stored["department"], AttributeValue::S("Engines".to_owned()));
    assert_eq!(stored["logins"], AttributeValue::N("7".to_owned()));
    assert_eq!(stored.len(), 8);
}

#[tokio::test]
async fn create_replace_and_put_differ_by_existence() {
    let (employees, _) = employees().await;
    assert_eq!(employees.replace(&ada()).await.unwrap_err().kind(), ErrorKind::NotFound);
    employees.create(&ada()).await.unwrap();
    let error = employees.create(&ada()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.is_conflict(), error.operation()),
        (ErrorKind::AlreadyExists, true, Some("PutItem"))
    );

    employees.replace(&Employee { name: "Augusta".to_owned(), photo: None, ..ada() }).await.unwrap();
    let read = employees.get(("e-1", 2020)).await.unwrap().unwrap();
    assert_eq!((read.name.as_str(), read.photo), ("Augusta", None));
    employees.put(&ada()).await.unwrap();
    assert_eq!(employees.get(("e-1", 2020)).await.unwrap(), Some(ada()));
}

#[tokio::test]
async fn a_delete_removes_the_entity_and_can_return_it() {
    let (employees, _) = employees().await;
    employees.create(&ada()).await.unwrap();
    assert_eq!(employees.delete(("e-1", 2020)).returning().await.unwrap(), Some(ada()));
    assert_eq!(employees.delete(("e-1", 2020)).returning().await.unwrap(), None);
    employees.delete(("e-1", 2020)).await.unwrap();
    assert_eq!(employees.get(("e-1", 2020)).await.unwrap(), None);
}

#[tokio::test]
async fn requests_can_be_spawned() {
    let (employees, _) = employees().await;
    tokio::spawn(employees.create(&ada()).into_future()).await.unwrap().unwrap();
    let read = tokio::spawn(employees.get(("e-1", 2020)).into_future()).await.unwrap().unwrap();
    assert_eq!(read, Some(ada()));
}

#[tokio::test]
async fn each_failure_has_its_own_kind_and_writes_nothing() {
    let client = Database::in_memory().unwrap().client();
    let employees: Repository<Employee> = repository(client.clone(), "employees", keys());
    assert_eq!(employees.get(("e-1", 2020)).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(employees.put(&ada()).await.unwrap_err().kind(), ErrorKind::NotFound);
    employees.create_table().await.unwrap();
    assert_eq!(employees.create_table().await.unwrap_err().kind(), ErrorKind::AlreadyExists);

    let nameless = Employee { employee_id: String::new(), ..ada() };
    let error = employees.put(&nameless).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("employee_id")));
    assert_eq!(employees.get(("", 2020)).await.unwrap_err().kind(), ErrorKind::Codec);

    let large = Employee { photo: Some(vec![0; 400 * 1024]), ..ada() };
    let error = employees.put(&large).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().contains("409600"), "{error}");
    assert_eq!(client.scan().table_name("employees").send().await.unwrap().count, 0);
}

#[tokio::test]
async fn items_of_399_kb_are_written_and_items_of_401_kb_are_rejected() {
    let (employees, _) = employees().await;
    let large = |kilobytes: usize| Employee { photo: Some(vec![0xf7; kilobytes * 1024]), ..ada() };
    employees.create(&large(399)).await.unwrap();
    employees.put(&large(399)).await.unwrap();
    employees.replace(&large(399)).await.unwrap();
    employees.update_with(("e-1", 2020), |employee| employee.name = "Eve".to_owned()).await.unwrap();
    let mut grown = employees.fetch(("e-1", 2020)).await.unwrap().unwrap();
    assert!(*grown == Employee { name: "Eve".to_owned(), ..large(399) });
    grown.photo = large(401).photo;
    let photo = large(401).photo;
    let rejected = [
        employees.create(&large(401)).await.unwrap_err(),
        employees.put(&large(401)).await.unwrap_err(),
        employees.replace(&large(401)).await.unwrap_err(),
        employees.update_with(("e-1", 2020), move |employee| employee.photo = photo.clone()).await.unwrap_err(),
        employees.save(grown).await.unwrap_err(),
    ];
    assert!(rejected.iter().all(|error| error.kind() == ErrorKind::TooLarge), "{rejected:?}");
    assert_eq!(employees.scan().collect().await.unwrap()[0].photo.as_ref().map(Vec::len), Some(399 * 1024));
}

/// Both items are authentic.
#[tokio::test]
async fn another_item_in_a_response_is_rejected() {
    let lie = Lie::default();
    let client = lie.client(&Database::in_memory().unwrap().client());
    let employees: Repository<Employee> = repository(client, "employees", keys());
    employees.create_table().await.unwrap();
    let of = |hired| Employee { hired, ..ada() };
    employees.put(&of(2020)).await.unwrap();
    employees.put(&of(2021)).await.unwrap();

    lie.tell(r#""N":"2020""#, r#""N":"2021""#);
    let asked = ("e-1", 2020);
    let rejected = [
        ("get", employees.get(asked).await.unwrap_err()),
        ("consistent get", employees.get(asked).consistent().await.unwrap_err()),
        ("fetch", employees.fetch(asked).await.unwrap_err()),
        ("update_with", employees.update_with(asked, |employee| employee.logins = 0).await.unwrap_err()),
        ("get_many", employees.get_many([asked]).await.remove(0).unwrap_err()),
        ("transact_get", transact_get((employees.get(asked),)).await.unwrap_err()),
        (
            "update_in_place",
            employees.update_in_place(asked, Employee::fields().logins.add(1)).returning().await.unwrap_err(),
        ),
        ("put", employees.put(&of(2020)).returning().await.unwrap_err()),
    ];
    for (call, error) in rejected {
        assert_eq!(error.kind(), ErrorKind::Integrity, "{call}");
    }
    lie.tell("", "");
    employees.put(&of(2021)).await.unwrap();
    lie.tell(r#""N":"2020""#, r#""N":"2021""#);
    assert_eq!(employees.delete(asked).returning().await.unwrap_err().kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn a_moved_changed_or_stripped_item_is_rejected() {
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let employees: Repository<Employee> = repository(client.clone(), "employees", keys.clone());
    let others: Repository<Employee> = repository(client.clone(), "others", keys);
    employees.create_table().await.unwrap();
    others.create_table().await.unwrap();
    employees.create(&ada()).await.unwrap();
    let attacker = Attacker::of(&employees);
    let original = attacker.read(("e-1", 2020)).await.unwrap();

    Attacker::of(&others).rollback(original.clone()).await.unwrap();
    assert_eq!(others.get(("e-1", 2020)).await.unwrap_err().kind(), ErrorKind::Integrity);

    let rename = |item: &mut Item| _ = item.insert("employee_id".to_owned(), AttributeValue::S("e-2".to_owned()));
    attacker.change(("e-1", 2020), rename).await.unwrap();
    assert_eq!(employees.get(("e-2", 2020)).await.unwrap_err().kind(), ErrorKind::Integrity);

    let both = StoredFormat::current().added();
    for names in [&["name"][..], &["department"], &both[..1], &both] {
        attacker.change(("e-1", 2020), |item| item.retain(|name, _| !names.contains(&name.as_str()))).await.unwrap();
        let rejected = |error: Error| assert_eq!(error.kind(), ErrorKind::Integrity, "{names:?}: {error}");
        rejected(employees.get(("e-1", 2020)).await.unwrap_err());
        rejected(employees.fetch(("e-1", 2020)).await.unwrap_err());
        rejected(employees.query("e-1").collect().await.unwrap_err());
        rejected(employees.update_with(("e-1", 2020), |employee| employee.logins += 1).await.unwrap_err());
        attacker.rollback(original.clone()).await.unwrap();
    }

    // Unsigned attributes may change.
    attacker.tamper(("e-1", 2020), "logins").await.unwrap();
    assert_eq!(employees.get(("e-1", 2020)).await.unwrap().unwrap().logins, ada().logins ^ 1);
}

#[tokio::test]
async fn unknown_attributes_are_rejected_if_the_entity_requires_it() {
    let client = Database::in_memory().unwrap().client();
    let strict: Repository<Strict> = repository(client.clone(), "strict", keys());
    strict.create_table().await.unwrap();
    strict.create(&Strict { id: "a".to_owned(), secret: "s".to_owned() }).await.unwrap();
    let attacker = Attacker::of(&strict);
    let insert = |name: &str, value| {
        let name = name.to_owned();
        move |item: &mut Item| _ = item.insert(name, value)
    };
    attacker.change("a", insert("aws:rep:updatetime", AttributeValue::N("1".to_owned()))).await.unwrap();
    assert!(strict.get("a").await.unwrap().is_some(), "replication attributes are DynamoDB's own");

    attacker.change("a", insert("surprise", AttributeValue::Bool(true))).await.unwrap();
    let error = strict.get("a").await.unwrap_err();
    assert_eq!((error.kind(), error.unknown_attributes()), (ErrorKind::Integrity, &["surprise".to_owned()][..]));
}

#[tokio::test]
async fn a_restored_table_is_read_under_its_former_name() {
    let client = Database::in_memory().unwrap().client();
    let keys = keys();
    let employees: Repository<Employee> = repository(client.clone(), "employees", keys.clone());
    employees.create_table().await.unwrap();
    employees.create(&ada()).await.unwrap();
    let item = stored(&client, "employees", key()).await.unwrap();

    let restored: Repository<Employee> = Repository::builder(client.clone())
        .table("employees-restored")
        .encryptor(keys)
        .logical_table_name("employees")
        .build();
    restored.create_table().await.unwrap();
    client.put_item().table_name("employees-restored").set_item(Some(item)).send().await.unwrap();
    assert_eq!(restored.get(("e-1", 2020)).await.unwrap(), Some(ada()));
}

#[tokio::test]
async fn plain_http_to_another_host_is_rejected() {
    let config = Database::in_memory().unwrap().client().config().to_builder();
    let client = Client::from_conf(config.endpoint_url("http://dynamodb.example.com").build());
    let remote: Repository<Employee> = repository(client, "employees", keys());
    assert_eq!(remote.get(("e-1", 2020)).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(remote.put(&ada()).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(remote.delete(("e-1", 2020)).await.unwrap_err().kind(), ErrorKind::Usage);
}
