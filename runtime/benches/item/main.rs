//! One item encrypted and decrypted in either format, and the cryptography alone, each separately, for profiles and
//! comparisons with an earlier version. The bench `performance` compares them with each other.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has nothing to report"
)]

mod bare;
#[allow(dead_code, reason = "only the report compares")]
mod contest;
#[path = "../performance/ratio.rs"]
#[allow(dead_code, reason = "only the report compares")]
mod ratio;
#[allow(dead_code, reason = "only the report knows budgets and curves")]
mod shape;

use criterion::{BatchSize, Criterion};

use bare::{Dbesdk, Ddbec, Primitives};
use contest::Contest;
use shape::Shape;

fn main() {
    contest::keep_freed_memory();
    let mut criterion = Criterion::default().configure_from_args();
    for shape in Shape::all() {
        run(&Contest::<Ddbec>::new(shape), "", &mut criterion);
    }
    for shape in Shape::all() {
        run(&Contest::<Dbesdk>::new(shape), ", Database Encryption SDK", &mut criterion);
    }
    criterion.final_summary();
}

fn run<P: Primitives>(contest: &Contest<P>, format: &str, criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("{}{format}", contest.shape.name));
    let batch = BatchSize::NumIterations(contest.shape.batch as u64);
    group.bench_function("encrypt", |b| b.iter_batched_ref(|| contest.slot("encrypt"), |s| contest.encrypt(s), batch));
    group.bench_function("bare encrypt", |b| {
        b.iter_batched_ref(|| contest.slot("encrypt"), |slot| contest.bare_encrypt(slot), batch);
    });
    group.bench_function("decrypt", |b| b.iter_batched_ref(|| contest.slot("decrypt"), |s| contest.decrypt(s), batch));
    group.bench_function("bare decrypt", |b| {
        b.iter_batched_ref(|| contest.slot("decrypt"), |slot| contest.bare_decrypt(slot), batch);
    });
    group.finish();
}
