//! A server that reorders, repeats, adds or omits items, or never ends, for every read of both façades.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::embedded::Database;
use dynaseal::{
    AttributeActions, AttributeValue, Condition, EncryptedItem, EncryptedTable, Error, ErrorKind, Item, Repository,
};
use dynaseal_tests::liar::{Liar, Lie};
use dynaseal_tests::store::keys;
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(index(name = "by-unit", partition = unit, sort = rank))]
#[item(index(name = "by-place", partition = place, sort = rank, projection = keys_only))]
struct Sample {
    #[partition_key]
    sensor: String,
    #[sort_key]
    time: i64,
    #[sign_only]
    unit: String,
    #[sign_only]
    place: String,
    #[sign_only]
    rank: i64,
    #[do_nothing]
    seen: bool,
    value: String,
}

/// The readings of `s-1` and `s-2`, half of each marked as seen.
fn sample(sensor: &str, time: i64) -> Sample {
    Sample {
        sensor: sensor.to_owned(),
        time,
        unit: "K".to_owned(),
        place: "hall".to_owned(),
        rank: time,
        seen: time % 2 == 0,
        value: format!("value {time}"),
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn key(sensor: &str, time: i64) -> Item {
    Item::from([("sensor".to_owned(), text(sensor)), ("time".to_owned(), AttributeValue::N(time.to_string()))])
}

struct World {
    liar: Liar,
    samples: Repository<Sample>,
    table: EncryptedTable,
    /// The stored items.
    stored: Vec<Value>,
}

impl World {
    async fn new() -> Self {
        let honest = Database::in_memory().unwrap().client();
        let keys = keys();
        let repository = |client: Client| -> Repository<Sample> {
            Repository::builder(client).table("samples").encryptor(keys.clone()).build()
        };
        let samples = repository(honest.clone());
        samples.create_table().await.unwrap();
        for (sensor, times) in [("s-1", 0..10), ("s-2", 0..10)] {
            for time in times {
                samples.put(&sample(sensor, time)).await.unwrap();
            }
        }
        let liar = Liar::default();
        let client = liar.client(&honest);
        let actions = ["sensor", "time", "unit", "place", "rank"]
            .into_iter()
            .fold(AttributeActions::new(EncryptAndSign), |actions, name| actions.with(name, SignOnly));
        let builder = EncryptedTable::builder(client.clone()).table("samples");
        let table = builder.encryptor(keys.clone()).connect(actions.with("seen", DoNothing)).await.unwrap();
        let stored = raw(&honest).await;
        Self { liar, samples: repository(client), table, stored }
    }

    /// Returns one stored item.
    fn stored(&self, sensor: &str, time: i64) -> Value {
        let time = time.to_string();
        let is_it = |item: &&Value| item["sensor"]["S"] == sensor && item["time"]["N"] == *time;
        self.stored.iter().find(is_it).unwrap().clone()
    }
}

/// Returns all stored items as JSON.
async fn raw(client: &Client) -> Vec<Value> {
    let liar = Liar::default();
    let (sender, receiver) = std::sync::mpsc::channel();
    liar.tell(Box::new(move |_, _, response| {
        sender.send(response["Items"].clone()).unwrap();
        false
    }));
    liar.client(client).scan().table_name("samples").send().await.unwrap();
    receiver.recv().unwrap().as_array().unwrap().clone()
}

fn is_paged(operation: &str) -> bool {
    ["Query", "Scan"].contains(&operation)
}

fn items(response: &mut Value) -> &mut Vec<Value> {
    response["Items"].as_array_mut().unwrap()
}

fn reversed() -> Lie {
    Box::new(|operation, _, response| {
        is_paged(operation) && items(response).len() > 1 && {
            items(response).reverse();
            true
        }
    })
}

/// Repeats the last item of each page.
fn twice() -> Lie {
    Box::new(|operation, _, response| {
        is_paged(operation)
            && items(response).last().cloned().is_some_and(|last| {
                items(response).push(last);
                true
            })
    })
}

/// Repeats the items of the first page in the second one.
fn the_same_page() -> Lie {
    let mut first = None;
    Box::new(move |operation, _, response| {
        is_paged(operation)
            && match &first {
                None => {
                    first = Some(response["Items"].clone());
                    false
                }
                Some(first) => {
                    response["Items"] = first.clone();
                    true
                }
            }
    })
}

/// Ends every page where the first one ended, without further items.
fn standstill() -> Lie {
    let mut end = None;
    Box::new(move |operation, _, response| {
        is_paged(operation)
            && match &end {
                None => {
                    end = Some(response["LastEvaluatedKey"].clone());
                    false
                }
                Some(end) => {
                    response["Items"] = json!([]);
                    response["LastEvaluatedKey"] = end.clone();
                    true
                }
            }
    })
}

/// Repeats the ends of the first three pages.
fn circle() -> Lie {
    let (mut ends, mut pages) = (Vec::new(), 0);
    Box::new(move |operation, _, response| {
        if !is_paged(operation) {
            return false;
        }
        if ends.len() < 3 {
            ends.push(response["LastEvaluatedKey"].clone());
            return false;
        }
        response["Items"] = json!([]);
        response["LastEvaluatedKey"] = ends[pages % ends.len()].clone();
        pages += 1;
        true
    })
}

/// Begins the first page with this item.
fn with(item: Value) -> Lie {
    Box::new(move |operation, request, response| {
        is_paged(operation) && request.get("ExclusiveStartKey").is_none() && {
            items(response).insert(0, item.clone());
            true
        }
    })
}

/// Omits the items with odd times.
fn held_back() -> Lie {
    Box::new(|operation, _, response| {
        is_paged(operation) && {
            let is_even = |item: &Value| item["time"]["N"].as_str().unwrap().parse::<i64>().unwrap() % 2 == 0;
            items(response).retain(is_even);
            true
        }
    })
}

/// Creates a lie.
type MakeLie = fn() -> Lie;

type Outcomes = Vec<(&'static str, Result<usize, Error>)>;

/// Returns the results of a selection in every way to read it, each with a new lie.
macro_rules! ways {
    ($world:expr, $lie:expr, $selection:expr) => {{
        let mut outcomes: Outcomes = read_whole!($world, $lie, $selection);
        $world.liar.tell($lie);
        outcomes.push((
            "page",
            in_time(async {
                let (mut cursor, mut found) = (None, 0);
                loop {
                    let page = $selection.limit(3).page(cursor).await?;
                    found += page.items.len();
                    cursor = page.cursor;
                    if cursor.is_none() {
                        break Ok(found);
                    }
                }
            })
            .await,
        ));
        assert!($world.liar.lies() > 0, "the server was honest");
        outcomes
    }};
}

/// Does the same for parallel scans, which have no pages.
macro_rules! read_whole {
    ($world:expr, $lie:expr, $selection:expr) => {{
        let mut outcomes: Outcomes = Vec::new();
        $world.liar.tell($lie);
        outcomes.push(("collect", in_time(async { $selection.collect().await.map(|found| found.len()) }).await));
        assert!($world.liar.lies() > 0, "the server was honest");
        $world.liar.tell($lie);
        outcomes.push(("count", in_time(async { $selection.count().await.map(|found| found as usize) }).await));
        $world.liar.tell($lie);
        outcomes.push((
            "stream",
            in_time(async {
                let (mut stream, mut found) = ($selection.stream(), 0);
                while let Some(element) = stream.next().await {
                    element?;
                    found += 1;
                }
                Ok(found)
            })
            .await,
        ));
        outcomes
    }};
}

async fn in_time<T>(read: impl Future<Output = dynaseal::Result<T>>) -> dynaseal::Result<T> {
    tokio::time::timeout(Duration::from_secs(120), read).await.unwrap_or_else(|_| panic!("the read never ends"))
}

#[track_caller]
fn all_are_rejected(what: &str, outcomes: Outcomes) {
    for (way, outcome) in outcomes {
        assert_eq!(outcome.map_err(|error| error.kind()), Err(ErrorKind::Integrity), "{what}: {way}");
    }
}

#[track_caller]
fn all_find(expected: usize, what: &str, outcomes: Outcomes) {
    for (way, outcome) in outcomes {
        assert_eq!(outcome.map_err(|error| error.kind()), Ok(expected), "{what}: {way}");
    }
}

#[tokio::test]
async fn a_query_of_a_table_is_sorted_and_has_no_item_twice() {
    let world = World::new().await;
    let lies: [(&str, MakeLie); 5] = [
        ("reversed", reversed),
        ("an item twice", twice),
        ("a page twice", the_same_page),
        ("a standstill", standstill),
        ("a circle", circle),
    ];
    for (name, lie) in lies {
        all_are_rejected(name, ways!(world, lie(), world.samples.query("s-1").page_size(3)));
        all_are_rejected(name, ways!(world, lie(), world.samples.query("s-1").page_size(3).descending()));
        all_are_rejected(name, ways!(world, lie(), world.table.query(text("s-1")).page_size(3)));
        all_are_rejected(name, ways!(world, lie(), world.table.query(text("s-1")).page_size(3).descending()));
    }
}

#[tokio::test]
async fn a_query_of_an_index_never_goes_back() {
    let world = World::new().await;
    let by_unit = Sample::indexes().by_unit;
    let lies: [(&str, MakeLie); 4] =
        [("reversed", reversed), ("a page twice", the_same_page), ("a standstill", standstill), ("a circle", circle)];
    for (name, lie) in lies {
        // Two items have the same rank.
        all_are_rejected(name, ways!(world, lie(), world.samples.query_index(by_unit, "K").page_size(5)));
        all_are_rejected(name, ways!(world, lie(), world.table.query_index("by-unit", text("K")).page_size(5)));
        let hydrated = || world.samples.query_index(Sample::indexes().by_place, "hall").page_size(5).hydrate();
        all_are_rejected(name, ways!(world, lie(), hydrated()));
    }
}

#[tokio::test]
async fn a_scan_terminates() {
    let world = World::new().await;
    for (name, lie) in [("a standstill", standstill as fn() -> Lie), ("a circle", circle)] {
        all_are_rejected(name, ways!(world, lie(), world.samples.scan().page_size(3)));
        all_are_rejected(name, ways!(world, lie(), world.samples.scan().index(Sample::indexes().by_unit).page_size(3)));
        all_are_rejected(name, read_whole!(world, lie(), world.samples.parallel_scan(1).page_size(3)));
        all_are_rejected(name, ways!(world, lie(), world.table.scan().page_size(3)));
        all_are_rejected(name, ways!(world, lie(), world.table.scan_index("by-unit").page_size(3)));
        all_are_rejected(name, read_whole!(world, lie(), world.table.parallel_scan(1).page_size(3)));
        all_are_rejected(name, read_whole!(world, lie(), world.table.parallel_scan_index("by-unit", 1).page_size(3)));
    }
}

#[tokio::test]
async fn items_outside_the_conditions_are_rejected() {
    let world = World::new().await;
    let (fields, by_unit) = (Sample::fields(), Sample::indexes().by_unit);
    let seen = || Condition::eq("seen", AttributeValue::Bool(true));
    let unseen = || with(world.stored("s-1", 1));
    let filtered = || world.samples.query("s-1").sort_ge(1).filter(fields.seen.eq(true));
    all_are_rejected("outside the filter", ways!(world, unseen(), filtered()));
    all_are_rejected("outside the filter", ways!(world, unseen(), world.samples.scan().filter(fields.seen.eq(true))));
    let indexed = || world.samples.query_index(by_unit, "K").filter(fields.value.missing() | fields.seen.eq(true));
    all_are_rejected("outside the filter", ways!(world, with(world.stored("s-1", 1)), indexed()));
    let parallel = || world.samples.parallel_scan(1).filter(fields.seen.eq(true));
    all_are_rejected("outside the filter", read_whole!(world, unseen(), parallel()));
    all_are_rejected("outside the filter", ways!(world, unseen(), world.table.query(text("s-1")).filter(seen())));
    all_are_rejected("outside the filter", ways!(world, unseen(), world.table.scan().filter(seen())));
    let indexed = || world.table.query_index("by-unit", text("K")).filter(seen());
    all_are_rejected("outside the filter", ways!(world, with(world.stored("s-1", 1)), indexed()));

    let other = || with(world.stored("s-2", 0));
    all_are_rejected("another partition", ways!(world, other(), world.samples.query("s-1").sort_ge(1)));
    all_are_rejected("another partition", ways!(world, other(), world.table.query(text("s-1"))));
    let early = || with(world.stored("s-1", 2));
    let number = |value: i64| AttributeValue::N(value.to_string());
    all_are_rejected("below the range", ways!(world, early(), world.samples.query("s-1").sort_ge(3)));
    all_are_rejected("below the range", ways!(world, early(), world.table.query(text("s-1")).sort_ge(number(3))));
    all_are_rejected("below the range", ways!(world, early(), world.samples.query_index(by_unit, "K").sort_ge(3)));
}

/// The entries of such an index are not verified, but entries that the conditions exclude are rejected.
#[tokio::test]
async fn entries_of_an_index_match_the_query() {
    let world = World::new().await;
    let by_place = Sample::indexes().by_place;
    let mut elsewhere = world.stored("s-1", 2);
    elsewhere["place"] = json!({ "S": "roof" });
    world.liar.tell(with(elsewhere));
    let error = in_time(world.samples.query_index(by_place, "hall").collect()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    world.liar.tell(reversed());
    let error = in_time(world.samples.query_index(by_place, "hall").collect()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

/// An index may lag behind: the item itself is authoritative.
#[tokio::test]
async fn hydrated_items_that_no_longer_match_the_filter_are_omitted() {
    let world = World::new().await;
    let hydrated = || {
        let query = world.samples.query_index(Sample::indexes().by_place, "hall").hydrate();
        query.filter(Sample::fields().seen.eq(true))
    };
    // The index does not have this attribute, so an honest server finds nothing.
    world.liar.tell(Box::new(|_, _, _| false));
    assert_eq!(hydrated().count().await.unwrap(), 0);
    let entries: Vec<Value> = (0..4).map(|time| world.stored("s-1", time)).collect();
    world.liar.tell(Box::new(move |operation, _, response| {
        operation == "Query" && {
            response["Items"] = json!(entries);
            true
        }
    }));
    let found = hydrated().collect().await.unwrap();
    assert_eq!(found, [sample("s-1", 0), sample("s-1", 2)]);
    assert_eq!(hydrated().count().await.unwrap(), 2);
}

/// A reader cannot detect items that the server omits.
#[tokio::test]
async fn withheld_items_are_not_detected() {
    let world = World::new().await;
    let by_unit = Sample::indexes().by_unit;
    all_find(5, "a query", ways!(world, held_back(), world.samples.query("s-1").page_size(3)));
    all_find(10, "an index", ways!(world, held_back(), world.samples.query_index(by_unit, "K").page_size(3)));
    all_find(10, "a scan", ways!(world, held_back(), world.samples.scan().page_size(3)));
    all_find(5, "a query", ways!(world, held_back(), world.table.query(text("s-1")).page_size(3)));
    all_find(10, "a scan", ways!(world, held_back(), world.table.scan().page_size(3)));
}

/// Reads by key: another item, exchanged items, duplicates, or items that stay unprocessed.
#[tokio::test(start_paused = true)]
async fn reads_by_key_return_the_item_of_the_key_or_an_error() {
    let world = World::new().await;
    let other = world.stored("s-1", 7);
    let exchanged = || -> Lie {
        let other = other.clone();
        Box::new(move |operation, _, response| {
            operation == "GetItem" && {
                response["Item"] = other.clone();
                true
            }
        })
    };
    world.liar.tell(exchanged());
    let kind = |error: Error| error.kind();
    assert_eq!(world.samples.get(("s-1", 1)).await.map_err(kind), Err(ErrorKind::Integrity));
    assert_eq!(world.samples.fetch(("s-1", 1)).await.map(drop).map_err(kind), Err(ErrorKind::Integrity));
    let update = world.samples.update_with(("s-1", 1), |sample| sample.value = "new".to_owned()).await;
    assert_eq!(update.map(drop).map_err(kind), Err(ErrorKind::Integrity));
    assert_eq!(world.table.get(key("s-1", 1)).await.map_err(kind), Err(ErrorKind::Integrity));
    assert_eq!(world.table.fetch(key("s-1", 1)).await.map(drop).map_err(kind), Err(ErrorKind::Integrity));

    let wanted = || [("s-1", 1), ("s-1", 2), ("s-1", 3)];
    let plain = || wanted().map(|(sensor, time)| key(sensor, time));
    let batch = |change: fn(&mut Vec<Value>, &Value)| -> Lie {
        let other = other.clone();
        Box::new(move |operation, _, response| {
            operation == "BatchGetItem" && {
                change(response["Responses"]["samples"].as_array_mut().unwrap(), &other);
                true
            }
        })
    };
    // One item is replaced by an item of another key: it is not returned, and its absence is an error.
    world.liar.tell(batch(|items, other| items[0] = other.clone()));
    let found = world.samples.get_many(wanted()).await;
    assert_eq!(
        found.iter().filter(|one| one.as_ref().is_err_and(|error| error.kind() == ErrorKind::Integrity)).count(),
        1
    );
    assert!(found.into_iter().flatten().flatten().all(|sample| sample.time != 7));
    let found = world.table.get_many(plain()).await;
    assert_eq!(
        found.iter().filter(|one| one.as_ref().is_err_and(|error| error.kind() == ErrorKind::Integrity)).count(),
        1
    );
    // In another order and repeated, each item is still assigned to its key.
    world.liar.tell(batch(|items, _| {
        items.reverse();
        items.extend(items.clone());
    }));
    let found = world.samples.get_many(wanted()).await;
    let times: Vec<_> = found.into_iter().map(|one| one.unwrap().unwrap().time).collect();
    assert_eq!(times, [1, 2, 3]);
    let found = world.table.get_many(plain()).await;
    assert_eq!(
        found.into_iter().map(|one| one.unwrap().unwrap()["time"].clone()).collect::<Vec<_>>(),
        plain().map(|key| key["time"].clone())
    );

    let undone = || -> Lie {
        Box::new(|operation, request, response| {
            operation == "BatchGetItem" && {
                *response = json!({ "Responses": {}, "UnprocessedKeys": request["RequestItems"] });
                true
            }
        })
    };
    world.liar.tell(undone());
    for one in in_time(async { Ok(world.samples.get_many(wanted()).await) }).await.unwrap() {
        assert_eq!(one.map_err(kind), Err(ErrorKind::Throttled));
    }
    for one in in_time(async { Ok(world.table.get_many(plain()).await) }).await.unwrap() {
        assert_eq!(one.map_err(kind), Err(ErrorKind::Throttled));
    }
    let hydrated = || world.samples.query_index(Sample::indexes().by_place, "hall").hydrate();
    assert_eq!(in_time(hydrated().collect()).await.map_err(kind), Err(ErrorKind::Throttled));
}

#[tokio::test]
async fn a_transaction_returns_the_items_of_its_keys_in_order_or_an_error() {
    let world = World::new().await;
    let changes: [fn(&mut Vec<Value>); 3] = [
        |responses| responses.reverse(),
        |responses| responses[0] = responses[1].clone(),
        |responses| drop(responses.pop()),
    ];
    for change in changes {
        let lie = || -> Lie {
            Box::new(move |operation, _, response| {
                operation == "TransactGetItems" && {
                    change(response["Responses"].as_array_mut().unwrap());
                    true
                }
            })
        };
        world.liar.tell(lie());
        let gets = (world.samples.get(("s-1", 1)), world.samples.get(("s-1", 2)));
        let found = dynaseal::transact_get(gets).await;
        assert_eq!(found.map(drop).map_err(|error| error.kind()), Err(ErrorKind::Integrity));
        world.liar.tell(lie());
        let gets = vec![world.table.get(key("s-1", 1)), world.table.get(key("s-1", 2))];
        let found = dynaseal::transact_get(gets).await;
        assert_eq!(found.map(drop).map_err(|error| error.kind()), Err(ErrorKind::Integrity));
    }
}
