//! Attribute maps in an encrypted table, on the embedded store.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, LocalSecondaryIndex, Projection,
    ProjectionType, ScalarAttributeType,
};
use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::embedded::Database;
use dynaseal::testing::Attacker;
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, Error, ErrorKind, Item, Repository, Update, danger,
};
use dynaseal_tests::answers::Answers;
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::gate::Gate;
use dynaseal_tests::store::keys;
use dynaseal_tests::values::{n as number, s as text};

mod damage;
mod many;
mod requests;

const TABLE: &str = "employees";

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Employee {
    #[partition_key]
    id: String,
    #[sort_key]
    hired: u32,
    name: String,
    #[sign_only]
    department: String,
    #[do_nothing]
    logins: u64,
}

fn actions() -> AttributeActions {
    AttributeActions::new(EncryptAndSign).with("department", SignOnly).with("logins", DoNothing)
}

fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}

fn key(hired: u32) -> Item {
    item([("id", text("e-1")), ("hired", number(hired))])
}

fn ada(hired: u32) -> Item {
    let mut ada = key(hired);
    ada.extend(item([("name", text("Ada")), ("department", text("Engines")), ("logins", number(7))]));
    ada
}

fn element(name: &str, role: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(role).build().unwrap()
}

fn projection(of: ProjectionType) -> Projection {
    Projection::builder().projection_type(of).build()
}

/// Returns a store with a table of employees, with a global and a local index that project all attributes, and one that
/// projects keys only.
async fn store() -> Client {
    let client = Database::in_memory().unwrap().client();
    let definition = |name: &str, of: ScalarAttributeType| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(of).build().unwrap()
    };
    let global = |name: &str, of: ProjectionType| {
        GlobalSecondaryIndex::builder()
            .index_name(name)
            .key_schema(element("department", KeyType::Hash))
            .key_schema(element("hired", KeyType::Range))
            .projection(projection(of))
            .build()
            .unwrap()
    };
    let local = LocalSecondaryIndex::builder()
        .index_name("by-logins")
        .key_schema(element("id", KeyType::Hash))
        .key_schema(element("logins", KeyType::Range))
        .projection(projection(ProjectionType::All))
        .build()
        .unwrap();
    client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(element("id", KeyType::Hash))
        .key_schema(element("hired", KeyType::Range))
        .attribute_definitions(definition("id", ScalarAttributeType::S))
        .attribute_definitions(definition("hired", ScalarAttributeType::N))
        .attribute_definitions(definition("department", ScalarAttributeType::S))
        .attribute_definitions(definition("logins", ScalarAttributeType::N))
        .global_secondary_indexes(global("by-department", ProjectionType::All))
        .global_secondary_indexes(global("keys-by-department", ProjectionType::KeysOnly))
        .local_secondary_indexes(local)
        .send()
        .await
        .unwrap();
    client
}

async fn connect(client: &Client, actions: AttributeActions) -> Result<EncryptedTable, Error> {
    EncryptedTable::builder(client.clone()).table(TABLE).encryptor(keys()).connect(actions).await
}

async fn employees() -> EncryptedTable {
    connect(&store().await, actions()).await.unwrap()
}

fn rejected<A: std::fmt::Debug>(outcome: Result<A, Error>, attribute: &str) -> Error {
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some(attribute)), "{error}");
    error
}

