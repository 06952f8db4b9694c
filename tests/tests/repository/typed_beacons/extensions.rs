//! Beacons of an entity that AWS's clients do not have: of prefixes, words, n-grams and buckets.

use dynaseal::condition::{Approximate, Condition};
use dynaseal::testing::Attacker;
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Number, Repository};
use serde::{Deserialize, Serialize};

use super::people::table;

/// Beacons of each form, of attributes, of paths, and beside a beacon of the whole value.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(
    index(name = "by-name", partition = whole_name),
    beacon(name = whole_name, of = name, bits = 2),
    beacon(name = name_words, of = name, bits = 2, extension, words),
    beacon(name = street_pieces, of = "address.street", bits = 2, extension, ngrams = 2, uppercase),
    beacon(name = floor, of = "address.floor", bits = 2, extension, buckets = 10)
)]
struct Customer {
    #[partition_key]
    id: u32,
    #[item(beacon(bits = 2, extension, prefixes = 2..=4))]
    name: String,
    #[item(beacon(bits = 2, extension, ngrams = 3))]
    note: Option<Box<str>>,
    #[item(beacon(bits = 2, extension, buckets = 100, name = paid_bucket))]
    paid: f64,
    #[item(beacon(bits = 2, extension, buckets = 1))]
    owed: Number,
    address: Address,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Address {
    street: String,
    floor: i8,
}

fn customer(id: u32) -> Customer {
    Customer {
        id,
        name: format!(
            "{} {}",
            ["Al", "Ann", "Anna", "Zo\u{eb}"][id as usize % 4],
            ["Smith", "O'Neil"][id as usize % 2]
        ),
        note: (!id.is_multiple_of(3)).then(|| format!("due on day {id}").into()),
        paid: f64::from(id) * 33.25 - 200.0,
        owed: Number::from(id % 7),
        address: Address { street: format!("Oak Lane {}", id % 5), floor: (id % 40) as i8 - 20 },
    }
}

async fn customers(count: u32) -> (Repository<Customer>, Vec<Customer>) {
    let customers = table("customers").await;
    let all: Vec<Customer> = (0..count).map(customer).collect();
    customers.write_many(all.clone()).await.unwrap();
    (customers, all)
}

type Holds = fn(&Customer) -> bool;
type Question = (Condition<Customer, Approximate>, Holds);

fn questions() -> Vec<Question> {
    let fields = Customer::fields();
    vec![
        (fields.name.begins_with("An"), |it| it.name.starts_with("An")),
        (fields.name.begins_with("Anna Sm"), |it| it.name.starts_with("Anna Sm")),
        (fields.name.begins_with("Zo\u{eb}"), |it| it.name.starts_with("Zo\u{eb}")),
        (fields.name_words.contains_word("Ann"), |it| it.name.starts_with("Ann ")),
        (fields.name_words.contains_word("Neil"), |it| it.name.ends_with("Neil")),
        (fields.note.contains("day 1"), |it| it.note.as_ref().is_some_and(|note| note.contains("day 1"))),
        (fields.street_pieces.contains("lane 3"), |it| it.address.street.ends_with('3')),
        (fields.paid.between(-150.0, 99.75), |it| (-150.0..=99.75).contains(&it.paid)),
        (fields.paid.eq(99.25), |it| it.paid == 99.25),
        (fields.paid.is_in([-200.0, 66.0]), |it| it.paid == -200.0 || it.paid == 66.0),
        (fields.owed.between(Number::from(2), Number::from(3)), |it| (2..=3).contains(&(it.id % 7))),
        (fields.floor.between(Number::from(-5), Number::from(12)), |it| (-5..=12).contains(&it.address.floor)),
        (fields.name.begins_with("An") & fields.paid.between(0.0, 500.0), |it| {
            it.name.starts_with("An") && (0.0..=500.0).contains(&it.paid)
        }),
    ]
}

#[tokio::test]
async fn they_return_exactly_the_matching_entities() {
    let (customers, all) = customers(40).await;
    let ids = |customers: &[Customer]| {
        let mut ids: Vec<u32> = customers.iter().map(|customer| customer.id).collect();
        ids.sort_unstable();
        ids
    };
    for (condition, holds) in questions() {
        for (condition, wanted) in [(condition.clone(), true), (!condition, false)] {
            let expected: Vec<Customer> = all.iter().filter(|it| holds(it) == wanted).cloned().collect();
            let found = customers.scan().filter(condition.clone()).collect().await.unwrap();
            assert_eq!(ids(&found), ids(&expected), "{condition:?}");
            assert!(!expected.is_empty(), "{condition:?}");
        }
    }
    let one = customers.query_index(Customer::indexes().by_name, "Ann O'Neil");
    let found = one.filter(Customer::fields().note.contains("day 1")).collect().await.unwrap();
    let expected = all.iter().filter(|it| it.name == "Ann O'Neil" && questions()[5].1(it));
    assert_eq!(ids(&found), expected.map(|it| it.id).collect::<Vec<_>>());
    assert!(!found.is_empty());
}

#[tokio::test]
async fn what_they_cannot_answer_or_hold_is_rejected() {
    let (customers, _) = customers(3).await;
    let fields = Customer::fields();
    for (condition, beacon) in [
        (fields.name.begins_with("A"), "name"),
        (fields.name_words.contains_word("two words"), "name_words"),
        (fields.name_words.contains_word(""), "name_words"),
        (fields.note.contains("da"), "note"),
        (fields.paid.between(0.0, 10_001.0), "paid_bucket"),
        (fields.paid.between(7.0, -7.0), "paid_bucket"),
    ] {
        let error = customers.scan().filter(condition.clone()).collect().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some(beacon)), "{condition:?}");
    }
    let words: Vec<String> = (0..26).map(|word| word.to_string()).collect();
    for (change, beacon) in [
        (Customer { name: words.join(" "), ..customer(9) }, "name_words"),
        (Customer { note: Some("a".repeat(61).into()), ..customer(9) }, "note"),
    ] {
        let error = customers.create(&change).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some(beacon)));
    }
    assert_eq!(customers.get(9).await.unwrap(), None, "nothing was written");
}

