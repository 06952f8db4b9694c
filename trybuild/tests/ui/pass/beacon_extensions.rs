#![deny(warnings)]
#![allow(dead_code, reason = "the functions only have to compile")]

use std::borrow::Cow;

use dynaseal::condition::{
    Approximate, Attr, BeaconNumber, BucketsBeacon, Condition, NgramsBeacon, PrefixesBeacon, Searchable, ServerText, Unstored,
    WordsBeacon,
};
use dynaseal::{EncryptedItem, Number, Repository};

/// Stored by serde as a number.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Cents(i64);

impl BeaconNumber for Cents {}

/// Stored by serde as text.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Motto(String);

impl ServerText for Motto {}

#[derive(EncryptedItem)]
#[item(
    index(name = "by-name", partition = whole_name),
    beacon(name = whole_name, of = name, bits = 16),
    beacon(name = name_words, of = name, bits = 8, extension, words, uppercase),
    beacon(name = city_beginning, of = "address.city", bits = 8, extension, prefixes = 3..=3),
    beacon(name = floor, of = "address.floor", bits = 8, extension, buckets = 10),
    partitions = 5
)]
struct Person<Salary, Text>
where
    Salary: BeaconNumber + Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
    Text: ServerText + Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    #[partition_key]
    id: String,
    #[item(beacon(bits = 8, extension, prefixes = 2..=6, lowercase))]
    name: String,
    #[item(beacon(bits = 12, extension, words, partitions = 2), default)]
    notes: Option<String>,
    #[item(beacon(bits = 8, extension, ngrams = 3, name = about_v2))]
    about: Box<str>,
    #[item(beacon(bits = 8, extension, ngrams = 2))]
    title: Cow<'static, str>,
    #[item(beacon(bits = 8, extension, words))]
    motto: Text,
    #[item(beacon(bits = 8, extension, buckets = 500))]
    salary: Salary,
    #[item(beacon(bits = 8, extension, buckets = 1))]
    ratio: Option<f64>,
    #[item(number, beacon(bits = 8, extension, buckets = 18_446_744_073_709_551_615))]
    balance: Number,
    address: Address,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Address {
    city: String,
    floor: u8,
}

type Employee = Person<Cents, Motto>;

async fn find(people: Repository<Employee>) {
    let fields = Employee::fields();
    let _: Attr<Employee, String, Searchable<PrefixesBeacon>> = fields.name;
    let _: Attr<Employee, Box<str>, Searchable<NgramsBeacon>> = fields.about;
    let _: Attr<Employee, Cents, Searchable<BucketsBeacon>> = fields.salary;
    let _: Attr<Employee, String, Unstored<WordsBeacon>> = fields.name_words;
    let _: Attr<Employee, Number, Unstored<BucketsBeacon>> = fields.floor;
    let text: Condition<Employee, Approximate> = fields.name.begins_with("an")
        | fields.notes.contains_word("retired")
        | fields.about.contains("rust")
        | fields.title.contains("Dr")
        | fields.motto.contains_word("semper")
        | fields.name_words.contains_word("ann")
        | fields.city_beginning.begins_with("Par");
    let number = fields.salary.between(Cents(100), Cents(200)) & fields.salary.eq(Cents(150))
        | fields.ratio.between(0.5, 1.5)
        | fields.balance.is_in([Number::from(5)])
        | fields.floor.between(Number::from(1), Number::from(3));
    let _ = people.scan().filter(text & !number).collect().await;
    let _ = people.query_index(Employee::indexes().by_name, "Ann").filter(fields.notes.exists()).collect().await;
}

fn main() {
    assert!(Employee::beacons().is_some());
}