#[tokio::test]
async fn items_are_written_protected_and_read_back() {
    let client = store().await;
    let employees = connect(&client, actions()).await.unwrap();
    employees.create(&ada(2020)).await.unwrap();
    assert_eq!(employees.create(&ada(2020)).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(employees.replace(&ada(2021)).await.unwrap_err().kind(), ErrorKind::NotFound);
    employees.put(&ada(2021)).await.unwrap();
    employees.replace(&ada(2021)).await.unwrap();
    assert_eq!(employees.get(key(2020)).await.unwrap(), Some(ada(2020)));
    assert_eq!(employees.get(key(2021)).consistent().await.unwrap(), Some(ada(2021)));
    assert_eq!(employees.get(key(1999)).await.unwrap(), None);

    let stored = client.get_item().table_name(TABLE).set_key(Some(key(2020))).send().await.unwrap().item.unwrap();
    assert!(stored["name"].is_b());
    assert_eq!((&stored["id"], &stored["department"]), (&text("e-1"), &text("Engines")));
    assert_eq!(danger::read_stored(&employees, key(2020)).consistent().await.unwrap(), Some(stored));
    assert_eq!(danger::read_stored(&employees, key(1999)).await.unwrap(), None);

    assert_eq!(employees.delete(key(2021)).returning().await.unwrap(), Some(ada(2021)));
    employees.delete(key(2021)).await.unwrap();
    assert_eq!(employees.get(key(2021)).await.unwrap(), None);
}

#[tokio::test]
async fn updates_keep_attributes_of_other_writers() {
    let employees = employees().await;
    employees.put(&ada(2020)).await.unwrap();
    let mut one = employees.fetch(key(2020)).await.unwrap().unwrap();
    let other = employees.fetch(key(2020)).await.unwrap().unwrap();
    one.insert("name".to_owned(), text("Ada L."));
    let saved = employees.save(one).await.unwrap();
    assert_eq!(saved["name"], text("Ada L."));

    let mut late = other.clone();
    late.insert("name".to_owned(), text("Bob"));
    assert_eq!(employees.save(late).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(employees.delete_unchanged(other).await.unwrap_err().kind(), ErrorKind::Conflict);

    // Other writers can change an unsigned attribute at any time, and the change is kept.
    employees.update_in_place(key(2020), Update::add("logins", number(1))).await.unwrap();
    let with_title = |item: &mut Item| drop(item.insert("title".to_owned(), text("Countess")));
    let changed = employees.update_with(key(2020), with_title).await.unwrap();
    assert_eq!((&changed["title"], &changed["logins"]), (&text("Countess"), &number(8)));
    let without_title = |item: &mut Item| drop(item.remove("title"));
    assert!(!employees.update_with(key(2020), without_title).await.unwrap().contains_key("title"));

    let rejection = employees.try_update_with(key(2020), |item: &mut Item| {
        item.clear();
        Err(Error::materials("not today"))
    });
    assert_eq!(rejection.await.unwrap_err().kind(), ErrorKind::Materials);
    let to_another_key = |item: &mut Item| drop(item.insert("hired".to_owned(), number(1)));
    assert_eq!(employees.update_with(key(2020), to_another_key).await.unwrap_err().kind(), ErrorKind::Usage);
    rejected(employees.update_with(key(2020), Item::clear).await, "id");

    let last = employees.fetch(key(2020)).await.unwrap().unwrap();
    assert_eq!(last["name"], text("Ada L."));
    employees.delete_unchanged(last).await.unwrap();
    assert!(employees.fetch(key(2020)).await.unwrap().is_none());
}

#[tokio::test]
async fn batches_and_transactions_share_requests() {
    let employees = employees().await;
    employees.write_many((0..60).map(ada)).await.unwrap();
    employees.write_many([ada(60)]).delete((0..10).map(key)).await.unwrap();
    let found = employees.get_many((0..62).map(key).chain([key(60)])).consistent().await;
    let found: Vec<_> = found.into_iter().collect::<Result<_, _>>().unwrap();
    let expected: Vec<_> = (0..62).chain([60]).map(|i| (10..=60).contains(&i).then(|| ada(i))).collect();
    assert_eq!(found, expected);

    employees
        .transaction()
        .with(employees.create(&ada(100)))
        .with(employees.delete(key(60)))
        .with(employees.update_in_place(key(59), Update::set("logins", number(0))))
        .await
        .unwrap();
    assert_eq!(employees.get(key(59)).await.unwrap().unwrap()["logins"], number(0));
    assert_eq!(employees.get(key(60)).await.unwrap(), None);
}

#[tokio::test]
async fn items_are_queried_by_key_and_index() {
    let employees = employees().await;
    employees.write_many((0..20).map(|i| ada(2000 + i))).await.unwrap();
    employees.update_in_place(key(2003), Update::set("logins", number(99))).await.unwrap();

    let some = employees.query(text("e-1")).sort_between(number(2005), number(2007)).descending();
    assert_eq!(some.collect().await.unwrap(), [ada(2007), ada(2006), ada(2005)]);
    assert_eq!(employees.query(text("e-2")).count().await.unwrap(), 0);
    let page = employees.query(text("e-1")).limit(15).page(None).await.unwrap();
    let rest = employees.query(text("e-1")).limit(15).page(page.cursor).await.unwrap();
    assert_eq!((page.items.len(), rest.items.len()), (15, 5));

    let by_department = employees.query_index("by-department", text("Engines")).sort_lt(number(2002));
    assert_eq!(by_department.collect().await.unwrap(), [ada(2000), ada(2001)]);
    let by_logins = employees.query_index("by-logins", text("e-1")).sort_gt(number(7)).consistent();
    assert_eq!(by_logins.collect().await.unwrap()[0]["hired"], number(2003));
    assert_eq!(employees.scan().count().await.unwrap(), 20);
    assert_eq!(employees.parallel_scan(3).count().await.unwrap(), 20);
}

#[tokio::test]
async fn unverifiable_and_invalid_queries_are_rejected() {
    let employees = employees().await;
    for index in ["keys-by-department", "by-nothing"] {
        let error = employees.query_index(index, text("Engines")).collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(index), "{error}");
    }
    let of_global = employees.query_index("by-department", text("Engines")).consistent();
    assert_eq!(of_global.collect().await.unwrap_err().kind(), ErrorKind::Usage);
    rejected(employees.query(AttributeValue::Bool(true)).collect().await, "id");
    rejected(employees.query(text("e-1")).sort_eq(AttributeValue::Null(true)).collect().await, "hired");
    rejected(employees.query(text("e-1")).sort_between(number(2), number(1)).collect().await, "hired");
    rejected(employees.query(text("e-1")).sort_gt(number(2)).sort_lt(number(3)).collect().await, "hired");
}

#[tokio::test]
async fn only_declared_unsigned_attributes_are_changed_in_place() {
    let gate = Gate::default();
    // A default of `DoNothing` does not declare an attribute unsigned: a later version may sign it.
    let by_default = AttributeActions::new(DoNothing).with("name", EncryptAndSign);
    let by_default = by_default.with("department", SignOnly).with("logins", DoNothing);
    let lax = connect(&gate.client(&store().await), by_default).await.unwrap();
    rejected(lax.update_in_place(key(2020), Update::set("other", number(1))).await, "other");

    let employees = connect(&gate.client(&store().await), actions()).await.unwrap();
    gate.clear();
    let [proof, description] = StoredFormat::current().added();
    let changes = ["name", "department", "id", "hired", "unheard-of", proof, description];
    for name in changes {
        rejected(employees.update_in_place(key(2020), Update::set(name, number(1))).await, name);
        rejected(employees.update_in_place(key(2020), Update::add(name, number(1))).await, name);
        let with_another = Update::set("logins", number(1)).and(Update::remove(name));
        rejected(employees.update_in_place(key(2020), with_another).await, name);
    }
    let twice = Update::set("logins", number(1)).and(Update::remove("logins"));
    rejected(employees.update_in_place(key(2020), twice).await, "logins");
    assert!(gate.requests().is_empty());
    let absent = employees.update_in_place(key(1999), Update::set("logins", number(1)));
    assert_eq!(absent.await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn the_signature_is_never_changed_in_place() {
    // This holds even if the actions correctly declare it unsigned.
    let names = StoredFormat::current().added();
    let actions = names.iter().fold(actions(), |actions, name| actions.with(*name, DoNothing));
    let employees = connect(&store().await, actions).await.unwrap();
    for name in names {
        rejected(employees.update_in_place(key(2020), Update::remove(name)).await, name);
    }
}

#[tokio::test]
async fn keys_must_match_the_key_schema() {
    let employees = employees().await;
    let too_little = item([("id", text("e-1"))]);
    let mut too_much = key(2020);
    too_much.insert("name".to_owned(), text("Ada"));
    let mut of_no_type = key(2020);
    of_no_type.insert("hired".to_owned(), AttributeValue::Bool(true));
    for (key, attribute) in [(too_little, "hired"), (too_much, "name"), (of_no_type, "hired")] {
        rejected(employees.get(key.clone()).await, attribute);
        rejected(employees.fetch(key.clone()).await, attribute);
        rejected(employees.delete(key.clone()).await, attribute);
        rejected(employees.update_with(key.clone(), |_| ()).await, attribute);
        rejected(employees.update_in_place(key.clone(), Update::set("logins", number(1))).await, attribute);
        rejected(danger::read_stored(&employees, key.clone()).await, attribute);
        rejected(employees.get_many([key.clone()]).await.remove(0), attribute);
        let left = employees.write_many([]).delete([key]).await.unwrap_err();
        rejected(Err::<(), _>(Error::from(left)), attribute);
    }
    let keyless = item([("id", text("e-1")), ("name", text("Ada"))]);
    for put in [employees.create(&keyless), employees.put(&keyless), employees.replace(&keyless)] {
        rejected(put.await, "hired");
    }
    let left = employees.write_many([keyless]).await.unwrap_err();
    rejected(Err::<(), _>(Error::from(left)), "hired");
}

#[tokio::test]
async fn keys_are_never_encrypted_and_indexes_never_turn_encryption_off() {
    let client = store().await;
    for action in [EncryptAndSign, DoNothing] {
        rejected(connect(&client, actions().with("id", action)).await, "id");
        rejected(connect(&client, actions().with("hired", action)).await, "hired");
    }
    let without_logins = AttributeActions::new(EncryptAndSign).with("department", SignOnly);
    let error = rejected(connect(&client, without_logins).await, "logins");
    assert!(error.to_string().contains("by-logins"), "{error}");
    rejected(connect(&client, actions().with("department", EncryptAndSign)).await, "department");
    // A default action is not sufficient either.
    rejected(connect(&client, AttributeActions::new(SignOnly).with("logins", DoNothing)).await, "department");

    let said = actions().with("id", SignOnly).with("hired", SignOnly);
    let employees = connect(&client, said).await.unwrap();
    assert_eq!(employees.actions().action("hired"), SignOnly);
    assert_eq!(connect(&client, actions()).await.unwrap().actions().action("id"), SignOnly);
}

#[tokio::test]
async fn connecting_to_an_undescribable_table_fails() {
    let gate = Gate::default();
    let client = gate.client(&store().await);
    gate.reject("DescribeTable", 400, "AccessDeniedException");
    let error = connect(&client, actions()).await.unwrap_err();
    assert_eq!(error.aws_code(), Some("AccessDeniedException"));
    assert!(error.to_string().contains("dynamodb:DescribeTable"), "{error}");
    gate.accept();
    let elsewhere = EncryptedTable::builder(client.clone()).table("elsewhere").encryptor(keys());
    assert_eq!(elsewhere.connect(actions()).await.unwrap_err().kind(), ErrorKind::NotFound);
    gate.clear();
    let by_arn = EncryptedTable::builder(client).table("arn:aws:dynamodb:eu-west-1:123456789012:table/employees");
    let error = by_arn.encryptor(keys()).connect(actions()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(gate.requests().is_empty());
}

#[tokio::test]
async fn repositories_and_untyped_tables_read_each_others_items() {
    let client = store().await;
    let provider = keys();
    let repository: Repository<Employee> =
        Repository::builder(client.clone()).table(TABLE).encryptor(provider.clone()).build();
    let table = EncryptedTable::builder(client).table(TABLE).encryptor(provider).connect(actions()).await.unwrap();
    let entity = Employee {
        id: "e-1".to_owned(),
        hired: 2020,
        name: "Ada".to_owned(),
        department: "Engines".to_owned(),
        logins: 7,
    };
    repository.put(&entity).await.unwrap();
    assert_eq!(table.get(key(2020)).await.unwrap(), Some(ada(2020)));
    let stored = danger::read_stored(&repository, ("e-1", 2020)).await.unwrap();
    assert_eq!(danger::read_stored(&table, key(2020)).await.unwrap(), stored);

    table.put(&ada(2021)).await.unwrap();
    assert_eq!(repository.get(("e-1", 2021)).await.unwrap(), Some(Employee { hired: 2021, ..entity }));
}

#[tokio::test]
async fn changed_and_exchanged_items_are_rejected() {
    let client = store().await;
    let employees = connect(&client, actions()).await.unwrap();
    employees.put(&ada(2020)).await.unwrap();
    employees.put(&ada(2021)).await.unwrap();
    let attacker = Attacker::new(client.clone(), TABLE);
    attacker.swap_items(key(2020), key(2021)).await.unwrap();
    for hired in [2020, 2021] {
        assert_eq!(employees.get(key(hired)).await.unwrap_err().kind(), ErrorKind::Integrity);
    }
    attacker.swap_items(key(2020), key(2021)).await.unwrap();
    attacker.tamper(key(2020), "department").await.unwrap();
    let stored = attacker.read(key(2020)).await.unwrap();
    assert_eq!(employees.get(key(2020)).await.unwrap_err().kind(), ErrorKind::Integrity);
    let error = employees.query(text("e-1")).collect().await.unwrap_err();
    assert_eq!((error.kind(), error.item_key()), (ErrorKind::Integrity, Some(&key(2020))));
    // It can be read, but is not verified.
    assert_eq!(danger::read_stored(&employees, key(2020)).await.unwrap(), Some(stored));
    let elsewhere = EncryptedTable::builder(client).table(TABLE).encryptor(keys()).connect(actions()).await.unwrap();
    assert_eq!(elsewhere.get(key(2021)).await.unwrap_err().kind(), ErrorKind::Integrity);
    assert!(!format!("{employees:?} {:?}", employees.get(key(2020))).contains("e-1"));
}

/// Returns the description of a table with this index. The embedded store has no indexes with several keys of one role.
fn with_index(keys: &[(&str, &str)]) -> String {
    let element = |(name, role): &(&str, &str)| format!(r#"{{"AttributeName":"{name}","KeyType":"{role}"}}"#);
    let schema = |keys: &[(&str, &str)]| keys.iter().map(element).collect::<Vec<_>>().join(",");
    let key = schema(&[("id", "HASH"), ("hired", "RANGE")]);
    let index = schema(keys);
    format!(
        r#"{{"Table":{{"TableName":"employees","KeySchema":[{key}],"GlobalSecondaryIndexes":[
            {{"IndexName":"by-place","KeySchema":[{index}],"Projection":{{"ProjectionType":"ALL"}}}}]}}}}"#
    )
}

