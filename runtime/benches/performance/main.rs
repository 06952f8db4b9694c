//! Measures everything that has a budget, and the growth of costs, in one run: `cargo bench -p dynaseal --bench
//! performance --features embedded,rsa,testing`.
//!
//! It prints a table, and also writes it to `performance/report.json` and as a chart to `performance/report.svg`.
//! Without the feature `aws-lc` it measures items in pure Rust, against the same primitives, and writes
//! `performance/pure-rust.json`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has nothing to report"
)]

#[path = "../item/bare/mod.rs"]
mod bare;
mod by_hand;
mod chart;
#[path = "../item/contest.rs"]
mod item;
mod machine;
mod many;
mod memory;
mod process;
mod providers;
mod ratio;
mod row;
#[path = "../item/shape.rs"]
mod shape;
#[path = "../update/contest.rs"]
mod store;

use std::fs;
use std::path::Path;

use bare::{Dbesdk, Ddbec, Primitives};
use ratio::Ratio;
use row::Row;
use shape::Shape;

/// The baseline of scans.
const BY_HAND: &str = "the SDK's scan, decryption and serde_dynamo by hand";

/// The format of the Database Encryption SDK, in the names of rows.
const DBESDK: &str = "DB-ESDK";

const ATTRIBUTES: [usize; 4] = [1, 10, 100, 1000];
const BYTES: [usize; 5] = [16, 1024, 16 * 1024, 64 * 1024, 390 * 1024];

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(process::FLAG) {
        return process::run(arguments);
    }
    // Cargo also runs benches as tests, which would take too long.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    item::keep_freed_memory();
    println!("{}\n\n{}", machine::description(), row::HEADER);
    let mut rows = Vec::new();
    measure_items(&mut rows);
    // The remaining measurements hardly depend on the cipher.
    let name = if cfg!(feature = "aws-lc") {
        measure_providers(&mut rows);
        measure_store(&mut rows);
        measure_many(&mut rows);
        measure_processes(&mut rows);
        measure_growth(&mut rows);
        "report"
    } else {
        "pure-rust"
    };

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../performance");
    fs::create_dir_all(&folder).unwrap();
    let report = serde_json::json!({
        "machine": machine::description(),
        "date": machine::date(),
        "rows": rows.iter().map(Row::to_json).collect::<Vec<_>>(),
    });
    fs::write(folder.join(name).with_extension("json"), format!("{report:#}\n")).unwrap();
    chart::draw(&folder.join(name).with_extension("svg"), &rows).unwrap();
}

/// Measures one item, against the cryptography alone.
fn measure_items(rows: &mut Vec<Row>) {
    for shape in Shape::all() {
        let name = format!("{} item", shape.name);
        let budget = Some(shape.budget);
        measure_item(&item::Contest::<Ddbec>::new(shape), &name, budget, rows);
    }
    for shape in Shape::all() {
        let name = format!("{} item, {DBESDK}", shape.name);
        let budget = Some(shape.budget);
        measure_item(&item::Contest::<Dbesdk>::new(shape), &name, budget, rows);
    }
}

fn measure_item<P: Primitives>(contest: &item::Contest<P>, name: &str, budget: Option<f64>, rows: &mut Vec<Row>) {
    for operation in ["encrypt", "decrypt"] {
        let name = format!("{operation}, {name}");
        rows.push(Row::new(name, "the primitives alone", contest.ratio(operation), budget).print());
    }
}

/// Measures one item with each provider.
fn measure_providers(rows: &mut Vec<Row>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let [_, medium, _] = Shape::all();
    let contest = item::Contest::<Ddbec>::new(medium);
    for (provider, encryptor, budget) in providers::all(&runtime) {
        for operation in ["encrypt", "decrypt"] {
            let ratio = providers::ratio(&runtime, &contest, &encryptor, operation);
            rows.push(Row::new(format!("{operation}, {provider}"), "the primitives alone", ratio, budget).print());
        }
    }
}

