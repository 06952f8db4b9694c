//! Two versions of a program on one table, and attributes of other programs.

use dynaseal::{AttributeAction, AttributeActions, EncryptedItem, ErrorKind, ItemContext};

use super::setup::{Setup, TABLE, n, s};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Newer {
    #[partition_key]
    id: String,
    salary: u64,
    bonus: u64,
    #[sign_only]
    grade: String,
    #[do_nothing]
    logins: u64,
}

/// The entity of a version without bonus, grade and logins. The bonus is encrypted, so `unknown` does not need to list
/// it.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(other("grade", action = sign_only), other("logins", action = do_nothing))]
struct Older {
    #[partition_key]
    id: String,
    salary: u64,
}

/// The same entity without `unknown`.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Unprepared {
    #[partition_key]
    id: String,
    salary: u64,
}

fn newer() -> Newer {
    Newer { id: "e-1".to_owned(), salary: 1, bonus: 10, grade: "A".to_owned(), logins: 100 }
}

#[tokio::test]
async fn two_program_versions_alternate_and_lose_nothing() {
    let setup = Setup::new::<Newer>().await;
    let (new, old) = (setup.repository::<Newer>(), setup.repository::<Older>());
    new.create(&newer()).await.unwrap();
    let mut expected = newer();

    for round in 1..=3 {
        old.update_with("e-1", |employee| employee.salary += 1).await.unwrap();
        expected.salary += 1;
        assert_eq!(new.get("e-1").await.unwrap().as_ref(), Some(&expected), "{round}");

        let mut fetched = old.fetch("e-1").await.unwrap().unwrap();
        assert_eq!(fetched.unknown_attributes().len(), 3);
        assert_eq!(fetched.unknown_attributes()["bonus"], n(expected.bonus), "decrypted");
        fetched.salary += 1;
        old.save(fetched).await.unwrap();
        expected.salary += 1;
        assert_eq!(new.get("e-1").await.unwrap().as_ref(), Some(&expected), "{round}");

        new.update_with("e-1", |employee| employee.bonus += 1).await.unwrap();
        expected.bonus += 1;

        let mut fetched = new.fetch("e-1").await.unwrap().unwrap();
        fetched.grade.push('+');
        fetched.logins += 1;
        new.save(fetched).await.unwrap();
        expected.grade.push('+');
        expected.logins += 1;
        assert_eq!(new.get("e-1").await.unwrap().as_ref(), Some(&expected), "{round}");

        new.update_in_place("e-1", Newer::fields().logins.add(1)).await.unwrap();
        expected.logins += 1;
        assert_eq!(old.get("e-1").await.unwrap().unwrap().salary, expected.salary);
    }

    let stored = setup.stored("e-1").await;
    assert_eq!(
        (&stored["grade"], &stored["logins"]),
        (&s(&expected.grade), &n(expected.logins)),
        "as readable as ever"
    );
    assert!(stored["bonus"].is_b(), "as encrypted as ever");
}

#[tokio::test]
async fn an_unprepared_program_version_names_the_unknown_attribute() {
    let setup = Setup::new::<Newer>().await;
    setup.repository().create(&newer()).await.unwrap();
    let before = setup.stored("e-1").await;
    let unprepared = setup.repository::<Unprepared>();

    let errors = [
        unprepared.get("e-1").await.map(drop).unwrap_err(),
        unprepared.fetch("e-1").await.map(drop).unwrap_err(),
        unprepared.update_with("e-1", |employee| employee.salary = 2).await.map(drop).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Integrity);
        assert_eq!(error.unknown_attributes(), ["bonus", "grade", "logins"]);
    }
    assert_eq!(setup.stored("e-1").await, before);

    // Only the attributes that are not encrypted need to be declared.
    assert_eq!(setup.repository::<Older>().get("e-1").await.unwrap().unwrap().salary, 1);
}

#[tokio::test]
async fn an_unprepared_program_version_reads_known_attributes() {
    #[derive(EncryptedItem)]
    struct WithBonus {
        #[partition_key]
        id: String,
        salary: u64,
        bonus: u64,
    }

    let setup = Setup::new::<WithBonus>().await;
    let entity = WithBonus { id: "e-1".to_owned(), salary: 1, bonus: 10 };
    setup.repository().create(&entity).await.unwrap();
    setup.repository::<Unprepared>().update_with("e-1", |employee| employee.salary = 2).await.unwrap();
    let read = setup.repository::<WithBonus>().get("e-1").await.unwrap().unwrap();
    assert_eq!((read.salary, read.bonus), (2, 10));
}

#[derive(EncryptedItem)]
#[item(unknown = do_nothing)]
#[item(other("secret", action = encrypt), other("grade", action = sign_only), other("badge", action = do_nothing))]
struct Declaring {
    #[partition_key]
    id: String,
    salary: u64,
}

#[tokio::test]
async fn undeclared_attributes_keep_their_actions() {
    let setup = Setup::new::<Declaring>().await;
    let employees = setup.repository::<Declaring>();
    // A writer of another program, which declares all of them.
    let actions = AttributeActions::new(AttributeAction::DoNothing)
        .with("id", AttributeAction::SignOnly)
        .with("salary", AttributeAction::EncryptAndSign)
        .with("secret", AttributeAction::EncryptAndSign)
        .with("grade", AttributeAction::SignOnly);
    let context = ItemContext::new(TABLE).partition_key("id");
    let plain = dynaseal::Item::from(
        [("id", s("e-1")), ("salary", n(1)), ("secret", s("x")), ("grade", s("A")), ("badge", n(7)), ("theirs", n(8))]
            .map(|(name, value)| (name.to_owned(), value)),
    );
    let item = employees.encryptor().encrypt(plain.clone(), &actions, &context).await.unwrap();
    setup.client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();

    employees.update_with("e-1", |employee| employee.salary += 1).await.unwrap();
    let mut fetched = employees.fetch("e-1").await.unwrap().unwrap();
    fetched.salary += 1;
    employees.save(fetched).await.unwrap();

    // The reader of the other program verifies the item, and finds all attributes.
    let stored = setup.stored("e-1").await;
    assert!(stored["secret"].is_b());
    let mut expected = plain;
    expected.insert("salary".to_owned(), n(3));
    assert_eq!(employees.encryptor().decrypt(stored, &actions, &context).await.unwrap(), expected);
}
