//! Random items: both clients write the same beacons, and find the items of both.

use std::io::{self, Write as _};

use dynaseal::{AttributeValue, Condition, Item};
use dynaseal_tests::random_items::seeded_generator;
use dynaseal_tests::values::{item, n as number, s as text};
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::json;

use super::{Clients, ids};
use crate::peers::clients::Result;
use crate::peers::matrix::items_per_setup;

#[test]
fn both_clients_write_the_same_beacons_and_find_each_other_s_items() -> Result<()> {
    let Some(mut clients) = Clients::start()? else { return Ok(()) };
    let mut rng = seeded_generator();
    let count = items_per_setup()?.div_ceil(2);
    let people: Vec<Item> = (0..count).map(|_| random_person(&mut rng)).collect();
    for (number, person) in people.iter().enumerate() {
        write_twice(&mut clients, person, number)?;
    }

    let mut found = 0;
    for (number, person) in people.iter().enumerate().step_by(10) {
        for question in questions(person) {
            let by_both = ask(&mut clients, question)?;
            for writer in ["ours", "java"] {
                assert!(by_both.contains(&id(writer, number)), "{writer} {number} is missing in {by_both:?}");
            }
            found += by_both.len();
        }
    }
    // Of these addresses there are only collisions.
    for stranger in 0..3 {
        let address = text(&format!("stranger{stranger}@example.com"));
        let question = Question::scan("email", "#n = :v", address.clone(), Condition::eq("email", address));
        assert_eq!(ask(&mut clients, question)?, <[String; 0]>::default());
    }
    writeln!(io::stdout(), "{count} items with beacons from each client; {found} found by both")?;
    Ok(())
}

fn random_person(rng: &mut StdRng) -> Item {
    let mut value = |count: u32| rng.random_range(0..count);
    let skill = value(6);
    let skills = vec![format!("skill{skill}"), format!("skill{}", skill + 1 + value(3))];
    let mut person = item([
        ("email", text(&format!("user{}\u{1f980}@example.com", value(20)))),
        ("backup", text(&format!("user{}\u{1f980}@example.com", value(20)))),
        ("level", number(value(9))),
        ("skills", AttributeValue::Ss(skills)),
        ("badge", text(&format!("B{}", value(6)))),
        ("ssn", text(&format!("078-05-{:04}A", value(12)))),
        ("team", text(&format!("team{}", value(3)))),
        ("city", text(&format!("city{}", value(3)))),
    ]);
    for name in ["email", "backup", "level", "skills", "badge", "ssn", "team", "city"] {
        if rng.random_ratio(1, 10) {
            person.remove(name);
        }
    }
    person
}

/// Lets both clients write the item, under different ids, and compares the beacons.
fn write_twice(clients: &mut Clients, person: &Item, number: usize) -> Result<()> {
    let with_id = |writer| {
        let mut person = person.clone();
        person.insert("id".to_owned(), text(&id(writer, number)));
        person
    };
    clients.wait(clients.ours.put(&with_id("ours")))?;
    clients.java.put(&clients.config, &with_id("java"))??;
    let (ours, java) = (clients.stored(&id("ours", number))?, clients.stored(&id("java", number))?);
    assert_eq!(beacons(&ours), beacons(&java), "{person:?}");
    for (name, source) in [("aws_dbe_b_email", "email"), ("aws_dbe_b_skills", "skills"), ("aws_dbe_b_last4", "ssn")] {
        assert_eq!(java.contains_key(name), person.contains_key(source), "{name}");
    }
    for stored in [&ours, &java] {
        assert!(!stored.contains_key("aws_dbe_b_badge"), "a beacon for parts only is not stored");
        // The specification demands it; the client adds it, and drops it before the item is stored.
        assert!(!stored.contains_key("aws_dbe_v_1"), "the version tag");
    }
    // Each client reads what the other one wrote.
    let read = clients.wait(clients.ours.get(item([("id", text(&id("java", number)))])))?;
    assert_eq!(read, Some(with_id("java")));
    Ok(())
}

fn id(writer: &str, number: usize) -> String {
    format!("{writer}-{number:04}")
}

/// The attributes of beacons, signed or not.
fn beacons(stored: &Item) -> Item {
    let is_beacon = |name: &str| name.starts_with("aws_dbe_b_") || name == "place";
    stored.iter().filter(|(name, _)| is_beacon(name)).map(|(name, value)| (name.clone(), sorted(value))).collect()
}