/// Measures a repository on the embedded store against the SDK alone, with a lower bound: an encrypted item is larger,
/// is converted from or to a struct, and needs the primitives.
fn measure_store(rows: &mut Vec<Row>) {
    const AT_LEAST: &str = "  at least: its size, serde, the primitives";
    const GET: &str = "the SDK's get, with serde_dynamo";
    const PUT: &str = "the SDK's put, with serde_dynamo";
    const GET_AND_PUT: &str = "the SDK's get and put";

    use store::Contest;

    let [_, medium, _] = Shape::all();
    let (contest, primitives) = (Contest::new(), item::Contest::<Ddbec>::new(medium));
    let decrypt = || primitives.measure_bare("decrypt");
    let encrypt = || primitives.measure_bare("encrypt");
    let mut add = |name: &str, than, ratio: Ratio, budget| rows.push(Row::new(name, than, ratio, budget).print());
    add("get", GET, contest.ratio(Contest::sdk_get, Contest::get), Some(1.15));
    add(AT_LEAST, GET, contest.ratio_with(Contest::sdk_get, Contest::sdk_get_stored, decrypt), None);
    add("put", PUT, contest.ratio(Contest::sdk_put, Contest::put), Some(1.15));
    add(AT_LEAST, PUT, contest.ratio_with(Contest::sdk_put, Contest::sdk_put_stored, encrypt), None);
    add("update_with", GET_AND_PUT, contest.ratio(Contest::sdk_get_and_put, Contest::update_with), Some(1.2));
    let both = || decrypt() + encrypt();
    let least = contest.ratio_with(Contest::sdk_get_and_put, Contest::sdk_get_and_update_stored, both);
    add(AT_LEAST, GET_AND_PUT, least, None);
    let operation = contest.ratio(Contest::sdk_get_and_put, Contest::sdk_get_and_update);
    add("  of that: UpdateItem instead of PutItem", GET_AND_PUT, operation, None);
}

/// Measures a thousand items in batches, against the batches of the SDK.
fn measure_many(rows: &mut Vec<Row>) {
    let contest = many::Contest::new();
    rows.push(
        Row::new("write_many, 1,000 items", "the SDK's batches, with serde_dynamo", contest.write(), None).print(),
    );
    rows.push(Row::new("get_many, 1,000 items", "the SDK's batches, with serde_dynamo", contest.read(), None).print());
    rows.push(Row::new("parallel_scan(4), 4,000 items", BY_HAND, contest.parallel_scan(), Some(1.0)).print());
}

/// Measures the first item that a process reads, and the scan of a large table with its memory.
fn measure_processes(rows: &mut Vec<Row>) {
    let tables = process::Tables::new();
    let first = Ratio::of(|| tables.spend("get, SDK").microseconds, || tables.spend("get").microseconds);
    rows.push(Row::new("first item of a process, keys from KMS", "the bare SDK's first get", first, Some(1.2)).print());
    let (mut their_memory, mut our_memory) = (0, 0);
    let scan = Ratio::of_rounds(
        3,
        || tables.spend("scan, SDK").note_memory(&mut their_memory),
        || tables.spend("scan").note_memory(&mut our_memory),
    );
    let row = Row::new("scan, 100,000 items in a file", BY_HAND, scan, None);
    rows.push(row.with_memory(their_memory, our_memory).print());
}

/// Measures encryption and decryption of increasingly large items.
fn measure_growth(rows: &mut Vec<Row>) {
    let shapes = || ATTRIBUTES.map(Shape::of_attributes).into_iter().chain(BYTES.map(Shape::of_bytes));
    for shape in shapes() {
        let name = shape.name.clone();
        measure_item(&item::Contest::<Ddbec>::new(shape), &name, None, rows);
    }
    for shape in shapes() {
        let name = format!("{}, {DBESDK}", shape.name);
        measure_item(&item::Contest::<Dbesdk>::new(shape.with_signed_key()), &name, None, rows);
    }
}
