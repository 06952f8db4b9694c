//! Sort keys that a template makes, and what can be asked of them.

use dynaseal::index::{OrderedKey, OrderedText, PrefixKey};
use dynaseal::{EncryptedItem, ErrorKind, Repository};

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

/// In one partition with its customer's orders.
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
async fn text_at_the_end_of_a_template_has_ranges_and_beginnings() {
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
    // What comes before all orders and behind them are visits, and customers of other letters.
    assert_eq!(totals(query().sort_le("2026-04-30-1").collect().await.unwrap()), [0]);

    // The template's own text is no value: not that of all orders, nor that of the visits.
    assert_eq!(query().sort_begins_with("").collect().await.unwrap_err().kind(), ErrorKind::Codec);
    assert!(totals(query().sort_begins_with("#VISIT#").collect().await.unwrap()).is_empty());
    assert_eq!(
        totals(query().sort_ge("\u{0}").collect().await.unwrap()),
        [0, 1, 2, 3, 4],
        "visits come behind, and stay there"
    );

    let day = |day: &str| Day(day.to_owned());
    assert_eq!(visits.query("c-1").sort_begins_with(day("2026-05-")).collect().await.unwrap().len(), 2);
    assert_eq!(visits.query("c-1").sort_lt(day("2026-05-01")).collect().await.unwrap().len(), 1);
}