/// Beacons so long that no two terms collide.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(beacon(name = pieces, of = text, bits = 60, extension, ngrams = 3))]
struct Note {
    #[partition_key]
    id: u32,
    #[item(beacon(bits = 60, extension, words))]
    text: String,
    #[item(beacon(bits = 60, extension, buckets = 10))]
    pages: Option<u32>,
}

/// Returns the numbers of hashes of words, n-grams and buckets that an item has.
async fn hashes(notes: &Repository<Note>) -> [usize; 3] {
    let stored = Attacker::of(notes).read(1).await.unwrap();
    ["aws_dbe_b_text", "aws_dbe_b_pieces", "aws_dbe_b_pages"].map(|name| match stored.get(name) {
        Some(AttributeValue::Ss(hashes)) => hashes.len(),
        Some(AttributeValue::S(_)) => 1,
        other => {
            assert_eq!(other, None, "{name}");
            0
        }
    })
}

#[tokio::test]
async fn every_write_stores_the_hashes_of_what_it_writes() {
    let notes = table::<Note>("notes").await;
    notes.create(&Note { id: 1, text: "to be or not to be".into(), pages: None }).await.unwrap();
    assert_eq!(hashes(&notes).await, [4, 13, 0]);
    notes.update_with(1, |note| *note = Note { text: "one two".into(), pages: Some(7), ..note.clone() }).await.unwrap();
    assert_eq!(hashes(&notes).await, [2, 5, 1]);
    // No word, no sequence of three characters, no number.
    notes.update_with(1, |note| *note = Note { text: "-".into(), pages: None, ..note.clone() }).await.unwrap();
    assert_eq!(hashes(&notes).await, [0, 0, 0]);
    notes.put(&Note { id: 1, text: "again".into(), pages: Some(0) }).await.unwrap();
    assert_eq!(hashes(&notes).await, [1, 3, 1]);
    assert_eq!(notes.get(1).await.unwrap().unwrap().text, "again");
}

#[tokio::test]
async fn hashes_that_are_missing_or_stale_are_found_and_repaired() {
    let notes = table::<Note>("notes").await;
    for id in 0..4 {
        notes.create(&Note { id, text: format!("note number {id}"), pages: Some(id * 10) }).await.unwrap();
    }
    let attacker = Attacker::of(&notes);
    let complete = attacker.read(1).await.unwrap();
    attacker.change(1, |item| drop(item.remove("aws_dbe_b_pieces"))).await.unwrap();
    attacker
        .change(2, |item| drop(item.insert("aws_dbe_b_text".into(), AttributeValue::Ss(vec!["0".into()]))))
        .await
        .unwrap();
    attacker
        .change(3, |item| drop(item.insert("aws_dbe_b_pages".into(), AttributeValue::S("0".into()))))
        .await
        .unwrap();
    let check = notes.check_beacons().await.unwrap();
    assert_eq!((check.items, check.missing, check.stale, check.unknown), (4, 1, 2, 0));
    let fields = Note::fields();
    assert_eq!(notes.scan().filter(fields.text.contains_word("2")).count().await.unwrap(), 0, "hidden, not wrong");

    assert_eq!(notes.rebuild_beacons().await.unwrap().rewritten(), 3);
    assert_eq!(attacker.read(1).await.unwrap(), complete, "nothing else was written");
    assert!(notes.check_beacons().await.unwrap().is_complete());
    for (condition, id) in [
        (fields.pieces.contains("number 1"), 1),
        (fields.text.contains_word("2"), 2),
        (fields.pages.between(21, 39), 3),
    ] {
        let found = notes.scan().filter(condition).collect().await.unwrap();
        assert_eq!(found.iter().map(|note| note.id).collect::<Vec<_>>(), [id]);
    }
}
