//! What searches by beacons report.

use dynaseal::embedded::Database;
use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
use dynaseal::testing::Attacker;
use dynaseal::{AttributeValue, EncryptedItem, Repository};
use dynaseal_tests::log;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(index(name = "by-email", partition = email), index(name = "by-name", partition = name), partitions = 2)]
struct Person {
    #[partition_key]
    id: String,
    #[item(beacon(bits = 1))]
    email: String,
    #[item(beacon(bits = 40))]
    name: String,
}

async fn people() -> Repository<Person> {
    let people = Repository::<Person>::builder(Database::in_memory().unwrap().client())
        .table("people")
        .keyring(RawAesKeyring::new("tests", "key", &AesKey::from_bytes(&[1; 32]).unwrap()).unwrap())
        .beacons(BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32]).unwrap()))
        .build();
    people.create_table().await.unwrap();
    let person = |id: u32| Person { id: format!("p{id}"), email: format!("secret{id}"), name: format!("n{id}") };
    people.write_many((0..40).map(person).collect::<Vec<_>>()).await.unwrap();
    people
}

#[tokio::test]
async fn too_many_collisions_are_warned_of_without_the_value() {
    log::listen();
    let people = people().await;
    log::listen();
    let found = people.query_index(Person::indexes().by_email, "secret7").collect().await.unwrap();
    assert_eq!(found.len(), 1);
    let written = log::take();
    let warnings: Vec<&str> = written.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warnings.len(), 1, "{written}");
    for said in ["dynaseal::search", "table=\"people\"", "index=\"by-email\"", "kept=1", "collisions="] {
        assert!(warnings[0].contains(said), "{said}: {written}");
    }
    assert!(!written.contains("secret"), "{written}");

    // One that is long enough, and a read by something else, report nothing.
    assert_eq!(people.query_index(Person::indexes().by_name, "n7").collect().await.unwrap().len(), 1);
    assert_eq!(people.scan().count().await.unwrap(), 40);
    assert!(!log::take().contains("WARN"));
}

#[tokio::test]
async fn stale_beacons_are_reported_and_their_items_returned() {
    log::listen();
    let people = people().await;
    let beacon = "aws_dbe_b_name";
    let of = |name: &'static str| people.query_index(Person::indexes().by_name, name);
    let attacker = Attacker::of(&people);
    // The beacon of another value, which the item is found by, and is not returned for.
    let mut copied = AttributeValue::Null(true);
    attacker.change("p8", |item| copied = item[beacon].clone()).await.unwrap();
    attacker.change("p7", |item| drop(item.insert(beacon.to_owned(), copied.clone()))).await.unwrap();
    log::listen();
    assert_eq!(of("n8").collect().await.unwrap().iter().map(|person| &*person.id).collect::<Vec<_>>(), ["p8"]);
    let written = log::take();
    assert!(written.contains("beacon_stale") && written.contains("items=1"), "{written}");

    // A beacon that is not what is searched for is not looked at, and one that is right is not reported.
    assert_eq!(of("n9").collect().await.unwrap().len(), 1);
    assert!(!log::take().contains("beacon_stale"));
    // A stale one does not keep an item from being returned.
    let negated = people.scan().filter(!Person::fields().name.eq("n9")).count().await.unwrap();
    assert_eq!(negated, 39);
    assert!(log::take().contains("beacon_stale"));
}
