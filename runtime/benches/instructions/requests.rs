//! Requests of a repository, compared with the same requests through the SDK alone.
//!
//! Both go to a server that answers each operation with the same body. The price of the crate is what is left of a
//! request without the SDK's work for the stored item, and without the primitives.

use std::collections::HashMap;
use std::hint::black_box;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{KeysAndAttributes, PutRequest, WriteRequest};
use dynaseal::{AttributeActions, AttributeValue, EncryptedItem, Item, ItemEncryptor, Repository};
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::bare::{Dbesdk, Ddbec, Primitives};
use crate::counted::run_counted_work;
use crate::entity::Medium;
use crate::figures::Figures;
use crate::providers::ready;
use crate::server;
use crate::shape::Shape;

/// The requests, each with the number of its items.
const REQUESTS: [(&str, usize); 7] = [
    ("get", 1),
    ("put", 1),
    ("update_with", 1),
    ("get_many", 100),
    ("write_many", 25),
    ("parallel_scan(4)", 4 * 100),
    ("scan and decrypt by hand", 4 * 100),
];

const FORMATS: [&str; 2] = ["DDBEC", "DB-ESDK"];

/// The attributes of the primary key and of the update that the program changes.
const KEY: &str = "attribute-0";
const SEGMENTS: i32 = 4;

/// Prints the counts for one item of each request.
pub(crate) fn print(figures: &Figures) {
    const COLUMNS: [&str; 4] = ["SDK, plaintext", "SDK, stored", "primitives", "dynaseal"];
    let [plaintext, stored, primitives, ours] = COLUMNS;
    println!("{:34}{plaintext:>16}{stored:>16}{primitives:>12}{ours:>12}{:>12}{:>8}", "request", "beyond", "ratio");
    for (format, (request, _)) in FORMATS.iter().flat_map(|format| REQUESTS.map(|request| (format, request))) {
        let counts = COLUMNS.map(|column| figures.row(&name(request, format, column)).unwrap().instructions as f64);
        let [plaintext, stored, primitives, ours] = counts;
        let least = stored + primitives;
        let subject = format!("{request}, {format}");
        let (beyond, ratio) = (ours - least, ours / least);
        println!("{subject:34}{plaintext:16.0}{stored:16.0}{primitives:12.0}{ours:12.0}{beyond:12.0}{ratio:8.3}",);
    }
}

fn name(request: &str, format: &str, column: &str) -> String {
    format!("{request}, {format}, {column}")
}

/// Prints one line for every counted request.
pub(crate) fn run_all() {
    run_format::<Ddbec>("DDBEC");
    run_format::<Dbesdk>("DB-ESDK");
}

fn run_format<P: Primitives>(format: &str) {
    let contest = Contest::new(&P::encryptor(), format);
    let primitives = Bare::<P>::new();
    for (request, items) in REQUESTS {
        let times = (40 / items).max(1);
        contest.count(request, "SDK, plaintext", items, times, &contest.plaintext);
        contest.count(request, "SDK, stored", items, times, &contest.stored);
        primitives.count(request, format);
        contest.count_ours(request, items, times);
    }
}

/// The cryptography of one item.
struct Bare<P: Primitives> {
    primitives: P,
    encrypted: P::Buffers,
}

impl<P: Primitives> Bare<P> {
    fn new() -> Self {
        let [_, medium, _] = Shape::all();
        let primitives = P::new(&medium.with_signed_key());
        let mut encrypted = primitives.buffers().clone();
        primitives.encrypt(&mut encrypted);
        Self { primitives, encrypted }
    }

    fn count(&self, request: &str, format: &str) {
        const ITEMS: usize = 20;
        let mut encryption = vec![self.primitives.buffers().clone(); ITEMS];
        let mut decryption = vec![self.encrypted.clone(); ITEMS];
        match request {
            "put" | "write_many" => decryption.clear(),
            "update_with" => {}
            _ => encryption.clear(),
        }
        run_counted_work(&mut || {
            decryption.iter_mut().for_each(|buffers| self.primitives.decrypt(buffers));
            encryption.iter_mut().for_each(|buffers| self.primitives.encrypt(buffers));
        });
        print_row(&name(request, format, "primitives"), ITEMS);
    }
}

