//! The rules one by one, and random conditions on random items against the embedded store.

use aws_sdk_dynamodb::primitives::Blob;

use super::*;

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(text: &str) -> AttributeValue {
    AttributeValue::N(text.to_owned())
}

fn binary(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

fn item(value: AttributeValue) -> Item {
    Item::from([("a".to_owned(), value)])
}

fn condition(comparator: Comparator, value: AttributeValue) -> ConditionTree {
    ConditionTree::Compares(Operand::Attribute("a".to_owned()), comparator, value)
}

fn size(comparator: Comparator, size: usize) -> ConditionTree {
    ConditionTree::Compares(Operand::SizeOf("a".to_owned()), comparator, number(&size.to_string()))
}

#[test]
fn numbers_compare_by_value_and_text_by_bytes() {
    assert!(condition(Comparator::Equal, number("1")).holds_for(&item(number("1.0"))));
    assert!(condition(Comparator::Greater, number("9")).holds_for(&item(number("10"))));
    assert!(!condition(Comparator::Greater, text("9")).holds_for(&item(text("10"))));
    // The order in UTF-16 is reversed for these two.
    assert!(condition(Comparator::Less, text("\u{10000}")).holds_for(&item(text("\u{ffff}"))));
    assert!(condition(Comparator::Greater, binary(&[1])).holds_for(&item(binary(&[1, 0]))));
}

#[test]
fn values_of_two_types_differ_and_have_no_order() {
    for comparator in [Comparator::Less, Comparator::LessOrEqual, Comparator::Greater, Comparator::GreaterOrEqual] {
        assert!(!condition(comparator, number("1")).holds_for(&item(text("1"))));
    }
    assert!(!condition(Comparator::Equal, number("1")).holds_for(&item(text("1"))));
    assert!(condition(Comparator::NotEqual, number("1")).holds_for(&item(text("1"))));
    let set = AttributeValue::Ss(vec!["x".to_owned()]);
    assert!(!condition(Comparator::Equal, set).holds_for(&item(AttributeValue::L(vec![text("x")]))));
}

#[test]
fn only_not_equal_holds_for_a_missing_attribute() {
    let nothing = Item::new();
    for comparator in [Comparator::Equal, Comparator::Less, Comparator::Greater] {
        assert!(!condition(comparator, number("1")).holds_for(&nothing));
        assert!(condition(comparator, number("1")).not().unwrap().holds_for(&nothing));
    }
    assert!(condition(Comparator::NotEqual, number("1")).holds_for(&nothing));
    assert!(!ConditionTree::BeginsWith("a".to_owned(), text("")).holds_for(&nothing));
    assert!(ConditionTree::Missing("a".to_owned()).holds_for(&nothing));
    assert!(!ConditionTree::Exists("a".to_owned()).holds_for(&nothing));
    let exists = ConditionTree::Exists("a".to_owned());
    assert!(exists.holds_for(&item(AttributeValue::Null(true))), "NULL is a value");
}

#[test]
fn sets_are_equal_in_any_order_and_lists_are_not() {
    let numbers = |texts: [&str; 2]| AttributeValue::Ns(texts.map(str::to_owned).to_vec());
    assert!(condition(Comparator::Equal, numbers(["2.0", "1"])).holds_for(&item(numbers(["1.00", "2"]))));
    let list = |texts: [&str; 2]| AttributeValue::L(texts.map(number).to_vec());
    assert!(!condition(Comparator::Equal, list(["2", "1"])).holds_for(&item(list(["1", "2"]))));
    assert!(condition(Comparator::Equal, list(["1.0", "2"])).holds_for(&item(list(["1", "2.00"]))));
    let map = |text: &str| AttributeValue::M([("n".to_owned(), number(text))].into());
    assert!(condition(Comparator::Equal, map("1")).holds_for(&item(map("1.0"))));
    assert!(ConditionTree::Contains("a".to_owned(), number("2")).holds_for(&item(list(["1", "2.0"]))));
    assert!(ConditionTree::Contains("a".to_owned(), number("2")).holds_for(&item(numbers(["1", "2.0"]))));
}

#[test]
fn an_ambiguous_size_matches_in_every_unit() {
    let smiley = item(text("\u{1f600}"));
    for count in [1, 2, 4] {
        assert!(size(Comparator::Equal, count).holds_for(&smiley), "{count}");
    }
    assert!(!size(Comparator::Equal, 3).holds_for(&smiley));
    assert!(!size(Comparator::Greater, 4).holds_for(&smiley));
    assert!(!size(Comparator::Equal, 1).holds_for(&item(text("ab"))));
    assert!(!size(Comparator::Equal, 1).holds_for(&item(number("1"))), "a number has no size");
}

#[cfg(feature = "embedded")]
mod oracle {
    use aws_sdk_dynamodb::Client;
    use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom as _;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;
    use crate::condition::render::{Expression, Placeholders};
    use crate::embedded::Database;

    const SEED: u64 = 17;
    const ITEMS: usize = 80;
    const CONDITIONS: usize = 1500;
    const NAMES: [&str; 3] = ["a", "b", "c"];

    /// Both evaluations agree for every item, and neither is true for all or none of them.
    #[tokio::test]
    async fn local_evaluation_agrees_with_the_store() {
        let seed = std::env::var("DYNASEAL_SEED").map_or(SEED, |seed| seed.parse().unwrap());
        println!("DYNASEAL_SEED={seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let client = table().await;
        for number in 0..ITEMS {
            let mut item = random_item(&mut random);
            item.insert("id".to_owned(), text(&number.to_string()));
            client.put_item().table_name("things").set_item(Some(item)).send().await.unwrap();
        }
        let items = find(&client, None).await;
        let (mut held, mut failed) = (0, 0);
        for _ in 0..CONDITIONS {
            let condition = random_condition(&mut random, 3);
            let found: BTreeSet<String> = find(&client, Some(condition.clone())).await.iter().map(id).collect();
            for item in &items {
                let is_found = found.contains(&id(item));
                let shown = || format!("{:?} of {item:?}", shown(&condition));
                assert_eq!(READINGS[0].holds(&condition, item), is_found, "{}", shown());
                assert!(!is_found || condition.holds_for(item), "{}", shown());
                if is_found { held += 1 } else { failed += 1 }
            }
        }
        println!("{held} times a condition held, {failed} times it did not");
        assert!(held > ITEMS * CONDITIONS / 10 && failed > ITEMS * CONDITIONS / 10, "the run was not much of a test");
    }

    async fn table() -> Client {
        let client = Database::in_memory().unwrap().client();
        let definition =
            AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S).build().unwrap();
        let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build().unwrap();
        let create = client.create_table().table_name("things").attribute_definitions(definition).key_schema(key);
        create.billing_mode(BillingMode::PayPerRequest).send().await.unwrap();
        client
    }

    async fn find(client: &Client, condition: Option<ConditionTree>) -> Vec<Item> {
        let mut placeholders = Placeholders::default();
        let filter = Expression::all(condition.into_iter().collect(), &mut placeholders).into_text();
        let (names, values) = placeholders.into_parts();
        let scan = client.scan().table_name("things").set_filter_expression(filter);
        let scan = scan.set_expression_attribute_names(names).set_expression_attribute_values(values);
        scan.send().await.unwrap().items.unwrap_or_default()
    }

    fn id(item: &Item) -> String {
        item["id"].as_s().unwrap().clone()
    }

    /// The condition's own `Debug` omits its values.
    fn shown(condition: &ConditionTree) -> (String, Option<Item>) {
        let mut placeholders = Placeholders::default();
        let text = condition.clone().render(&mut placeholders);
        let (names, values) = placeholders.into_parts();
        (format!("{text} with {names:?}"), values)
    }

    fn random_item(random: &mut StdRng) -> Item {
        let names = NAMES.iter().filter(|_| random.random_ratio(4, 5)).map(|name| (*name).to_owned());
        let names: Vec<String> = names.collect();
        names.into_iter().map(|name| (name, random_value(random, 2))).collect()
    }

    fn random_condition(random: &mut StdRng, depth: u32) -> ConditionTree {
        let name = (*NAMES.choose(random).unwrap()).to_owned();
        let operand = |name| Operand::Attribute(name);
        match random.random_range(0..if depth == 0 { 9 } else { 12 }) {
            0 => ConditionTree::Exists(name),
            1 => ConditionTree::Missing(name),
            2 => {
                let equality = *[Comparator::Equal, Comparator::NotEqual].choose(random).unwrap();
                ConditionTree::Compares(operand(name), equality, random_value(random, 2))
            }
            3 => ConditionTree::Compares(operand(name), random_comparator(random), random_scalar(random)),
            4 => {
                let size = number(&random.random_range(0..4).to_string());
                ConditionTree::Compares(Operand::SizeOf(name), random_comparator(random), size)
            }
            5 => {
                let (low, high) = loop {
                    let (low, high) = (random_scalar(random), random_scalar(random));
                    if key::compare(&low, &high).is_some_and(Ordering::is_le) {
                        break (low, high);
                    }
                };
                ConditionTree::Between(operand(name), low, high)
            }
            6 => {
                let count = random.random_range(1..5);
                ConditionTree::IsIn(name, (0..count).map(|_| random_value(random, 1)).collect())
            }
            7 => {
                let prefix = if random.random() { text(random_text(random)) } else { binary(random_bytes(random)) };
                ConditionTree::BeginsWith(name, prefix)
            }
            8 => ConditionTree::Contains(name, random_scalar(random)),
            9 => random_condition(random, depth - 1).not().unwrap(),
            10 => random_condition(random, depth - 1).and(random_condition(random, depth - 1)).unwrap(),
            _ => random_condition(random, depth - 1).or(random_condition(random, depth - 1)).unwrap(),
        }
    }

    fn random_comparator(random: &mut StdRng) -> Comparator {
        let comparators = [
            Comparator::Equal,
            Comparator::NotEqual,
            Comparator::Less,
            Comparator::LessOrEqual,
            Comparator::Greater,
            Comparator::GreaterOrEqual,
        ];
        *comparators.choose(random).unwrap()
    }

    /// Few values, many of them equal, in several spellings.
    fn random_value(random: &mut StdRng, depth: u32) -> AttributeValue {
        match random.random_range(0..if depth == 0 { 8 } else { 11 }) {
            0..3 => random_scalar(random),
            3 => AttributeValue::Bool(random.random()),
            4 => AttributeValue::Null(true),
            5 => AttributeValue::Ss(random_members(random, &["a", "b", "ab", "\u{1f600}"])),
            6 => AttributeValue::Ns(random_members(random, &["1", "2.50", "10", "-7"])),
            7 => {
                let members = random_members(random, &["x", "xy", "z"]);
                AttributeValue::Bs(members.into_iter().map(|text| Blob::new(text.into_bytes())).collect())
            }
            8 | 9 => {
                let count = random.random_range(0..3);
                AttributeValue::L((0..count).map(|_| random_value(random, depth - 1)).collect())
            }
            _ => {
                let keys = ["k", "l"].iter().filter(|_| random.random()).map(|key| (*key).to_owned());
                let keys: Vec<String> = keys.collect();
                AttributeValue::M(keys.into_iter().map(|key| (key, random_value(random, depth - 1))).collect())
            }
        }
    }

    fn random_scalar(random: &mut StdRng) -> AttributeValue {
        match random.random_range(0..3) {
            0 => text(random_text(random)),
            1 => number(
                ["0", "1", "1.0", "10", "1E1", "-7", "2.5", "0.00", "1e-100", "12345678901234567890.123456789"]
                    .choose(random)
                    .unwrap(),
            ),
            _ => binary(random_bytes(random)),
        }
    }

    fn random_text(random: &mut StdRng) -> &'static str {
        ["a", "ab", "b", "10", "9", "\u{ffff}", "\u{10000}", "\u{1f600}a"].choose(random).unwrap()
    }

    fn random_bytes(random: &mut StdRng) -> &'static [u8] {
        [b"x".as_slice(), b"xy", b"y", &[0xff], &[0, 1]].choose(random).unwrap()
    }

    fn random_members(random: &mut StdRng, pool: &[&str]) -> Vec<String> {
        let mut members: Vec<String> = pool.iter().filter(|_| random.random()).map(|it| (*it).to_owned()).collect();
        if members.is_empty() {
            members.push((*pool.choose(random).unwrap()).to_owned());
        }
        if random.random() {
            members.reverse();
        }
        members
    }
}
