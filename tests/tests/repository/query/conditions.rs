//! Conditions on sort keys and on other attributes.

use std::collections::{BTreeSet, HashSet};

use dynaseal::repository::query::{Query, Selection};
use dynaseal::{EncryptedItem, ErrorKind, Repository};

use super::setup::{Reading, Store, reading, times};

const TIMES: std::ops::Range<i64> = -3..12;

async fn found(
    readings: &Repository<Reading>,
    ask: impl FnOnce(Selection<Reading, Query<i64>>) -> Selection<Reading, Query<i64>>,
) -> Vec<i64> {
    times(&ask(readings.query("s-1")).collect().await.unwrap())
}

#[tokio::test]
async fn the_sort_key_is_compared_by_its_type() {
    let readings = Store::with_readings(&["s-1", "s-2"], TIMES).await.readings();
    assert_eq!(found(&readings, |query| query).await, TIMES.collect::<Vec<_>>());
    assert_eq!(found(&readings, |query| query.sort_eq(10)).await, [10]);
    assert_eq!(found(&readings, |query| query.sort_lt(-1)).await, [-3, -2]);
    assert_eq!(found(&readings, |query| query.sort_le(-1)).await, [-3, -2, -1]);
    assert_eq!(found(&readings, |query| query.sort_gt(9)).await, [10, 11]);
    assert_eq!(found(&readings, |query| query.sort_ge(9)).await, [9, 10, 11]);
    assert_eq!(found(&readings, |query| query.sort_between(-1, 2)).await, [-1, 0, 1, 2]);
    assert_eq!(found(&readings, |query| query.sort_between(2, 2)).await, [2]);
    assert_eq!(found(&readings, |query| query.descending().sort_lt(0)).await, [-1, -2, -3]);
    assert!(found(&readings, |query| query.sort_gt(11)).await.is_empty());
    assert_eq!(readings.query("s-1").sort_eq(4).collect().await.unwrap(), [reading("s-1", 4)]);
    assert!(readings.query("nobody").collect().await.unwrap().is_empty());
    assert_eq!(readings.query("nobody").count().await.unwrap(), 0);
}

#[derive(Debug, EncryptedItem)]
struct Visit {
    #[partition_key]
    patient: u32,
    #[sort_key]
    day: String,
    notes: String,
}

#[derive(Debug, EncryptedItem)]
struct Block {
    #[partition_key]
    chain: Vec<u8>,
    #[sort_key]
    hash: Vec<u8>,
    content: String,
}

#[tokio::test]
async fn begins_with_works_on_text_and_bytes() {
    let store = Store::new();
    let visits: Repository<Visit> = store.repository("visits", store.client.clone());
    visits.create_table().await.unwrap();
    for day in ["2026-04-30", "2026-05-01", "2026-05-31", "2026-06-01", "é", "z"] {
        visits.put(&Visit { patient: 7, day: day.to_owned(), notes: "-".to_owned() }).await.unwrap();
    }
    let may = visits.query(7).sort_begins_with("2026-05-").collect().await.unwrap();
    assert_eq!(may.iter().map(|visit| visit.day.as_str()).collect::<Vec<_>>(), ["2026-05-01", "2026-05-31"]);
    // Text is compared by bytes, without a locale.
    let last = visits.query(7).sort_gt("z").collect().await.unwrap();
    assert_eq!((last[0].day.as_str(), last[0].notes.as_str()), ("é", "-"));

    let blocks: Repository<Block> = store.repository("blocks", store.client.clone());
    blocks.create_table().await.unwrap();
    for hash in [[0, 7], [127, 0], [128, 0], [128, 255]] {
        let block = Block { chain: vec![1], hash: hash.to_vec(), content: "-".to_owned() };
        blocks.put(&block).await.unwrap();
    }
    let found = blocks.query(vec![1]).sort_begins_with(vec![128]).collect().await.unwrap();
    assert_eq!(found.iter().map(|block| block.hash[1]).collect::<Vec<_>>(), [0, 255]);
    let found = blocks.query(vec![1]).sort_le(vec![127, 0]).collect().await.unwrap();
    assert!(found.len() == 2 && found[0].content == "-" && found[0].chain == [1]);
}

#[tokio::test]
async fn filters_use_unencrypted_attributes() {
    let readings = Store::with_readings(&["s-1", "s-2"], TIMES).await.readings();
    let fields = Reading::fields();
    let expected: Vec<i64> = TIMES.filter(|time| time % 6 == 0).collect();
    let filter = fields.unit.eq("K") & fields.seen.eq(true);
    assert_eq!(found(&readings, |query| query.filter(filter.clone())).await, expected);
    let both = found(&readings, |query| query.filter(fields.unit.eq("K")).filter(fields.seen.eq(true))).await;
    assert_eq!(both, expected);
    let either =
        found(&readings, |query| query.filter(fields.unit.eq("K")).filter(filter | fields.unit.eq("Pa"))).await;
    assert_eq!(either, TIMES.filter(|time| time % 6 == 0).collect::<Vec<_>>());
    assert_eq!(readings.query("s-1").filter(fields.seen.eq(false)).count().await.unwrap(), 10);
}

