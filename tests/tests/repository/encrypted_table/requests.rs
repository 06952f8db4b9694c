//! Conditions, configurations and returned values of single requests.

use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::{
    AttributeActions, AttributeValue, Condition, EncryptedTable, Error, ErrorKind, Item, SchemaVersion, Transaction,
    Update,
};
use dynaseal_tests::format::StoredFormat;
use dynaseal_tests::gate::Gate;

use super::{TABLE, actions, ada, connect, employees, key, keys, number, rejected, store, text};

#[tokio::test]
async fn conditions_use_unencrypted_attributes() {
    let employees = employees().await;
    employees.write_many((0..20).map(|i| ada(2000 + i))).await.unwrap();
    employees.update_in_place(key(2003), Update::set("logins", number(99))).await.unwrap();
    employees.update_in_place(key(2004), Update::remove("logins")).await.unwrap();
    let found = async |condition: Condition<Item>| employees.scan().filter(condition).count().await.unwrap();
    let department = |text: &str| AttributeValue::S(text.to_owned());
    let expected = [
        (Condition::eq("department", department("Engines")), 20),
        (Condition::ne("department", department("Engines")), 0),
        (Condition::eq("logins", number(99)), 1),
        (Condition::ne("logins", number(7)), 2),
        (Condition::lt("logins", number(99)), 18),
        (Condition::le("logins", number(99)), 19),
        (Condition::gt("logins", number(7)), 1),
        (Condition::ge("logins", number(7)), 19),
        (Condition::between("logins", number(7), number(8)), 18),
        (Condition::is_in("logins", [number(8), number(99)]), 1),
        (Condition::begins_with("department", text("Eng")), 20),
        (Condition::contains("department", text("gine")), 20),
        (Condition::size("department").gt(7), 0),
        (Condition::size("department").eq(7), 20),
        (Condition::exists("logins"), 19),
        (Condition::missing("logins"), 1),
        // The existence of an encrypted attribute can be tested, too.
        (Condition::exists("name") & !Condition::exists("title"), 20),
        (Condition::eq("hired", number(2003)) | Condition::eq("hired", number(2004)), 2),
    ];
    for (condition, count) in expected {
        assert_eq!(found(condition.clone()).await, count, "{condition:?}");
    }
}

#[tokio::test]
async fn no_condition_compares_ciphertext() {
    let gate = Gate::default();
    let employees = connect(&gate.client(&store().await), actions()).await.unwrap();
    gate.clear();
    let with_another =
        Condition::exists("name") | (Condition::gt("logins", number(1)) & Condition::eq("name", text("A")));
    for (condition, name) in [
        (Condition::eq("name", text("Ada")), "name"),
        (Condition::missing("name") & !Condition::lt("never-heard-of", number(1)), "never-heard-of"),
        (with_another, "name"),
        (Condition::size("name").gt(3), "name"),
        (Condition::is_in("name", [text("Ada")]), "name"),
    ] {
        let when = || condition.clone();
        rejected(employees.create(&ada(1)).when(when()).await, name);
        rejected(employees.put(&ada(1)).when(when()).returning().await, name);
        rejected(employees.delete(key(1)).when(when()).await, name);
        rejected(employees.update_in_place(key(1), Update::add("logins", number(1))).when(when()).await, name);
        rejected(employees.query(text("e-1")).filter(when()).collect().await, name);
        rejected(employees.scan().filter(when()).count().await, name);
        let error = Transaction::new().with(employees.check(key(1), when())).await.unwrap_err();
        assert_eq!(error.cancellation_reasons()[0].as_ref().unwrap().attribute(), Some(name));
    }
    assert!(gate.requests().is_empty());
}

