//! Counts the allocations of encrypting and decrypting one item: `cargo bench -p dynaseal --bench allocations`.
//!
//! The counts are exact and the same on every machine. Allocations of the caller, which creates and drops the item, are
//! excluded. The table is also written to `performance/allocations.json`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has nothing to report"
)]

#[path = "../item/bare/mod.rs"]
#[allow(dead_code, reason = "the cryptography alone allocates nothing")]
mod bare;
#[path = "../item/contest.rs"]
#[allow(dead_code, reason = "nothing is compared here")]
mod contest;
#[path = "../performance/ratio.rs"]
#[allow(dead_code, reason = "nothing is compared here")]
mod ratio;
#[path = "../item/shape.rs"]
#[allow(dead_code, reason = "there is no budget for allocations")]
mod shape;

use std::fs;
use std::path::Path;

use bare::{Dbesdk, Ddbec, Primitives};
use contest::{Contest, Slot};
use dhat::{HeapStats, Profiler};
use dynaseal::AttributeAction;
use shape::Shape;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    println!("{:52}{:>12}{:>12}{:>12}{:>14}", "", "attributes", "encrypted", "allocations", "bytes");
    let mut rows = Vec::new();
    for shape in shapes() {
        let name = shape.name.clone();
        count_both::<Ddbec>(shape, &name, &mut rows);
    }
    for shape in shapes() {
        let name = format!("{}, Database Encryption SDK", shape.name);
        count_both::<Dbesdk>(shape.with_signed_key(), &name, &mut rows);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../performance");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("allocations.json"), format!("{:#}\n", serde_json::Value::from(rows))).unwrap();
}

fn shapes() -> impl Iterator<Item = Shape> {
    Shape::all().into_iter().chain([10, 100].map(Shape::of_attributes))
}

/// Adds a row for encryption and one for decryption.
fn count_both<P: Primitives>(shape: Shape, shape_name: &str, rows: &mut Vec<serde_json::Value>) {
    let attributes = shape.item.len();
    let is_encrypted = |name: &&String| shape.actions.action(name) == AttributeAction::EncryptAndSign;
    let encrypted = shape.item.keys().filter(is_encrypted).count();
    let contest = Contest::<P>::new(shape);
    for (operation, work) in
        [("encrypt", Contest::encrypt as fn(&Contest<P>, &mut Slot<P>)), ("decrypt", Contest::decrypt)]
    {
        let (blocks, bytes) = count(&contest, operation, work);
        let name = format!("{operation}, {shape_name}");
        println!("{name:52}{attributes:>12}{encrypted:>12}{blocks:>12}{bytes:>14}");
        rows.push(serde_json::json!({
            "name": name, "attributes": attributes, "encrypted": encrypted, "allocations": blocks, "bytes": bytes,
        }));
    }
}

/// Counts the second item, when all caches are filled.
fn count<P: Primitives>(contest: &Contest<P>, operation: &str, work: fn(&Contest<P>, &mut Slot<P>)) -> (u64, u64) {
    let [mut first, mut second] = [contest.slot(operation), contest.slot(operation)];
    work(contest, &mut first);
    let profiler = Profiler::builder().testing().build();
    work(contest, &mut second);
    let stats = HeapStats::get();
    drop(profiler);
    (stats.total_blocks, stats.total_bytes)
}
