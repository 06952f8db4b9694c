//! Numbers keep every digit at any depth.

use std::collections::BTreeMap;

use dynaseal::codec::exact;
use dynaseal::{AttributeValue, EncryptedItem, ErrorKind, Number, Repository};
use serde::{Deserialize, Serialize};

use dynaseal_tests::entity_store::{Store, list, map, number, text};

const DIGITS: &str = "1234567890123456789.0123456789012345678";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    price: Number,
    discount: Option<Number>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Payment {
    Cash(Number),
    Card { amount: Number },
    Split(Number, Number),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Line(Line),
    Amount(Number),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Line(Line),
    Amount { amount: Number, rough: f64 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    #[serde(flatten)]
    line: Line,
    #[serde(flatten)]
    rest: BTreeMap<String, Number>,
}

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
struct Order {
    #[partition_key]
    id: String,
    #[sign_only]
    lines: Vec<Line>,
    #[sign_only]
    tuple: (u8, Number),
    #[sign_only]
    by_name: BTreeMap<String, Number>,
    #[sign_only]
    payments: Vec<Payment>,
    #[sign_only]
    untagged: Vec<Untagged>,
    #[sign_only]
    tagged: Vec<Tagged>,
    #[sign_only]
    flat: Flat,
    #[sign_only]
    wide: u128,
    #[sign_only]
    negative: i128,
    #[sign_only]
    nested_wide: Vec<Option<i128>>,
    #[sign_only]
    json: serde_json::Value,
    #[item(with = exact)]
    text: String,
}

fn n(text: &str) -> Number {
    text.parse().unwrap()
}

fn line(price: &str) -> Line {
    Line { price: n(price), discount: Some(n("0.01")) }
}

fn order() -> Order {
    Order {
        id: "1".to_owned(),
        lines: vec![line("19.99"), Line { price: n(DIGITS), discount: None }],
        tuple: (1, n("0.5")),
        by_name: [("a".to_owned(), n("-1E-130")), ("b".to_owned(), n("9E125"))].into(),
        payments: vec![
            Payment::Cash(n("0.1")),
            Payment::Card { amount: n(DIGITS) },
            Payment::Split(n("1"), n("0.30000000000000000000000000000000000004")),
        ],
        untagged: vec![Untagged::Line(line(DIGITS)), Untagged::Amount(n("0.1")), Untagged::Amount(n("12"))],
        tagged: vec![
            Tagged::Line(line(DIGITS)),
            Tagged::Amount { amount: n("0.1"), rough: 0.30000000000000004 },
            Tagged::Amount { amount: n("0.10000000000000000000001"), rough: 1e100 },
        ],
        flat: Flat { line: line("0.3"), rest: [("more".to_owned(), n(DIGITS))].into() },
        wide: 10_u128.pow(38) - 1,
        negative: -(10_i128.pow(37)),
        nested_wide: vec![Some(i128::from(u64::MAX) + 1), None, Some(-1)],
        json: serde_json::json!({ "price": 19.99, "count": 7, "list": [1.5, -3, "x", null, true] }),
        text: "1E+200".to_owned(),
    }
}

#[tokio::test]
async fn nested_numbers_are_stored_as_numbers() {
    let stored = order().to_item().unwrap();
    assert_eq!(
        stored["lines"],
        list([
            map([("price", number("19.99")), ("discount", number("0.01"))]),
            map([("price", number(DIGITS)), ("discount", AttributeValue::Null(true))]),
        ])
    );
    assert_eq!(stored["tuple"], list([number("1"), number("0.5")]));
    assert_eq!(stored["payments"].as_l().unwrap()[0], map([("Cash", number("0.1"))]));
    assert_eq!(stored["payments"].as_l().unwrap()[1], map([("Card", map([("amount", number(DIGITS))]))]));
    assert_eq!(stored["flat"].as_m().unwrap()["price"], number("0.3"));
    assert_eq!(stored["flat"].as_m().unwrap()["more"], number(DIGITS));
    assert_eq!(stored["wide"], number(&"9".repeat(38)));
    assert_eq!(stored["nested_wide"].as_l().unwrap()[0], number("18446744073709551616"));
    assert_eq!(stored["json"].as_m().unwrap()["price"], number("19.99"));
    assert_eq!(stored["text"], number(&format!("1{}", "0".repeat(200))));
}

#[tokio::test]
async fn every_digit_round_trips() {
    let store = Store::of::<Order>().await.unwrap();
    let orders: Repository<Order> = store.repository();
    orders.create(&order()).await.unwrap();
    let mut expected = order();
    expected.text = format!("1{}", "0".repeat(200)); // has no exponent
    assert_eq!(orders.get("1").await.unwrap().unwrap(), expected);
    assert_eq!(orders.update_with("1", |order| order.tuple.0 = 2).await.unwrap().text, expected.text);
}

/// Items of earlier versions of the library, and of other clients, are read.
#[tokio::test]
async fn text_and_numbers_of_other_writers_are_read() {
    let mut stored = order().to_item().unwrap();
    for (as_stored, price) in
        [(text("19.99"), "19.99"), (number("19.99"), "19.99"), (text("5"), "5"), (number("5.0"), "5")]
    {
        stored.insert("lines".to_owned(), list([map([("price", as_stored.clone())])]));
        stored.insert("tuple".to_owned(), list([number("1"), as_stored.clone()]));
        stored.insert("untagged".to_owned(), list([as_stored.clone()]));
        stored.insert("text".to_owned(), as_stored);
        let read = Order::from_item(&mut stored.clone()).unwrap();
        assert_eq!(read.lines, [Line { price: n(price), discount: None }]);
        assert_eq!((read.tuple.1, read.text.as_str()), (n(price), price));
        assert_eq!(read.untagged, [Untagged::Amount(n(price))]);
    }
    for wrong in [text("19,99"), text(""), AttributeValue::Bool(true), number(&"9".repeat(39))] {
        stored.insert("tuple".to_owned(), list([number("1"), wrong.clone()]));
        let error = Order::from_item(&mut stored.clone()).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Schema, Some("tuple")), "{wrong:?}");
    }
}