/// Items of the medium shape in plaintext and as stored.
struct Contest {
    runtime: Runtime,
    format: String,
    encryptor: ItemEncryptor,
    values: Vec<Medium>,
    repository: Repository<Medium>,
    plaintext: Side,
    stored: Side,
}

/// Items in one of both forms, and a client of a server that has them.
struct Side {
    client: Client,
    items: Vec<Item>,
    /// The attributes that an update sets.
    changed: Vec<String>,
}

impl Contest {
    fn new(encryptor: &ItemEncryptor, format: &str) -> Self {
        let shape = &Shape::all()[1];
        let value = |number: usize| {
            let mut item = shape.item.clone();
            item.insert(KEY.to_owned(), key(number));
            Medium::from_item(&mut item).unwrap()
        };
        let values: Vec<Medium> = (0..100).map(value).collect();
        let plaintext: Vec<Item> = values.iter().map(|value| value.to_item().unwrap()).collect();
        let actions = AttributeActions::of::<Medium>();
        let encrypt = |item: &Item| ready(encryptor.encrypt(item.clone(), &actions, &shape.context)).unwrap();
        let stored: Vec<Item> = plaintext.iter().map(encrypt).collect();
        let names = |items: &[Item]| items[0].keys().filter(|name| *name != KEY).cloned().collect();
        let (plaintext, mut stored) = (Side::new(plaintext, names), Side::new(stored, names));
        // Signed values that are not encrypted are unchanged, and therefore not part of the update.
        stored.changed.retain(|name| plaintext.items[0].get(name) != stored.items[0].get(name));
        let repository = Repository::builder(stored.client.clone()).table("table").encryptor(encryptor.clone()).build();
        Self {
            runtime: tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap(),
            format: format.to_owned(),
            encryptor: encryptor.clone(),
            values,
            repository,
            plaintext,
            stored,
        }
    }

    fn count(&self, request: &str, column: &str, items: usize, times: usize, side: &Side) {
        // Unused input would be dropped while counting.
        let used = match request {
            "put" | "update_with" => 1,
            "write_many" => items,
            _ => 0,
        };
        let inputs = vec![side.items[..used].to_vec(); times];
        self.run(inputs, async |items| side.send(request, items).await);
        print_row(&name(request, &self.format, column), items * times);
    }

    fn count_ours(&self, request: &str, items: usize, times: usize) {
        let used = if request == "write_many" { items } else { 0 };
        let inputs = vec![self.values[..used].to_vec(); times];
        self.run(inputs, async |values| self.send(request, values).await);
        print_row(&name(request, &self.format, "dynaseal"), items * times);
    }

    /// The inputs are created before counting.
    fn run<I: Clone>(&self, inputs: Vec<I>, request: impl AsyncFn(I)) {
        self.runtime.block_on(request(inputs[0].clone()));
        let mut inputs = inputs.into_iter();
        run_counted_work(&mut || inputs.by_ref().for_each(|input| self.runtime.block_on(black_box(request(input)))));
    }

    async fn send(&self, request: &str, written: Vec<Medium>) {
        let Self { repository, values, .. } = self;
        match request {
            "get" => drop(repository.get(values[0].key()).await.unwrap().unwrap()),
            "put" => repository.put(&values[0]).await.unwrap(),
            "update_with" => drop(repository.update_with(values[0].key(), Medium::change).await.unwrap()),
            "get_many" => {
                let found = repository.get_many(values.iter().map(Medium::key)).await;
                assert!(found.iter().all(|found| found.as_ref().is_ok_and(Option::is_some)));
            }
            "write_many" => repository.write_many(written).await.map_err(drop).unwrap(),
            "parallel_scan(4)" => {
                let found = repository.parallel_scan(SEGMENTS as u32).collect().await.unwrap();
                assert_eq!(found.len(), values.len() * SEGMENTS as usize);
            }
            _ => assert_eq!(self.scan_by_hand().await, values.len() * SEGMENTS as usize),
        }
    }

