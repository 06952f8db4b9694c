//! With beacons of one bit, half of all items collide, and no collision is returned.

use dynaseal::condition::{Approximate, Condition};
use dynaseal_tests::seed::seed;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::people::{LANGUAGES, Person, numbers, people};

const PEOPLE: u32 = 1_000;
const QUESTIONS: usize = 60;

type Holds = Box<dyn Fn(&Person) -> bool>;
type Question = (Condition<Person, Approximate>, Holds);

/// Returns a question about one attribute, as a condition and as a predicate.
fn leaf(random: &mut StdRng) -> Question {
    let fields = Person::fields();
    match random.random_range(0..13) {
        0 => {
            let email = format!("uSER-{}@example.com", random.random_range(0..60));
            (fields.email.eq(email.as_str()), Box::new(move |person| person.has_email(&email)))
        }
        1 => {
            let emails: Vec<String> =
                (0..random.random_range(1..40)).map(|number| format!("user-{number}@example.com")).collect();
            let condition = fields.email.is_in(emails.clone());
            (condition, Box::new(move |person| emails.iter().any(|email| person.has_email(email))))
        }
        2 => {
            let backup = format!("user-{}@example.com", random.random_range(0..16));
            (fields.backup.eq(backup.as_str()), Box::new(move |person| person.backup.as_ref() == Some(&backup)))
        }
        3 => {
            let skill = format!("skill-{}", random.random_range(0..11));
            (fields.skills.contains(skill.as_str()), Box::new(move |person| person.skills.contains(&skill)))
        }
        4 => {
            let level = random.random_range(0..13);
            (fields.level.eq(level), Box::new(move |person| person.level == level))
        }
        5 => {
            let last4 = format!("{:04}", random.random_range(0..100));
            (fields.last4.eq(last4.as_str()), Box::new(move |person| person.ssn.ends_with(&last4)))
        }
        6 => {
            let team = format!("team-{}", random.random_range(0..5));
            (fields.team.eq(team.as_str()).into(), Box::new(move |person| person.team.as_ref() == Some(&team)))
        }
        7 => (fields.backup.missing().into(), Box::new(|person| person.backup.is_none())),
        8 => {
            let beginning = format!("User-{}", random.random_range(0..60));
            let condition = fields.email_beginning.begins_with(beginning.to_uppercase());
            (condition, Box::new(move |person| person.email.starts_with(&beginning)))
        }
        9 => {
            let word = LANGUAGES[random.random_range(0..LANGUAGES.len())].to_uppercase();
            (fields.resume.contains_word(word.as_str()), Box::new(move |person| person.has_word(&word)))
        }
        10 => {
            let piece = ["Rust", "tat", "sty ", "L-1", "a SQL-1", "rust"][random.random_range(0..6)];
            (fields.resume_pieces.contains(piece), Box::new(move |person| person.resume.contains(piece)))
        }
        11 => {
            let low = random.random_range(-900..700);
            let high = low + random.random_range(0..900);
            let holds = move |person: &Person| person.balance.is_some_and(|balance| (low..=high).contains(&balance));
            (fields.balance.between(low, high), Box::new(holds))
        }
        _ => {
            let number = random.random_range(0..PEOPLE);
            (fields.number.lt(number).into(), Box::new(move |person| person.number < number))
        }
    }
}

/// Returns a combination of several questions, some of them negated.
fn question(random: &mut StdRng, depth: u32) -> Question {
    if depth == 0 {
        return leaf(random);
    }
    let (one, one_holds) = question(random, depth - 1);
    match random.random_range(0..4) {
        0 => (!one, Box::new(move |person| !one_holds(person))),
        1 => (one, one_holds),
        2 => {
            let (other, other_holds) = question(random, depth - 1);
            (one & other, Box::new(move |person| one_holds(person) && other_holds(person)))
        }
        _ => {
            let (other, other_holds) = question(random, depth - 1);
            (one | other, Box::new(move |person| one_holds(person) || other_holds(person)))
        }
    }
}

#[tokio::test]
async fn random_conditions_find_exactly_the_matching_items() {
    let mut random = StdRng::seed_from_u64(seed());
    let (people, all) = people(PEOPLE).await;
    let mut found_some = 0;
    for _ in 0..QUESTIONS {
        let (condition, holds) = question(&mut random, 2);
        let expected = numbers(all.iter().filter(|person| holds(person)));
        let found = people.scan().filter(condition.clone()).collect().await.unwrap();
        assert_eq!(numbers(&found), expected, "{condition:?}");
        assert!(found.iter().all(|person| *person == all[person.number as usize]));
        found_some += usize::from(!expected.is_empty());
    }
    assert!(found_some > QUESTIONS / 2, "most questions have answers");
}

#[tokio::test]
async fn a_query_by_a_beacon_finds_exactly_the_matching_items() {
    let (people, all) = people(PEOPLE).await;
    for number in [0, 7, 49, 50] {
        let email = format!("user-{number}@EXAMPLE.com");
        let expected = numbers(all.iter().filter(|person| person.has_email(&email)));
        let found = people.query_index(Person::indexes().by_email, email.as_str()).collect().await.unwrap();
        assert_eq!(numbers(&found), expected, "{email}");
        let count = people.query_index(Person::indexes().by_email, email.as_str()).count().await.unwrap();
        assert_eq!(count, expected.len() as u64);
        // A filter on another beacon, and a filter on an unencrypted attribute.
        let fields = Person::fields();
        let filter = !fields.skills.contains("skill-3") & fields.team.eq("team-1");
        let narrowed = people.query_index(Person::indexes().by_email, email.as_str()).filter(filter);
        let expected = all.iter().filter(|person| {
            person.has_email(&email) && !person.skills.contains("skill-3") && person.team.as_deref() == Some("team-1")
        });
        assert_eq!(numbers(&narrowed.collect().await.unwrap()), numbers(expected));
    }
}

#[tokio::test]
async fn missing_optional_attributes_match_no_value() {
    let (people, all) = people(100).await;
    let fields = Person::fields();
    let either = fields.backup.eq("user-2@example.com") | fields.team.eq("team-1");
    let expected = all.iter().filter(|person| {
        person.backup.as_deref() == Some("user-2@example.com") || person.team.as_deref() == Some("team-1")
    });
    let found = people.scan().filter(either).collect().await.unwrap();
    assert_eq!(numbers(&found), numbers(expected));
    let neither = !(fields.backup.eq("user-2@example.com") | fields.backup.missing());
    let expected =
        all.iter().filter(|person| person.backup.as_deref().is_some_and(|backup| backup != "user-2@example.com"));
    assert_eq!(numbers(&people.scan().filter(neither).collect().await.unwrap()), numbers(expected));
}

#[tokio::test]
async fn a_beacon_of_the_last_four_characters_needs_four() {
    let (people, _) = people(3).await;
    for text in ["45-0001", "1"] {
        let error = people.scan().filter(Person::fields().last4.eq(text)).collect().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (dynaseal::ErrorKind::Usage, Some("last4")));
        assert!(
            error.to_string().contains("4 UTF-16") && error.to_string().contains(&text.len().to_string()),
            "{error}"
        );
    }
}