/// The limits of DynamoDB, 38 digits and a range, do not apply to encrypted values.
#[tokio::test]
async fn unsupported_unencrypted_numbers_are_rejected_by_name() {
    let store = Store::of::<Order>().await.unwrap();
    let orders: Repository<Order> = store.repository();
    let rejected = async |order: Order, name: &str| {
        let error = orders.put(&order).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Codec, Some(name)));
    };
    rejected(Order { wide: u128::MAX, ..order() }, "wide").await;
    rejected(Order { negative: i128::MIN, ..order() }, "negative").await;
    rejected(Order { nested_wide: vec![Some(i128::MAX)], ..order() }, "nested_wide").await;
    let tagged = |rough| vec![Tagged::Amount { amount: n("1"), rough }];
    for rough in [f64::NAN, f64::INFINITY, 1e126, 1e-131] {
        rejected(Order { tagged: tagged(rough), ..order() }, "tagged").await;
    }
    for text in ["", "x", "NaN", "1E+409601"] {
        rejected(Order { text: text.to_owned(), ..order() }, "text").await;
    }
    // These numbers can be stored, because their last digits are zeros.
    let wide = Order { wide: 2 * 10_u128.pow(38), text: "1".to_owned(), ..order() };
    orders.put(&wide).await.unwrap();
    assert_eq!(orders.get("1").await.unwrap().unwrap(), wide);
}

/// The numbers of serde_json with the feature `arbitrary_precision`, which any crate of a build can enable for all.
#[derive(Serialize)]
#[serde(rename = "$serde_json::private::Number")]
struct JsonNumber {
    #[serde(rename = "$serde_json::private::Number")]
    text: &'static str,
}

#[derive(Deserialize, Default)]
struct Ignored;

#[derive(EncryptedItem)]
struct Document {
    #[partition_key]
    id: String,
    json: Json,
}

#[derive(Default)]
struct Json(Vec<JsonNumber>);

impl Serialize for Json {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Ignored>::deserialize(deserializer).map(|_| Self::default())
    }
}

#[test]
fn json_numbers_are_numbers_with_any_features_of_serde_json() {
    let document = |texts: &[&'static str]| {
        let json = Json(texts.iter().map(|text| JsonNumber { text }).collect());
        Document { id: "1".to_owned(), json }.to_item()
    };
    assert_eq!(
        document(&["19.99", DIGITS, "7"]).unwrap()["json"],
        list([number("19.99"), number(DIGITS), number("7")])
    );
    // Numbers beyond the limits of DynamoDB can be encrypted.
    assert_eq!(document(&["1e400"]).unwrap()["json"].as_l().unwrap()[0].as_n().unwrap().len(), 401);
    for text in ["1e1000000", "NaN", ""] {
        assert_eq!(document(&[text]).unwrap_err().attribute(), Some("json"), "{text}");
    }
}

/// serde buffers both numbers as the same binary fraction.
#[tokio::test]
async fn numbers_with_the_same_binary_fraction_stay_distinct() {
    let near = "0.10000000000000000000001";
    let nearer = "0.100000000000000000000001";
    for [one, two, three] in [["0.1", near, nearer], [near, "0.1", nearer], [near, nearer, "0.1"], [near, near, near]] {
        let order = Order { untagged: [one, two, three].map(|text| Untagged::Amount(n(text))).to_vec(), ..order() };
        assert_eq!(Order::from_item(&mut order.to_item().unwrap()).unwrap().untagged, order.untagged);
    }
    // In one buffer, they stay distinct or are rejected.
    for [one, two] in [["0.1", near], [near, nearer], [near, "0.1"]] {
        let flat = Flat { line: line(one), rest: [("more".to_owned(), n(two))].into() };
        match Order::from_item(&mut Order { flat: flat.clone(), ..order() }.to_item().unwrap()) {
            Ok(read) => assert_eq!(read.flat, flat),
            Err(error) => assert_eq!(error.attribute(), Some("flat")),
        }
    }
}
