//! Beacons are not signed, so an attacker who can write to the table can change them. That hides items, but never
//! returns wrong ones.

use dynaseal::testing::Attacker;
use dynaseal::{AttributeValue, ErrorKind};

use super::people::{Person, numbers, people};

const BEACON: &str = "aws_dbe_b_email";

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

#[tokio::test]
async fn changed_beacons_never_return_a_wrong_item() {
    let (people, all) = people(60).await;
    let attacker = Attacker::of(&people);
    for number in 0..60_u32 {
        let change = |item: &mut dynaseal::Item| match number % 6 {
            0 => drop(item.remove(BEACON)),
            1 => drop(item.insert(BEACON.to_owned(), text("0"))),
            2 => drop(item.insert(BEACON.to_owned(), text("1"))),
            3 => drop(item.insert("aws_dbe_b_skills".to_owned(), AttributeValue::Ss(vec!["0".into(), "1".into()]))),
            4 => drop(item.insert("aws_dbe_b_invented".to_owned(), text("0"))),
            _ => {}
        };
        attacker.change(format!("p-{number}"), change).await.unwrap();
    }
    let mut found_all = 0;
    for number in 0..50 {
        let email = format!("user-{number}@example.com");
        let truth = numbers(all.iter().filter(|person| person.has_email(&email)));
        let queried = people.query_index(Person::indexes().by_email, email.as_str()).collect().await.unwrap();
        let scanned = people.scan().filter(Person::fields().email.eq(email.as_str())).collect().await.unwrap();
        for found in [numbers(&queried), numbers(&scanned)] {
            assert!(found.iter().all(|number| truth.contains(number)), "{email}: {found:?} of {truth:?}");
            found_all += usize::from(found == truth);
        }
        assert!(queried.iter().chain(&scanned).all(|person| *person == all[person.number as usize]));
    }
    assert!((1..100).contains(&found_all), "some are hidden, and some are not: {found_all}");
    for number in 0..9 {
        let skill = format!("skill-{number}");
        let found = people.scan().filter(Person::fields().skills.contains(skill.as_str())).collect().await.unwrap();
        assert!(found.iter().all(|person| person.skills.contains(&skill)));
    }
}

#[tokio::test]
async fn an_unverifiable_item_is_an_error_rather_than_a_collision() {
    let (people, _) = people(40).await;
    // Its beacon matches the search.
    Attacker::of(&people).tamper("p-7", "email").await.unwrap();
    let email = "user-7@example.com";
    let error = people.query_index(Person::indexes().by_email, email).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let error = people.scan().filter(Person::fields().email.eq(email)).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}