    async fn scan_by_hand(&self) -> usize {
        let mut tasks = JoinSet::new();
        for segment in 0..SEGMENTS {
            let (client, encryptor) = (self.stored.client.clone(), self.encryptor.clone());
            tasks.spawn(async move {
                let (actions, shape) = (AttributeActions::of::<Medium>(), &Shape::all()[1]);
                let mut values = Vec::new();
                for item in scan(&client, segment).await {
                    let mut item = encryptor.decrypt(item, &actions, &shape.context).await.unwrap();
                    values.push(Medium::from_item(&mut item).unwrap());
                }
                values
            });
        }
        tasks.join_all().await.iter().map(Vec::len).sum()
    }
}

impl Side {
    fn new(items: Vec<Item>, names: impl Fn(&[Item]) -> Vec<String>) -> Self {
        let client = server::client([
            ("GetItem", server::one_item(&items[0])),
            ("BatchGetItem", server::batch(&items)),
            ("Scan", server::page(&items)),
        ]);
        Self { client, changed: names(&items), items }
    }

    async fn send(&self, request: &str, mut items: Vec<Item>) {
        let client = &self.client;
        match request {
            "get" => drop(self.get().await),
            "put" => drop(client.put_item().table_name("table").set_item(items.pop()).send().await.unwrap()),
            "update_with" => {
                drop(self.get().await);
                self.update(items.swap_remove(0)).await;
            }
            "get_many" => {
                let keys = (0..self.items.len()).map(|number| Item::from([(KEY.to_owned(), key(number))])).collect();
                let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(false).build().unwrap();
                drop(client.batch_get_item().request_items("table", keys).send().await.unwrap());
            }
            "write_many" => {
                let puts = items.into_iter().map(|item| {
                    let put = PutRequest::builder().set_item(Some(item)).build().unwrap();
                    WriteRequest::builder().put_request(put).build()
                });
                drop(client.batch_write_item().request_items("table", puts.collect()).send().await.unwrap());
            }
            _ => {
                let mut tasks = JoinSet::new();
                for segment in 0..SEGMENTS {
                    let client = client.clone();
                    tasks.spawn(async move { drop(scan(&client, segment).await) });
                }
                tasks.join_all().await;
            }
        }
    }

    async fn get(&self) -> Item {
        let request = self.client.get_item().table_name("table").key(KEY, key(0)).consistent_read(true);
        request.send().await.unwrap().item.unwrap()
    }

    async fn update(&self, mut item: Item) {
        let mut sets = String::from("SET ");
        let (mut names, mut values) = (HashMap::new(), HashMap::new());
        for (position, name) in self.changed.iter().enumerate() {
            let separator = if position > 0 { ", " } else { "" };
            sets.push_str(&format!("{separator}#{position} = :{position}"));
            names.insert(format!("#{position}"), name.clone());
            values.insert(format!(":{position}"), item.remove(name).unwrap());
        }
        let request = self.client.update_item().table_name("table").key(KEY, key(0)).update_expression(sets);
        let request = request.set_expression_attribute_names(Some(names)).set_expression_attribute_values(Some(values));
        request.send().await.unwrap();
    }
}

async fn scan(client: &Client, segment: i32) -> Vec<Item> {
    let request = client.scan().table_name("table").segment(segment).total_segments(SEGMENTS);
    request.send().await.unwrap().items.unwrap()
}

fn key(number: usize) -> AttributeValue {
    AttributeValue::S(format!("{number:0100}"))
}

fn print_row(name: &str, items: usize) {
    println!("{}", json!({ "name": name, "attributes": 1, "bytes": 1, "items": items }));
}
