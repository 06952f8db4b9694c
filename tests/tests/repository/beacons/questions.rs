//! A search returns exactly the matching items, regardless of collisions.

use dynaseal::{Condition, ErrorKind};
use dynaseal_tests::seed::seed;
use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

use super::*;

#[tokio::test]
async fn each_kind_of_beacon_supports_its_conditions() {
    let client = store().await;
    let people = connect(&client, schema(20)).await;
    let mut bob = ann();
    bob.extend(item([
        ("id", text("bob")),
        ("email", text("bob@example.com")),
        ("backup", text("ann@example.com")),
        ("skills", set(&["java", "sql"])),
        ("badge", text("B8")),
        ("ssn", text("219-09-9999")),
        ("city", text("Rome")),
    ]));
    people.create(&ann()).await.unwrap();
    people.create(&bob).await.unwrap();

    let found = |condition: Condition<Item>| {
        let people = people.clone();
        async move { people.scan().filter(condition).collect().await.unwrap() }
    };
    let address = || text("ann@example.com");
    for (condition, expected) in [
        (Condition::eq("email", address()), &["ann"][..]),
        (Condition::eq("backup", address()), &["bob"]),
        (Condition::eq("email", address()) | Condition::eq("backup", address()), &["ann", "bob"]),
        (Condition::eq("email", address()) & Condition::eq("backup", address()), &[]),
        (!Condition::eq("email", address()), &["bob"]),
        (!(Condition::eq("email", address()) & Condition::eq("city", text("Paris"))), &["bob"]),
        (Condition::is_in("email", [text("bob@example.com"), text("x"), address()]), &["ann", "bob"]),
        (Condition::contains("skills", text("rust")), &["ann"]),
        (Condition::contains("skills", text("sql")) & Condition::eq("city", text("Rome")), &["bob"]),
        (Condition::eq("skills", set(&["sql", "java"])), &["bob"]),
        (Condition::eq("last4", text("1120")), &["ann"]),
        (Condition::eq("team_badge", text("T-core^B-B8")), &["bob"]),
        (Condition::begins_with("team_badge", text("T-core")), &["ann", "bob"]),
        (Condition::begins_with("team_badge", text("T-core^B-B7")), &["ann"]),
        (Condition::begins_with("team_badge", text("T-core^B-B")), &[]),
        (Condition::lt("team_badge", text("T-d")), &["ann", "bob"]),
        (Condition::eq("place", text("T-core^C-Paris")), &["ann"]),
        (Condition::exists("team_badge"), &["ann", "bob"]),
        (Condition::missing("team_badge"), &[]),
    ] {
        assert_eq!(ids(&found(condition.clone()).await), expected, "{condition:?}");
    }
    assert_eq!(people.query_index("by-email", address()).collect().await.unwrap(), [ann()]);
    let by_team = || people.query_index("by-team", text("core"));
    assert_eq!(ids(&by_team().sort_eq(text("T-core^B-B8")).collect().await.unwrap()), ["bob"]);
    assert_eq!(ids(&by_team().sort_begins_with(text("T-core^B-")).collect().await.unwrap()), ["ann", "bob"]);
    let place = people.query_index("by-place", text("T-core^C-Rome"));
    assert_eq!(ids(&place.collect().await.unwrap()), ["bob"]);
}

#[tokio::test]
async fn unsupported_conditions_are_rejected() {
    let client = store().await;
    let people = connect(&client, schema(20)).await;
    people.create(&ann()).await.unwrap();
    for (condition, name) in [
        (Condition::ne("email", text("a")), "email"),
        (Condition::lt("email", text("a")), "email"),
        (Condition::between("email", text("a"), text("b")), "email"),
        (Condition::begins_with("email", text("a")), "email"),
        (Condition::contains("email", text("a")), "email"),
        (Condition::size("email").gt(3), "email"),
        (Condition::eq("badge", text("B7")), "badge"),
        (Condition::eq("skills", text("rust")), "skills"),
        (Condition::contains("skills", set(&["rust"])), "skills"),
        (Condition::eq("team_badge", text("X-core")), "team_badge"),
        (Condition::eq("team_badge", text("B-B7^T-core")), "team_badge"),
        (Condition::lt("team_badge", text("T-core^B-B7")), "team_badge"),
        (Condition::begins_with("team_badge", text("T")), "team_badge"),
        (Condition::eq("ssn", text("078-05-1120")), "ssn"),
    ] {
        let error = people.scan().filter(condition.clone()).collect().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some(name)), "{condition:?}");
    }
    // A write that a collision permitted could not be undone.
    let error = people.put(&ann()).when(Condition::eq("email", text("ann@example.com"))).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("email")));
}

