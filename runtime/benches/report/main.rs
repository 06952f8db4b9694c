//! The cost of spans and audit events without a subscriber, compared with the encryption of one item.
//!
//! `cargo bench --bench report` measures both alternately and prints their ratio: on a machine that is busy or changes
//! its clock, only measurements of the same moment are comparable.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has nothing to report"
)]

#[path = "../item/shape.rs"]
#[allow(dead_code, reason = "another benchmark's, which has budgets of its own")]
mod shape;

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{__private, ItemEncryptor};

use shape::Shape;

const ROUNDS: usize = 1001;
const REPORTS: usize = 1000;
const BUDGET: f64 = 0.02;

fn main() {
    let keys = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let encryptor = ItemEncryptor::new(keys);
    println!("{:10}{:>14}{:>14}{:>10}{:>10}", "", "encryption", "span, event", "ratio", "budget");
    for shape in Shape::all() {
        let mut rounds: Vec<(f64, f64)> =
            (0..ROUNDS).map(|_| (measure_encryption(&encryptor, &shape), measure_reports())).collect();
        rounds.sort_by(|(item, report), (other_item, other_report)| {
            (report / item).total_cmp(&(other_report / other_item))
        });
        let (item, report) = rounds[ROUNDS / 2];
        println!("{:10}{item:11.2} µs{:11.1} ns{:10.4}{BUDGET:10.2}", shape.name, report * 1e3, report / item);
    }
}

/// Returns the time for one item, in microseconds.
fn measure_encryption(encryptor: &ItemEncryptor, shape: &Shape) -> f64 {
    let items: Vec<_> = (0..shape.batch).map(|_| shape.item.clone()).collect();
    let start = Instant::now();
    for item in items {
        black_box(ready(encryptor.encrypt(black_box(item), &shape.actions, &shape.context)).unwrap());
    }
    start.elapsed().as_secs_f64() * 1e6 / shape.batch as f64
}

/// Returns the time for one span and one event, in microseconds.
fn measure_reports() -> f64 {
    let start = Instant::now();
    for _ in 0..REPORTS {
        ready(__private::report_nothing(black_box("employees")));
    }
    start.elapsed().as_secs_f64() * 1e6 / REPORTS as f64
}

/// The future never waits, so no runtime is measured.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("something waited"),
    }
}
