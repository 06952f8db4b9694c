//! Extensions: beacons of prefixes, words, n-grams and buckets, which AWS's clients do not have.

use std::num::NonZeroU64;

use dynaseal::beacon::Terms;
use dynaseal::{Condition, ErrorKind};
use dynaseal_tests::values::n as number;

use super::*;

/// Beacons so short that many collide.
const BITS: u8 = 3;

fn extended(partitions: u8) -> BeaconSchema {
    let beacon = |name: &str, location: &str, style: BeaconStyle| {
        StandardBeacon::new(name, BITS).location(location).style(style).extension()
    };
    let lower = |name: &str| VirtualField::new(name).part(VirtualPart::new("name").transform(Transform::Lower));
    BeaconSchema::new()
        .standard(StandardBeacon::new("name", BITS).extension())
        .standard(beacon("beginning", "name_lower", BeaconStyle::Terms(Terms::Prefixes { shortest: 2, longest: 5 })))
        .virtual_field(lower("name_lower"))
        .standard(beacon("lower_words", "name_lower", BeaconStyle::Terms(Terms::Words)))
        .standard(beacon("end", "name_end", BeaconStyle::Terms(Terms::Ngrams(2))))
        .virtual_field(VirtualField::new("name_end").part(VirtualPart::new("name").transform(Transform::Suffix(5))))
        .standard(beacon("words", "name", BeaconStyle::Terms(Terms::Words)))
        .standard(beacon("pieces", "name", BeaconStyle::Terms(Terms::Ngrams(3))))
        .standard(beacon("wage", "salary", BeaconStyle::Buckets(NonZeroU64::new(500).unwrap())))
        .partitions(partitions)
}

const FIRST: [&str; 6] = ["Anna", "Annabel", "Al", "Bernadette", "\u{1f980} Rust", "Zoe"];
const LAST: [&str; 5] = ["Smith", "Smithson-Jones", "Anders", "O'Neil", "Rusty"];

fn person(id: usize) -> Item {
    let mut person = item([("id", text(&format!("p{id:03}"))), ("team", text("core"))]);
    if id % 11 != 10 {
        person.insert("name".to_owned(), text(&format!("{} {}", FIRST[id % 6], LAST[id % 5])));
    }
    if id % 7 != 6 {
        person.insert("salary".to_owned(), AttributeValue::N(format!("{}.5", (id as i64 * 137) % 9000 - 1000)));
    }
    person
}

fn salary(item: &Item) -> Option<f64> {
    item.get("salary").map(|value| value.as_n().unwrap().parse().unwrap())
}

fn name(item: &Item) -> Option<&str> {
    item.get("name").map(|value| value.as_s().unwrap().as_str())
}