#[tokio::test]
async fn invalid_queries_are_rejected_before_sending() {
    let store = Store::with_readings(&["s-1"], 0..3).await;
    let (readings, requests) = store.behind([]);
    let query = || readings.query("s-1");
    let wrong = [
        query().sort_eq(1).sort_eq(1),
        query().sort_between(2, 1),
        query().limit(0),
        query().page_size(0),
        query().page_size(u32::MAX),
        query().filter(Reading::fields().time.gt(1)),
        query().filter(Reading::fields().unit.is_in(Vec::<String>::new())),
    ];
    for selection in wrong {
        let text = format!("{selection:?}");
        assert_eq!(selection.collect().await.unwrap_err().kind(), ErrorKind::Usage, "{text}");
    }
    assert_eq!(query().limit(0).page(None).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(query().limit(0).count().await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(readings.parallel_scan(0).count().await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(readings.parallel_scan(1_000_001).count().await.unwrap_err().kind(), ErrorKind::Usage);

    let error = readings.query("").collect().await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some("sensor")));
    let long = vec!["x".repeat(99); 50];
    let error = query().filter(Reading::fields().unit.is_in(long.clone())).collect().await;
    assert!(error.is_ok(), "values do not count as text of the expression");
    assert_eq!(requests.injected().len(), 1);
}

#[tokio::test]
async fn a_missing_table_is_reported() {
    let error = Store::new().readings().query("s-1").collect().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("Query")));
    let error = Store::new().readings().scan().count().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("Scan")));
}

#[derive(Debug, EncryptedItem)]
#[item(
    partition_key(name = "PK", template = "SHOP#{shop}"),
    sort_key(name = "SK", template = "ORDER#{day}#{number:05}")
)]
struct Order {
    #[sign_only]
    shop: String,
    #[sign_only]
    day: String,
    #[sign_only]
    number: u32,
    total: u64,
}

#[derive(Debug, EncryptedItem)]
struct Hire {
    #[partition_key]
    company: String,
    #[sort_key]
    #[item(template = "YEAR#{year:04}")]
    year: u32,
    name: String,
}

#[tokio::test]
async fn template_keys_are_queried_by_their_values() {
    let store = Store::new();
    let hires: Repository<Hire> = store.repository("hires", store.client.clone());
    hires.create_table().await.unwrap();
    for year in [7, 80, 999, 1000, 2020] {
        hires.put(&Hire { company: "c-1".to_owned(), year, name: "Ada".to_owned() }).await.unwrap();
    }
    let found = hires.query("c-1").sort_between(80, 1000).collect().await.unwrap();
    assert!(found.iter().all(|hire| hire.name == "Ada" && hire.company == "c-1"));
    assert_eq!(found.iter().map(|hire| hire.year).collect::<Vec<_>>(), [80, 999, 1000]);
    assert_eq!(hires.query("c-1").sort_lt(80).collect().await.unwrap()[0].year, 7);

    let orders: Repository<Order> = store.repository("orders", store.client.clone());
    orders.create_table().await.unwrap();
    for number in 0..3 {
        let order = Order { shop: "s-1".to_owned(), day: "2026-05-01".to_owned(), number, total: 100 };
        orders.put(&order).await.unwrap();
    }
    let found = orders.query("s-1").sort_eq(("2026-05-01", 2)).collect().await.unwrap();
    assert!(found.len() == 1 && found[0].number == 2 && found[0].total == 100);
    assert!(found[0].shop == "s-1" && found[0].day == "2026-05-01");
    assert_eq!(orders.query("s-2").count().await.unwrap(), 0);
}

#[derive(Debug, EncryptedItem)]
struct Release {
    #[partition_key]
    product: String,
    #[sort_key]
    number: u32,
    #[sign_only]
    title: String,
    #[sign_only]
    notes: Vec<String>,
    #[sign_only]
    #[item(set)]
    tags: BTreeSet<String>,
    #[sign_only]
    #[item(set)]
    fixes: HashSet<u32>,
    #[sign_only]
    #[item(set)]
    digests: BTreeSet<Vec<u8>>,
    #[sign_only]
    #[item(bytes)]
    magic: Option<Vec<u8>>,
}

/// The members of a collection are compared in their stored form: bytes are a binary in a set, and not a list of
/// numbers.
#[tokio::test]
async fn parts_are_queried_in_their_stored_form() {
    let store = Store::new();
    let releases: Repository<Release> = store.repository("releases", store.client.clone());
    releases.create_table().await.unwrap();
    for number in 0..4 {
        let release = Release {
            product: "p-1".to_owned(),
            number,
            title: format!("release {number}"),
            notes: vec![format!("note {number}"), "the same".to_owned()],
            tags: BTreeSet::from([format!("tag {number}")]),
            fixes: HashSet::from([number, 100]),
            digests: BTreeSet::from([vec![number as u8, 7], vec![255]]),
            magic: (number == 3).then(|| vec![1, 2, 3]),
        };
        releases.put(&release).await.unwrap();
    }
    let fields = Release::fields();
    for condition in [
        fields.title.contains("ase 3"),
        fields.notes.contains("note 3"),
        fields.tags.contains("tag 3"),
        fields.fixes.contains(3_u32),
        fields.digests.contains(vec![3, 7]),
        fields.magic.contains(2),
    ] {
        let found = releases.query("p-1").filter(condition.clone()).collect().await.unwrap();
        assert_eq!(found.iter().map(|release| release.number).collect::<Vec<_>>(), [3], "{condition:?}");
    }
    let everywhere =
        fields.notes.contains("the same") & fields.fixes.contains(100_u32) & fields.digests.contains(vec![255]);
    assert_eq!(releases.query("p-1").filter(everywhere).count().await.unwrap(), 4);
    assert_eq!(releases.query("p-1").filter(fields.tags.contains("tag")).count().await.unwrap(), 0);
    // A set can have an empty member, but these have none.
    assert_eq!(releases.query("p-1").filter(fields.tags.contains("")).count().await.unwrap(), 0);
}
