//! Sort keys built from templates, and the conditions on them.

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::index::{FixedWidthKey, OrderedKey, OrderedText, PrefixKey};
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Item, Repository};
use dynaseal_tests::gate::Gate;

use super::setup::Store;

/// A date as text.
#[derive(Clone, Debug, PartialEq)]
struct Day(String);

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Day {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

dynaseal::key_attribute!(Day as String);
impl OrderedKey for Day {}
impl OrderedText for Day {}
impl PrefixKey for Day {}
impl FixedWidthKey for Day {}

/// An entity in one partition with the orders of its customer.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "order", sort_key(name = "SK", template = "ORDER#{number}"))]
struct Order {
    #[partition_key]
    customer: String,
    #[sign_only]
    number: String,
    total: u64,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(entity = "visit", sort_key(name = "SK", template = "VISIT#{day}"))]
struct Visit {
    #[partition_key]
    customer: String,
    #[sign_only]
    day: Day,
}

#[tokio::test]
async fn trailing_text_of_a_template_supports_ranges_and_prefixes() {
    let store = Store::new();
    let orders: Repository<Order> = store.repository("shop", store.client.clone());
    let visits: Repository<Visit> = store.repository("shop", store.client.clone());
    orders.create_table().await.unwrap();
    let numbers = ["2026-04-30-1", "2026-05-01-1", "2026-05-01-2", "2026-05-31-1", "2026-06-01-1"];
    for (total, number) in (0..).zip(numbers) {
        orders.put(&Order { customer: "c-1".to_owned(), number: number.to_owned(), total }).await.unwrap();
    }
    for day in ["2026-04-30", "2026-05-01", "2026-05-02"] {
        visits.put(&Visit { customer: "c-1".to_owned(), day: Day(day.to_owned()) }).await.unwrap();
    }

    let totals = |orders: Vec<Order>| orders.into_iter().map(|order| order.total).collect::<Vec<_>>();
    let query = || orders.query("c-1");
    assert_eq!(totals(query().sort_begins_with("2026-05-01").collect().await.unwrap()), [1, 2]);
    assert_eq!(totals(query().sort_eq("2026-05-01-2").collect().await.unwrap()), [2]);
    assert_eq!(totals(query().sort_gt("2026-05-01-2").collect().await.unwrap()), [3, 4]);
    assert_eq!(totals(query().sort_between("2026-05", "2026-05-9").descending().collect().await.unwrap()), [3, 2, 1]);
    // Visits precede and follow all orders, as do customers with other initials.
    assert_eq!(totals(query().sort_le("2026-04-30-1").collect().await.unwrap()), [0]);

    // Every string begins with the empty string, and is at least as large.
    assert_eq!(totals(query().sort_begins_with("").collect().await.unwrap()), [0, 1, 2, 3, 4]);
    assert_eq!(totals(query().sort_ge("").collect().await.unwrap()), [0, 1, 2, 3, 4]);
    assert!(totals(query().sort_le("").collect().await.unwrap()).is_empty());
    assert_eq!(query().sort_lt("").collect().await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(query().sort_eq("").collect().await.unwrap_err().kind(), ErrorKind::Codec, "a key has no empty value");
    assert!(totals(query().sort_begins_with("#VISIT#").collect().await.unwrap()).is_empty());
    assert_eq!(
        totals(query().sort_ge("\u{0}").collect().await.unwrap()),
        [0, 1, 2, 3, 4],
        "visits come behind, and stay there"
    );

    let day = |day: &str| Day(day.to_owned());
    assert_eq!(visits.query("c-1").sort_begins_with(day("2026-05-")).collect().await.unwrap().len(), 2);
    assert_eq!(visits.query("c-1").sort_begins_with("2026-05-").collect().await.unwrap().len(), 2);
    assert_eq!(visits.query("c-1").sort_lt(day("2026-05-01")).collect().await.unwrap().len(), 1);
}

/// An entity without a discriminator, in one partition with many other items.
#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(partition_key(name = "PK", template = "P#{patient}"))]
#[item(sort_key(name = "SK", template = "APPT#{day}#{id}"))]
struct Appointment {
    #[sign_only]
    patient: String,
    #[sign_only]
    day: Day,
    #[sign_only]
    id: String,
    notes: String,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(partition_key(name = "PK", template = "P#{patient}"))]
#[item(sort_key(name = "SK", template = "PROFILE"))]
struct Profile {
    #[sign_only]
    patient: String,
    name: String,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(partition_key(name = "PK", template = "P#{patient}"))]
#[item(sort_key(name = "SK", template = "INVOICE#{number:04}"))]
struct Invoice {
    #[sign_only]
    patient: String,
    #[sign_only]
    number: u16,
}

fn appointment(day: &str, id: &str) -> Appointment {
    let text = str::to_owned;
    Appointment { patient: text("p1"), day: Day(text(day)), id: text(id), notes: text("none") }
}

fn ids(appointments: &[Appointment]) -> Vec<&str> {
    appointments.iter().map(|appointment| appointment.id.as_str()).collect()
}

const DAYS: [(&str, &str); 6] = [
    ("2026-04-30", "a"),
    ("2026-05-01", "b"),
    ("2026-05-01", "b#c"),
    ("2026-05-02", "d"),
    ("2026-05-31", "e"),
    ("2026-06-01", "f"),
];

async fn clinic(store: &Store) -> Repository<Appointment> {
    let appointments: Repository<Appointment> = store.repository("clinic", store.client.clone());
    appointments.create_table().await.unwrap();
    for (day, id) in DAYS {
        appointments.put(&appointment(day, id)).await.unwrap();
    }
    appointments
}

/// Writes an item of another program.
async fn put_stranger(store: &Store, sort_key: &str, size: usize) {
    let item = Item::from([
        ("PK".to_owned(), AttributeValue::S("P#p1".to_owned())),
        ("SK".to_owned(), AttributeValue::S(sort_key.to_owned())),
        ("scan".to_owned(), AttributeValue::B(Blob::new(vec![7; size]))),
    ]);
    store.client.put_item().table_name("clinic").set_item(Some(item)).send().await.unwrap();
}

#[tokio::test]
async fn a_query_reads_only_keys_of_its_template() {
    let store = Store::new();
    clinic(&store).await;
    for number in 0..12 {
        put_stranger(&store, &format!("AAA#{number:02}"), 350_000).await;
        put_stranger(&store, &format!("ZZZ#{number:02}"), 350_000).await;
    }
    let gate = Gate::default();
    let client = gate.client(&store.client);
    let appointments: Repository<Appointment> = store.repository("clinic", client.clone());
    let profiles: Repository<Profile> = store.repository("clinic", client.clone());
    let invoices: Repository<Invoice> = store.repository("clinic", client);
    profiles.put(&Profile { patient: "p1".to_owned(), name: "Ada".to_owned() }).await.unwrap();
    for number in 1..=3 {
        invoices.put(&Invoice { patient: "p1".to_owned(), number }).await.unwrap();
    }
    let requests = || {
        let requests = gate.requests().len();
        gate.clear();
        requests
    };
    requests();
    let day = |day: &str| Day(day.to_owned());

    assert_eq!(appointments.query("p1").collect().await.unwrap().len(), 6);
    assert_eq!(requests(), 1);
    assert_eq!(appointments.query("p1").count().await.unwrap(), 6);
    assert_eq!(requests(), 1);
    assert_eq!(appointments.query("p1").limit(1).collect().await.unwrap().len(), 1);
    assert_eq!(requests(), 1);
    assert_eq!(appointments.query("p1").descending().limit(1).collect().await.unwrap()[0].id, "f");
    assert_eq!(requests(), 1);
    assert_eq!(appointments.query("p1").sort_le(day("2026-04-30")).collect().await.unwrap().len(), 1);
    assert_eq!(requests(), 1);
    assert_eq!(appointments.query("p1").sort_gt(day("2026-05-31")).collect().await.unwrap().len(), 1);
    assert_eq!(requests(), 1);
    assert_eq!(invoices.query("p1").collect().await.unwrap().len(), 3);
    assert_eq!(requests(), 1);
    assert_eq!(invoices.query("p1").sort_le(2).collect().await.unwrap().len(), 2);
    assert_eq!(requests(), 1);
    assert_eq!(invoices.query("p1").sort_lt(2).collect().await.unwrap().len(), 1);
    assert_eq!(requests(), 1);
    assert_eq!(invoices.query("p1").sort_ge(2).collect().await.unwrap().len(), 2);
    assert_eq!(requests(), 1);
    assert_eq!(invoices.query("p1").sort_gt(2).collect().await.unwrap().len(), 1);
    assert_eq!(requests(), 1);
    assert_eq!(profiles.query("p1").collect().await.unwrap().len(), 1);
    assert_eq!(requests(), 1);
}

#[tokio::test]
async fn a_key_of_several_values_is_queried_by_the_first_ones() {
    let store = Store::new();
    let appointments = clinic(&store).await;
    let query = || appointments.query("p1");
    let day = |day: &str| Day(day.to_owned());

    assert_eq!(ids(&query().sort_eq(day("2026-05-01")).collect().await.unwrap()), ["b", "b#c"]);
    assert_eq!(ids(&query().sort_eq((day("2026-05-01"), "b")).collect().await.unwrap()), ["b"]);
    assert_eq!(ids(&query().sort_begins_with("2026-05").collect().await.unwrap()), ["b", "b#c", "d", "e"]);
    assert_eq!(ids(&query().sort_begins_with((day("2026-05-01"), "b#")).collect().await.unwrap()), ["b#c"]);
    assert_eq!(ids(&query().sort_begins_with("").collect().await.unwrap()).len(), 6);

    assert_eq!(ids(&query().sort_ge(day("2026-05-02")).collect().await.unwrap()), ["d", "e", "f"]);
    assert_eq!(ids(&query().sort_gt(day("2026-05-01")).collect().await.unwrap()), ["d", "e", "f"]);
    // An upper bound includes the whole day.
    assert_eq!(ids(&query().sort_le(day("2026-05-01")).collect().await.unwrap()), ["a", "b", "b#c"]);
    assert_eq!(ids(&query().sort_lt(day("2026-05-01")).collect().await.unwrap()), ["a"]);
    let may = query().sort_between(day("2026-05-01"), day("2026-05-31"));
    assert_eq!(ids(&may.collect().await.unwrap()), ["b", "b#c", "d", "e"]);
    let mixed = query().sort_between((day("2026-05-01"), "b#c"), day("2026-05-02")).descending();
    assert_eq!(ids(&mixed.collect().await.unwrap()), ["d", "b#c"]);
    assert_eq!(ids(&query().sort_gt((day("2026-05-01"), "b")).collect().await.unwrap()), ["b#c", "d", "e", "f"]);
    assert_eq!(ids(&query().sort_lt((day("2026-05-01"), "b#c")).collect().await.unwrap()), ["a", "b"]);

    let empty = query().sort_between(day("2026-05-02"), day("2026-05-01")).collect().await.unwrap_err();
    assert_eq!((empty.kind(), empty.attribute()), (ErrorKind::Usage, Some("SK")));
    let ambiguous = query().sort_eq(day("2026#05")).collect().await.unwrap_err();
    assert_eq!((ambiguous.kind(), ambiguous.attribute()), (ErrorKind::Codec, Some("SK")));
}

/// Without a discriminator, items with similar keys are included.
#[tokio::test]
async fn a_key_of_another_form_is_distinguished_from_a_forgery() {
    let store = Store::new();
    let appointments = clinic(&store).await;
    put_stranger(&store, "APPT#2026-07-01", 10).await;
    let error = appointments.query("p1").collect().await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("SK")));
    assert!(error.to_string().contains("entity = "), "{error}");
    assert!(!error.to_string().contains("2026-07-01"), "{error}");
    // This applies to a scan, too.
    assert_eq!(appointments.scan().collect().await.unwrap_err().kind(), ErrorKind::Schema);
    // An unsigned item with a matching key is an integrity error.
    put_stranger(&store, "APPT#2026-07-01#g", 10).await;
    let error = appointments.query("p1").sort_eq(Day("2026-07-01".to_owned())).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}
