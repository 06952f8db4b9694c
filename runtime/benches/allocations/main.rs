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

#[path = "../item/bare.rs"]
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

use contest::{Contest, Slot};
use dhat::{HeapStats, Profiler};
use dynaseal::AttributeAction;
use shape::Shape;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    println!("{:24}{:>12}{:>12}{:>12}{:>14}", "", "attributes", "encrypted", "allocations", "bytes");
    let mut rows = Vec::new();
    for shape in Shape::all().into_iter().chain([10, 100].map(Shape::of_attributes)) {
        let attributes = shape.item.len();
        let is_encrypted = |name: &&String| shape.actions.action(name) == AttributeAction::EncryptAndSign;
        let encrypted = shape.item.keys().filter(is_encrypted).count();
        let contest = Contest::new(shape);
        for (operation, work) in
            [("encrypt", Contest::encrypt as fn(&Contest, &mut Slot)), ("decrypt", Contest::decrypt)]
        {
            let (blocks, bytes) = count(&contest, operation, work);
            let name = format!("{operation}, {}", contest.shape.name);
            println!("{name:24}{attributes:>12}{encrypted:>12}{blocks:>12}{bytes:>14}");
            rows.push(serde_json::json!({
                "name": name, "attributes": attributes, "encrypted": encrypted, "allocations": blocks, "bytes": bytes,
            }));
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../performance");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("allocations.json"), format!("{:#}\n", serde_json::Value::from(rows))).unwrap();
}

/// Counts the second item, when all caches are filled.
fn count(contest: &Contest, operation: &str, work: fn(&Contest, &mut Slot)) -> (u64, u64) {
    let [mut first, mut second] = [contest.slot(operation), contest.slot(operation)];
    work(contest, &mut first);
    let profiler = Profiler::builder().testing().build();
    work(contest, &mut second);
    let stats = HeapStats::get();
    drop(profiler);
    (stats.total_blocks, stats.total_bytes)
}
