//! Everything that has a budget, and how costs grow, measured in one run:
//! `cargo bench -p dynaseal --bench performance --features embedded,rsa,testing`.
//!
//! It prints a table, and writes the same to `performance/report.json` and as a chart to `performance/report.svg`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has nothing to report"
)]

#[path = "../item/bare.rs"]
mod bare;
mod chart;
#[path = "../item/contest.rs"]
mod item;
mod machine;
mod providers;
mod ratio;
mod row;
#[path = "../item/shape.rs"]
mod shape;
#[path = "../update/contest.rs"]
mod store;

use std::fs;
use std::path::Path;

use ratio::Ratio;
use row::Row;
use shape::Shape;

const ATTRIBUTES: [usize; 4] = [1, 10, 100, 1000];
const BYTES: [usize; 5] = [16, 1024, 16 * 1024, 64 * 1024, 390 * 1024];

fn main() {
    // Cargo also runs benches to see whether they work, for which one would wait too long.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    item::keep_freed_memory();
    println!("{}\n\n{}", machine::description(), row::HEADER);
    let mut rows = Vec::new();
    measure_items(&mut rows);
    measure_providers(&mut rows);
    measure_store(&mut rows);
    measure_growth(&mut rows);

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../performance");
    fs::create_dir_all(&folder).unwrap();
    let report = serde_json::json!({
        "machine": machine::description(),
        "date": machine::date(),
        "rows": rows.iter().map(Row::to_json).collect::<Vec<_>>(),
    });
    fs::write(folder.join("report.json"), format!("{report:#}\n")).unwrap();
    chart::draw(&folder.join("report.svg"), &rows).unwrap();
}

/// One item, against the cryptography alone.
fn measure_items(rows: &mut Vec<Row>) {
    for shape in Shape::all() {
        let contest = item::Contest::new(shape);
        for operation in ["encrypt", "decrypt"] {
            let name = format!("{operation}, {} item", contest.shape.name);
            rows.push(
                Row::new(name, "the primitives alone", contest.ratio(operation), Some(contest.shape.budget)).print(),
            );
        }
    }
}

/// One item with each provider.
fn measure_providers(rows: &mut Vec<Row>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let [_, medium, _] = Shape::all();
    let contest = item::Contest::new(medium);
    for (provider, encryptor, budget) in providers::all(&runtime) {
        for operation in ["encrypt", "decrypt"] {
            let ratio = providers::ratio(&runtime, &contest, &encryptor, operation);
            rows.push(Row::new(format!("{operation}, {provider}"), "the primitives alone", ratio, budget).print());
        }
    }
}

/// A repository on the embedded store, against the SDK alone.
fn measure_store(rows: &mut Vec<Row>) {
    const GET_AND_PUT: &str = "the SDK's get and put";

    let contest = store::Contest::new();
    let mut add = |name: &str, than, ratio: Ratio, budget| rows.push(Row::new(name, than, ratio, budget).print());
    let get = contest.ratio(store::Contest::sdk_get, store::Contest::get);
    add("get", "the SDK's get, with serde_dynamo", get, Some(1.15));
    let put = contest.ratio(store::Contest::sdk_put, store::Contest::put);
    add("put", "the SDK's put, with serde_dynamo", put, Some(1.15));
    let update = contest.ratio(store::Contest::sdk_get_and_put, store::Contest::update_with);
    add("update_with", GET_AND_PUT, update, Some(1.2));
    let size = contest.ratio(store::Contest::sdk_get_and_put, store::Contest::sdk_get_and_put_stored);
    add("  of that: the size of an encrypted item", GET_AND_PUT, size, None);
    let operation = contest.ratio(store::Contest::sdk_get_and_put, store::Contest::sdk_get_and_update);
    add("  of that: UpdateItem instead of PutItem", GET_AND_PUT, operation, None);
}

/// Encryption and decryption of ever larger items.
fn measure_growth(rows: &mut Vec<Row>) {
    let shapes = ATTRIBUTES.map(Shape::of_attributes).into_iter().chain(BYTES.map(Shape::of_bytes));
    for contest in shapes.map(item::Contest::new) {
        for operation in ["encrypt", "decrypt"] {
            let name = format!("{operation}, {}", contest.shape.name);
            rows.push(Row::new(name, "the primitives alone", contest.ratio(operation), None).print());
        }
    }
}