fn sorted(value: &AttributeValue) -> AttributeValue {
    let mut value = value.clone();
    if let AttributeValue::Ss(members) = &mut value {
        members.sort_unstable();
    }
    value
}

/// A question to both clients.
struct Question {
    index: Option<&'static str>,
    expression: &'static str,
    names: Vec<(&'static str, &'static str)>,
    values: Vec<(&'static str, AttributeValue)>,
    /// The filter of a scan.
    condition: Option<Condition<Item>>,
}

impl Question {
    fn scan(name: &'static str, expression: &'static str, value: AttributeValue, condition: Condition<Item>) -> Self {
        let (names, values) = (vec![("#n", name)], vec![(":v", value)]);
        Self { index: None, expression, names, values, condition: Some(condition) }
    }

    fn query(
        index: &'static str,
        expression: &'static str,
        names: Vec<(&'static str, &'static str)>,
        values: Vec<(&'static str, AttributeValue)>,
    ) -> Self {
        Self { index: Some(index), expression, names, values, condition: None }
    }
}

/// The questions that find this person.
fn questions(person: &Item) -> Vec<Question> {
    let get = |name: &str| person.get(name).cloned();
    let part = |name: &str| person.get(name).and_then(|value| value.as_s().ok()).map(String::as_str);
    let mut questions = Vec::new();
    for name in ["email", "backup", "level"] {
        questions
            .extend(get(name).map(|value| Question::scan(name, "#n = :v", value.clone(), Condition::eq(name, value))));
    }
    if let Some(AttributeValue::Ss(skills)) = get("skills") {
        let skill = text(&skills[1]);
        let condition = Condition::contains("skills", skill.clone());
        questions.push(Question::scan("skills", "contains(#n, :v)", skill, condition));
    }
    if let Some(ssn) = part("ssn") {
        let last4 = text(&ssn[ssn.len() - 4..].to_lowercase());
        questions.push(Question::scan("last4", "#n = :v", last4.clone(), Condition::eq("last4", last4)));
    }
    if let (Some(team), Some(city)) = (part("team"), part("city")) {
        let place = text(&format!("T-{team}#C-{city}"));
        questions.push(Question::scan("place", "#n = :v", place.clone(), Condition::eq("place", place.clone())));
        questions.push(Question::query("by-place", "#p = :p", vec![("#p", "place")], vec![(":p", place)]));
    }
    if let (Some(team), Some(badge)) = (part("team"), part("badge")) {
        let (beginning, whole) = (text(&format!("T-{team}^B-")), text(&format!("T-{team}^B-{badge}")));
        let condition = Condition::begins_with("team_badge", beginning.clone());
        questions.push(Question::scan("team_badge", "begins_with(#n, :v)", beginning, condition));
        let names = vec![("#t", "team"), ("#b", "team_badge")];
        let values = vec![(":t", text(team)), (":b", whole.clone())];
        questions.push(Question::query("by-team", "#t = :t AND #b = :b", names, values));
        let condition = Condition::eq("team_badge", whole.clone());
        questions.push(Question::scan("team_badge", "#n = :v", whole, condition));
    }
    if let Some(email) = get("email") {
        questions.push(Question::query("by-email", "#e = :e", vec![("#e", "email")], vec![(":e", email)]));
    }
    questions
}

/// Asks both clients, compares what they find, and returns it.
fn ask(clients: &mut Clients, question: Question) -> Result<Vec<String>> {
    let Question { index, expression, names, values: given, condition } = question;
    let what = format!("{expression} {names:?} {given:?}");
    let ours = match (index, condition) {
        (None, Some(condition)) => clients.wait(clients.ours.scan().filter(condition).collect())?,
        (Some(index), _) => {
            let mut keys = given.iter().map(|(_, value)| value.clone());
            let partition = keys.next().ok_or("a query has a partition key")?;
            let query = clients.ours.query_index(index, partition);
            match keys.next() {
                Some(sort) => clients.wait(query.sort_eq(sort).collect())?,
                None => clients.wait(query.collect())?,
            }
        }
        (None, None) => return Err("a scan has a filter".into()),
    };
    let given: Item = given.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let names = names.into_iter().map(|(alias, name)| (alias.to_owned(), json!(name))).collect();
    let java = clients.java_finds(index, expression, &serde_json::Value::Object(names), &given)?;
    let (ours, java) = (ids(&ours), java.map_err(|error| format!("{what}: {error}"))?);
    assert_eq!(ours, java, "{what}");
    Ok(ours)
}