/// AWS's clients split these names, and send the value in plaintext.
#[tokio::test]
async fn names_that_begin_with_a_keyword_are_accepted() {
    let client = store().await;
    let mut schema = schema(20);
    let names = ["notes", "order", "android", "invoice", "between_us", "contains_x"];
    for name in names {
        schema = schema.standard(StandardBeacon::new(name, 20));
    }
    let people = connect(&client, schema).await;
    let mut ann = ann();
    ann.extend(names.map(|name| (name.to_owned(), text("secret"))));
    people.create(&ann).await.unwrap();
    for name in names {
        let found = people.scan().filter(Condition::eq(name, text("secret"))).collect().await.unwrap();
        assert_eq!(ids(&found), ["ann"], "{name}");
    }
}

/// 1,000 items with beacons of one bit, and random conditions on them.
#[tokio::test]
async fn random_conditions_find_exactly_the_right_items() {
    let mut random = StdRng::seed_from_u64(seed());
    let client = store().await;
    let people = connect(&client, schema(1)).await;
    let mut items: Vec<Item> = Vec::new();
    for id in 0..1_000 {
        let mut value = |count: u32| format!("v{}", random.random_range(0..count));
        let mut person = item([
            ("id", text(&format!("p{id:04}"))),
            ("email", text(&value(30))),
            ("backup", text(&value(30))),
            ("badge", text(&value(5))),
            ("ssn", text(&format!("{}-{}", value(3), value(5)))),
            ("team", text(&value(4))),
            ("city", text(&value(3))),
        ]);
        let (one, other) = (value(9), value(9));
        person.insert("skills".to_owned(), set(&if one == other { vec![one.as_str()] } else { vec![&*one, &*other] }));
        for name in ["email", "backup", "badge", "ssn", "team", "city", "skills"] {
            if random.random_ratio(1, 10) {
                person.remove(name);
            }
        }
        items.push(person);
    }
    people.write_many(items.clone()).await.unwrap();
    for _ in 0..25 {
        let (condition, holds) = condition(&mut random, 3);
        let found = people.scan().filter(condition.clone()).collect().await.unwrap();
        let expected: Vec<Item> = items.iter().filter(|item| holds(item)).cloned().collect();
        assert_eq!(ids(&found), ids(&expected), "{condition:?}");
    }
    for number in 0..10 {
        let address = text(&format!("v{number}"));
        let found = people.query_index("by-email", address.clone()).collect().await.unwrap();
        let expected: Vec<Item> = items.iter().filter(|item| item.get("email") == Some(&address)).cloned().collect();
        assert_eq!(ids(&found), ids(&expected));
    }
}

type Holds = Box<dyn Fn(&Item) -> bool>;

/// Returns a condition and its meaning.
fn condition(random: &mut StdRng, depth: u32) -> (Condition<Item>, Holds) {
    if depth > 0 && random.random_ratio(2, 3) {
        let (one, holds_one) = condition(random, depth - 1);
        let (other, holds_other) = condition(random, depth - 1);
        return match random.next_u32() % 3 {
            0 => (one & other, Box::new(move |item| holds_one(item) && holds_other(item))),
            1 => (one | other, Box::new(move |item| holds_one(item) || holds_other(item))),
            _ => (!one, Box::new(move |item| !holds_one(item))),
        };
    }
    let mut value = |count: u32| format!("v{}", random.random_range(0..count));
    let (kind, one, other) = (value(7), value(12), value(5));
    let part = |item: &Item, name: &str| item.get(name).map(|value| value.as_s().unwrap().clone());
    match kind.as_str() {
        "v0" => {
            let condition = Condition::eq("email", text(&one));
            (condition, Box::new(move |item| part(item, "email").as_ref() == Some(&one)))
        }
        "v1" => (
            Condition::is_in("backup", [text(&one), text(&other)]),
            Box::new(move |item| part(item, "backup").is_some_and(|value| value == one || value == other)),
        ),
        "v2" => (
            Condition::contains("skills", text(&one)),
            Box::new(move |item| item.get("skills").is_some_and(|set| set.as_ss().unwrap().contains(&one))),
        ),
        "v3" => (
            Condition::eq("last4", text(&format!("3-{other}"))),
            Box::new(move |item| part(item, "ssn").is_some_and(|ssn| ssn.ends_with(&format!("3-{other}")))),
        ),
        "v4" => (
            Condition::eq("team_badge", text(&format!("T-{other}^B-{one}"))),
            Box::new(move |item| {
                part(item, "team").as_ref() == Some(&other) && part(item, "badge").as_ref() == Some(&one)
            }),
        ),
        "v5" => (
            Condition::begins_with("team_badge", text(&format!("T-{other}^B-{one}"))),
            Box::new(move |item| {
                part(item, "team").as_ref() == Some(&other) && part(item, "badge").as_ref() == Some(&one)
            }),
        ),
        _ => (Condition::eq("city", text(&other)), Box::new(move |item| part(item, "city").as_ref() == Some(&other))),
    }
}