#[tokio::test]
async fn several_keys_of_one_role_are_not_a_sort_key() {
    let store = store().await;
    let described =
        |keys: &[(&str, &str)]| Answers::default().to("DescribeTable", 200, with_index(keys)).client(&store);
    let placed = || actions().with("country", SignOnly).with("city", SignOnly).with("street", SignOnly);
    for keys in [
        &[("country", "HASH"), ("city", "HASH")][..],
        &[("country", "HASH"), ("city", "RANGE"), ("street", "RANGE")],
        &[("country", "HASH"), ("city", "HASH"), ("street", "RANGE")],
    ] {
        let client = described(keys);
        // Each of them is a key, and not encrypted.
        for (name, _) in keys {
            let error = rejected(connect(&client, placed().with(*name, EncryptAndSign)).await, name);
            assert!(error.to_string().contains("by-place"), "{error}");
        }
        let employees = connect(&client, placed()).await.unwrap();
        let queried = employees.query_index("by-place", text("GB")).sort_eq(text("London")).collect().await;
        for error in [queried.unwrap_err(), employees.scan_index("by-place").count().await.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(error.to_string().contains("`by-place`: several attributes"), "{error}");
        }
    }
    // With one key of each role, the second one is a sort key.
    let responses = Answers::default().to("DescribeTable", 200, with_index(&[("country", "HASH"), ("city", "RANGE")]));
    let client = responses.to("Query", 200, r#"{"Items":[],"Count":0,"ScannedCount":0}"#).client(&store);
    let employees = connect(&client, placed()).await.unwrap();
    assert_eq!(employees.query_index("by-place", text("GB")).sort_eq(text("London")).count().await.unwrap(), 0);
}
