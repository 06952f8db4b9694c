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
use dynaseal::ItemEncryptor;
use ratio::Ratio;
use row::Row;
use shape::Shape;
use tokio::runtime::Runtime;

/// The baseline of items.
const PRIMITIVES: &str = "the primitives alone";

/// The baseline of scans.
const BY_HAND: &str = "the SDK's scan, decryption and serde_dynamo by hand";

/// The end of the names of rows of the Database Encryption SDK's format.
const DBESDK: &str = ", DB-ESDK";

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
        measure_store::<Ddbec>("", &mut rows);
        measure_store::<Dbesdk>(DBESDK, &mut rows);
        measure_many::<Ddbec>("", &mut rows);
        measure_many::<Dbesdk>(DBESDK, &mut rows);
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
    measure_shapes(
        || Shape::all().into_iter().map(|shape| Shape { name: format!("{} item", shape.name), ..shape }),
        rows,
    );
}

/// Measures encryption and decryption of increasingly large items.
fn measure_growth(rows: &mut Vec<Row>) {
    let budgeted = |shape: Shape| match shape.name.as_str() {
        "1000 attributes" => shape.with_budget(1.35, 1.35),
        "16 bytes" => shape.with_budget(1.5, 1.5),
        _ => shape,
    };
    let shapes = || ATTRIBUTES.map(Shape::of_attributes).into_iter().chain(BYTES.map(Shape::of_bytes));
    measure_shapes(|| shapes().map(budgeted), rows);
}

/// Measures these shapes in both formats.
fn measure_shapes<I: Iterator<Item = Shape>>(shapes: impl Fn() -> I, rows: &mut Vec<Row>) {
    for shape in shapes() {
        let (name, budget) = (shape.name.clone(), shape.budget.map(|budget| budget.ddbec));
        measure_item(&item::Contest::<Ddbec>::new(shape), &name, budget, rows);
    }
    for shape in shapes() {
        let (name, budget) = (format!("{}{DBESDK}", shape.name), shape.budget.map(|budget| budget.dbesdk));
        measure_item(&item::Contest::<Dbesdk>::new(shape.with_signed_key()), &name, budget, rows);
    }
}

fn measure_item<P: Primitives>(contest: &item::Contest<P>, name: &str, budget: Option<f64>, rows: &mut Vec<Row>) {
    for operation in ["encrypt", "decrypt"] {
        let name = format!("{operation}, {name}");
        rows.push(Row::new(name, PRIMITIVES, contest.ratio(operation), budget).print());
    }
}

/// Measures one item with each provider.
fn measure_providers(rows: &mut Vec<Row>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let contest = item::Contest::<Ddbec>::new(medium());
    for provider in providers::all(&runtime) {
        measure_provider(&runtime, &contest, provider, rows);
    }
    let contest = item::Contest::<Dbesdk>::new(medium());
    measure_provider(&runtime, &contest, runtime.block_on(providers::hierarchical()), rows);
}

fn measure_provider<P: Primitives>(
    runtime: &Runtime,
    contest: &item::Contest<P>,
    (name, encryptor, budget): (&str, ItemEncryptor, Option<f64>),
    rows: &mut Vec<Row>,
) {
    for operation in ["encrypt", "decrypt"] {
        let ratio = providers::ratio(runtime, contest, &encryptor, operation);
        rows.push(Row::new(format!("{operation}, {name}"), PRIMITIVES, ratio, budget).print());
    }
}

/// Measures a repository on the embedded store against the SDK alone, with a lower bound: an encrypted item is larger,
/// is converted from or to a struct, and needs the primitives.
fn measure_store<P: Primitives>(format: &str, rows: &mut Vec<Row>) {
    const AT_LEAST: &str = "  at least: its size, serde, the primitives";
    const GET: &str = "the SDK's get, with serde_dynamo";
    const PUT: &str = "the SDK's put, with serde_dynamo";
    const GET_AND_UPDATE: &str = "the SDK's get and UpdateItem";

    use store::Contest;

    let (contest, primitives) = (Contest::new(&P::encryptor()), item::Contest::<P>::new(medium()));
    let decrypt = || primitives.measure_bare("decrypt");
    let encrypt = || primitives.measure_bare("encrypt");
    let mut add = |name: &str, than, ratio: Ratio, budget| {
        rows.push(Row::new(format!("{name}{format}"), than, ratio, budget).print());
    };
    add("get", GET, contest.ratio(Contest::sdk_get, Contest::get), Some(1.1));
    add(AT_LEAST, GET, contest.ratio_with(Contest::sdk_get, Contest::sdk_get_stored, decrypt), None);
    add("put", PUT, contest.ratio(Contest::sdk_put, Contest::put), Some(1.15));
    add(AT_LEAST, PUT, contest.ratio_with(Contest::sdk_put, Contest::sdk_put_stored, encrypt), None);
    add("update_with", GET_AND_UPDATE, contest.ratio(Contest::sdk_get_and_update, Contest::update_with), Some(1.25));
    let both = || decrypt() + encrypt();
    let least = contest.ratio_with(Contest::sdk_get_and_update, Contest::sdk_get_and_update_stored, both);
    add(AT_LEAST, GET_AND_UPDATE, least, None);
}

/// Measures a thousand items in batches, against the batches of the SDK, without the cryptography alone.
fn measure_many<P: Primitives>(format: &str, rows: &mut Vec<Row>) {
    const BATCHES: &str = "the SDK's batches, with serde_dynamo";

    let (contest, primitives) = (many::Contest::new(P::encryptor()), item::Contest::<P>::new(medium()));
    let write = contest.write(|| primitives.measure_bare("encrypt"));
    let read = contest.read(|| primitives.measure_bare("decrypt"));
    rows.push(Row::new(format!("write_many, 1,000 items{format}"), BATCHES, write, Some(1.2)).print());
    rows.push(Row::new(format!("get_many, 1,000 items{format}"), BATCHES, read, Some(1.2)).print());
    let scan = contest.parallel_scan();
    rows.push(Row::new(format!("parallel_scan(4), 4,000 items{format}"), BY_HAND, scan, Some(1.0)).print());
}

/// Returns the shape of an item of twelve attributes, in both formats.
fn medium() -> Shape {
    let [_, medium, _] = Shape::all();
    medium.with_signed_key()
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