#[tokio::test]
async fn they_return_exactly_the_matching_items() {
    for partitions in [1, 3] {
        let client = store_without_indexes().await;
        let people = connect(&client, extended(partitions)).await;
        let all: Vec<Item> = (0..66).map(person).collect();
        people.write_many(all.clone()).await.unwrap();
        type Holds = Box<dyn Fn(&Item) -> bool>;
        let mut questions: Vec<(Condition<Item>, Holds)> = Vec::new();
        for prefix in ["An", "ANNA", "annab", "annabel s", "zo", "\u{1f980} ru", "xx"] {
            let lower = prefix.to_ascii_lowercase();
            let holds = move |item: &Item| name(item).is_some_and(|name| name.to_ascii_lowercase().starts_with(&lower));
            questions.push((Condition::begins_with("beginning", text(prefix)), Box::new(holds)));
        }
        for word in ["Anna", "Smith", "Jones", "O", "Rust", "anna"] {
            let holds = move |item: &Item| {
                name(item).is_some_and(|name| name.split(|c: char| !c.is_alphanumeric()).any(|found| found == word))
            };
            questions.push((Condition::contains("words", text(word)), Box::new(holds)));
        }
        for word in ["ANNA", "smith", "RuSt"] {
            let lower = word.to_ascii_lowercase();
            let holds = move |item: &Item| {
                let name = name(item).map(str::to_ascii_lowercase);
                name.is_some_and(|name| name.split(|c: char| !c.is_alphanumeric()).any(|found| found == lower))
            };
            questions.push((Condition::contains("lower_words", text(word)), Box::new(holds)));
        }
        let holds = |item: &Item| name(item).is_some_and(|name| name[name.len() - 5..].contains("mit"));
        questions.push((Condition::contains("end", text("mit")), Box::new(holds)));
        for piece in ["nna", "Smithson", "\u{1f980} R", "l O'N", "xyz", "abel Smithson-J"] {
            let holds = move |item: &Item| name(item).is_some_and(|name| name.contains(piece));
            questions.push((Condition::contains("pieces", text(piece)), Box::new(holds)));
        }
        for (low, high) in [(-1000, -1), (0, 499), (499, 501), (1234, 5678), (7000, 50_000)] {
            let holds = move |item: &Item| {
                salary(item).is_some_and(|salary| (f64::from(low)..=f64::from(high)).contains(&salary))
            };
            questions.push((Condition::between("wage", number(low), number(high)), Box::new(holds)));
        }
        let exact = AttributeValue::N("-586.5".to_owned());
        questions.push((Condition::eq("wage", exact), Box::new(|item| salary(item) == Some(-586.5))));
        let mut found_some = 0;
        for (condition, holds) in questions {
            for (condition, wanted) in [(condition.clone(), true), (!condition, false)] {
                let found = people.scan().filter(condition.clone()).collect().await.unwrap();
                let expected: Vec<Item> = all.iter().filter(|item| holds(item) == wanted).cloned().collect();
                assert_eq!(ids(&found), ids(&expected), "{partitions} partitions: {condition:?}");
                found_some += usize::from(wanted && !found.is_empty());
            }
        }
        assert!(found_some > 15, "most questions find something: {found_some}");
        let joined = Condition::contains("words", text("Smith")) & Condition::begins_with("beginning", text("ann"));
        let found = people.scan().filter(joined).collect().await.unwrap();
        assert!(
            !found.is_empty()
                && found
                    .iter()
                    .all(|item| { name(item).is_some_and(|name| name.starts_with("Ann") && name.ends_with("Smith")) })
        );
    }
}

#[tokio::test]
async fn what_they_cannot_answer_or_hold_is_rejected() {
    let client = store_without_indexes().await;
    let people = connect(&client, extended(1)).await;
    people.create(&person(0)).await.unwrap();
    for (condition, name) in [
        (Condition::begins_with("beginning", text("a")), "beginning"),
        (Condition::eq("beginning", text("an")), "beginning"),
        (Condition::contains("beginning", text("an")), "beginning"),
        (Condition::contains("words", text("two words")), "words"),
        (Condition::begins_with("words", text("An")), "words"),
        (Condition::contains("pieces", text("an")), "pieces"),
        (Condition::lt("wage", number(7)), "wage"),
        (Condition::between("wage", number(0), number(50_000)), "wage"),
        (Condition::between("wage", number(7), number(-7)), "wage"),
        (Condition::between("wage", text("a"), text("b")), "wage"),
    ] {
        let error = people.scan().filter(condition.clone()).collect().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some(name)), "{condition:?}");
    }
    let mut long = person(1);
    long.insert("name".to_owned(), text(&"a".repeat(61)));
    assert_eq!(people.put(&long).await.unwrap_err().kind(), ErrorKind::Codec);
    let mut wordy = person(1);
    wordy.insert("salary".to_owned(), text("a lot"));
    assert_eq!(people.put(&wordy).await.unwrap_err().kind(), ErrorKind::Codec);
    assert_eq!(people.scan().count().await.unwrap(), 1, "nothing else was written");
}

#[tokio::test]
async fn they_are_off_unless_named() {
    let client = store_without_indexes().await;
    let beacon = |style| StandardBeacon::new("terms", 8).location("name").style(style);
    let refused = |beacon: StandardBeacon| {
        let client = client.clone();
        async move {
            let builder = EncryptedTable::builder(client).table(TABLE).keyring(keyring());
            match builder.beacon_schema(BeaconSchema::new().standard(beacon), keys()).connect(actions()).await {
                Err(error) => error,
                Ok(people) => people.create(&person(0)).await.unwrap_err(),
            }
        }
    };
    for refused_beacon in [
        beacon(BeaconStyle::Terms(Terms::Words)),
        beacon(BeaconStyle::Buckets(NonZeroU64::MIN)),
        beacon(BeaconStyle::Terms(Terms::Ngrams(1))).extension(),
        beacon(BeaconStyle::Terms(Terms::Prefixes { shortest: 0, longest: 3 })).extension(),
        beacon(BeaconStyle::Terms(Terms::Prefixes { shortest: 1, longest: 26 })).extension(),
    ] {
        let error = refused(refused_beacon).await;
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("terms")), "{error}");
    }
}