#[tokio::test]
async fn unsupported_values_are_rejected_in_conditions() {
    let employees = employees().await;
    let nan = || AttributeValue::N("NaN".to_owned());
    let deep = (0..100_000).fold(number(1), |value, _| AttributeValue::L(vec![value]));
    for condition in [
        Condition::eq("logins", nan()),
        Condition::between("logins", number(1), nan()),
        Condition::is_in("logins", [nan()]),
        Condition::contains("logins", nan()),
        Condition::eq("logins", deep),
    ] {
        let error = employees.put(&ada(1)).when(condition).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("logins")));
    }
    for condition in [
        Condition::lt("logins", AttributeValue::Bool(true)),
        Condition::begins_with("department", number(1)),
        Condition::is_in("logins", []),
    ] {
        assert_eq!(employees.put(&ada(1)).when(condition).await.unwrap_err().kind(), ErrorKind::Usage);
    }
    let error = employees.update_in_place(key(1), Update::add("logins", nan())).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("logins")));
}

#[tokio::test]
async fn items_returned_by_writes_are_verified() {
    let client = store().await;
    let employees = connect(&client, actions()).await.unwrap();
    assert_eq!(employees.put(&ada(2020)).returning().await.unwrap(), None);
    let mut next = ada(2020);
    next.insert("name".to_owned(), text("Ada L."));
    assert_eq!(employees.replace(&next).returning().await.unwrap(), Some(ada(2020)));
    let counted = employees.update_in_place(key(2020), Update::add("logins", number(3))).returning().await.unwrap();
    assert_eq!((&counted["logins"], &counted["name"]), (&number(10), &text("Ada L.")));

    let change = |item: &mut Item| drop(item.insert("department".to_owned(), text("Board")));
    let mut stored = client.get_item().table_name(TABLE).set_key(Some(key(2020))).send().await.unwrap().item.unwrap();
    change(&mut stored);
    client.put_item().table_name(TABLE).set_item(Some(stored.clone())).send().await.unwrap();
    let counting = employees.update_in_place(key(2020), Update::add("logins", number(1))).returning();
    assert_eq!(counting.await.unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(employees.put(&ada(2020)).returning().await.unwrap_err().kind(), ErrorKind::Integrity);
    // The writes were applied.
    assert_eq!(employees.get(key(2020)).await.unwrap(), Some(ada(2020)));
    let absent = employees.update_in_place(key(1), Update::add("logins", number(1))).returning();
    assert_eq!(absent.await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_request_can_override_keys_actions_and_table_name() {
    let client = store().await;
    let employees = connect(&client, actions()).await.unwrap();
    let others = keys();
    employees.with_encryptor(others.clone()).put(&ada(2020)).await.unwrap();
    assert_eq!(employees.get(key(2020)).await.unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(employees.with_encryptor(others).get(key(2020)).await.unwrap(), Some(ada(2020)));

    employees.with_logical_table_name("staff").put(&ada(2021)).await.unwrap();
    assert_eq!(employees.get(key(2021)).await.unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(employees.with_logical_table_name("staff").get(key(2021)).await.unwrap(), Some(ada(2021)));

    let readable = actions().with("name", SignOnly);
    employees.with_actions(readable.clone()).unwrap().put(&ada(2022)).await.unwrap();
    let stored = client.get_item().table_name(TABLE).set_key(Some(key(2022))).send().await.unwrap().item.unwrap();
    assert_eq!(stored["name"], text("Ada"));
    let read = employees.get(key(2022)).await;
    match StoredFormat::current() {
        StoredFormat::Ddbec => assert_eq!(read.unwrap_err().kind(), ErrorKind::Integrity),
        // The item records which attributes are encrypted.
        StoredFormat::Dbesdk => assert_eq!(read.unwrap(), Some(ada(2022))),
    }
    assert_eq!(employees.with_actions(readable).unwrap().get(key(2022)).await.unwrap(), Some(ada(2022)));

    // The rules of the table apply to all of them.
    rejected(employees.with_actions(actions().with("id", DoNothing)), "id");
    rejected(employees.with_actions(AttributeActions::new(EncryptAndSign).with("logins", DoNothing)), "department");
    assert_eq!(employees.actions().action("name"), EncryptAndSign);
}

#[tokio::test]
async fn older_versions_follow_the_configuration_of_a_request() {
    let client = store().await;
    let (own, tenant) = (keys(), keys());
    let before = actions().with("name", SignOnly);
    let version = SchemaVersion::new("names were readable", before.clone());
    let connect = async |actions: AttributeActions, keys| {
        let table = EncryptedTable::builder(client.clone()).table(TABLE).encryptor(keys);
        table.also_reads(version.clone()).connect(actions).await.unwrap()
    };
    let of_tenant = connect(before.clone(), tenant.clone()).await;
    of_tenant.put(&ada(2020)).await.unwrap();
    let employees = connect(actions(), own.clone()).await;
    assert_eq!(employees.get(key(2020)).await.unwrap_err().kind(), ErrorKind::Integrity);
    let read = employees.with_encryptor(tenant).fetch(key(2020)).await.unwrap().unwrap();
    let version = (!StoredFormat::is_dbesdk()).then_some("names were readable");
    assert_eq!((read.schema_version(), &*read), (version, &ada(2020)));
    // A version does not make items of one provider readable with the keys of another.
    connect(before, own).await.put(&ada(2021)).await.unwrap();
    let other = employees.with_encryptor(keys()).get(key(2021)).await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn indexes_are_scanned() {
    let employees = employees().await;
    employees.write_many((0..20).map(|i| ada(2000 + i))).await.unwrap();
    employees.update_in_place(key(2003), Update::remove("logins")).await.unwrap();
    assert_eq!(employees.scan_index("by-department").count().await.unwrap(), 20);
    assert_eq!(employees.scan_index("by-logins").consistent().count().await.unwrap(), 19);
    assert_eq!(employees.parallel_scan_index("by-logins", 3).count().await.unwrap(), 19);
    for index in ["keys-by-department", "by-nothing"] {
        let error: Error = employees.scan_index(index).count().await.unwrap_err();
        assert!(error.kind() == ErrorKind::Usage && error.to_string().contains(index), "{error}");
    }
    let of_global = employees.scan_index("by-department").consistent().count().await;
    assert_eq!(of_global.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn unchanged_items_are_written_in_one_transaction() {
    let employees = employees().await;
    employees.write_many((0..3).map(ada)).await.unwrap();
    let read = async |hired| employees.fetch(key(hired)).await.unwrap().unwrap();
    let (mut changed, deleted, outdated) = (read(0).await, read(1).await, read(2).await);
    changed.insert("name".to_owned(), text("Ada L."));
    changed.remove("department");
    employees.update_in_place(key(0), Update::add("logins", number(1))).await.unwrap();
    employees.transaction().with(employees.save(changed)).with(employees.delete_unchanged(deleted)).await.unwrap();
    let saved = read(0).await;
    assert_eq!((&saved["name"], &saved["logins"]), (&text("Ada L."), &number(8)));
    assert!(!saved.contains_key("department") && employees.get(key(1)).await.unwrap().is_none());

    let rename = |item: &mut Item| drop(item.insert("name".to_owned(), text("Ada King")));
    employees.update_with(key(2), rename).await.unwrap();
    let error = employees
        .transaction()
        .with(employees.delete_unchanged(saved))
        .with(employees.save(outdated.clone()))
        .with(employees.delete(key(9)))
        .await
        .unwrap_err();
    let reasons: Vec<_> = error.cancellation_reasons().iter().map(|it| it.as_ref().map(Error::kind)).collect();
    assert_eq!((error.kind(), reasons), (ErrorKind::Conflict, vec![None, Some(ErrorKind::Conflict), None]));
    employees.delete(key(2)).await.unwrap();
    let error = Transaction::new().with(employees.delete_unchanged(outdated)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(employees.get(key(0)).await.unwrap().is_some());
}
