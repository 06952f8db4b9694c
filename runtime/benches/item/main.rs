//! One item encrypted and decrypted with the wrapped provider, against the cryptography alone.
//!
//! `cargo bench --bench item` measures each by itself with criterion, and then both by turns to print their ratio: on a
//! machine that is busy or changes its clock, only measurements of the same moment can be compared.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has nothing to report"
)]

mod bare;
mod shape;

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use criterion::{BatchSize, Criterion};
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{Item, ItemEncryptor};

use bare::{Bare, Buffers};
use shape::Shape;

const WRAPPING_KEY: [u8; 32] = [1; 32];
const SIGNING_KEY: [u8; 32] = [2; 32];

fn main() {
    keep_freed_memory();
    let mut criterion = Criterion::default().configure_from_args();
    let contests: Vec<Contest> = Shape::all().map(Contest::new).into();
    for contest in &contests {
        contest.run_criterion(&mut criterion);
    }
    criterion.final_summary();

    let given = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    if given("--bench") && !given("--profile-time") {
        print_ratios(&contests);
    }
}

/// glibc hands freed memory back to the system until a program frees something large for the first time. Until then the
/// large shape would measure page faults, which no program has that runs for long.
fn keep_freed_memory() {
    drop(black_box(vec![1_u8; 16 << 20]));
}

fn print_ratios(contests: &[Contest]) {
    println!("{:10}{:>12}{:>12}{:>10}{:>10}", "", "bare", "dynaseal", "ratio", "budget");
    for contest in contests {
        contest.print_ratio("encrypt", [&|slot| contest.bare_encrypt(slot), &|slot| contest.encrypt(slot)]);
        contest.print_ratio("decrypt", [&|slot| contest.bare_decrypt(slot), &|slot| contest.decrypt(slot)]);
    }
}

/// The same work, done twice.
struct Contest {
    shape: Shape,
    encryptor: ItemEncryptor,
    stored: Item,
    bare: Bare,
    bare_stored: Buffers,
}

/// What one run starts from, and what it leaves behind. Both are made and dropped while no clock runs.
struct Slot {
    item: Item,
    buffers: Buffers,
}

impl Contest {
    fn new(shape: Shape) -> Self {
        let wrapping_key = AesKey::from_bytes(&WRAPPING_KEY).unwrap();
        let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap();
        let encryptor = ItemEncryptor::new(WrappedProvider::new(wrapping_key, signing_key));
        let stored = ready(encryptor.encrypt(shape.item.clone(), &shape.actions, &shape.context)).unwrap();

        // Less would be no item: what the primitives made by themselves is one that can be read.
        let bare = Bare::new(&shape);
        let mut bare_stored = bare.buffers().clone();
        bare.encrypt(&mut bare_stored);
        let item = bare.stored_item(&shape, &bare_stored);
        assert_eq!(ready(encryptor.decrypt(item, &shape.actions, &shape.context)).unwrap(), shape.item);
        Self { shape, encryptor, stored, bare, bare_stored }
    }

    fn encrypt(&self, slot: &mut Slot) {
        let item = std::mem::take(&mut slot.item);
        slot.item = ready(self.encryptor.encrypt(item, &self.shape.actions, &self.shape.context)).unwrap();
    }

    fn decrypt(&self, slot: &mut Slot) {
        let item = std::mem::take(&mut slot.item);
        slot.item = ready(self.encryptor.decrypt(item, &self.shape.actions, &self.shape.context)).unwrap();
    }

    fn bare_encrypt(&self, slot: &mut Slot) {
        self.bare.encrypt(&mut slot.buffers);
    }

    fn bare_decrypt(&self, slot: &mut Slot) {
        self.bare.decrypt(&mut slot.buffers);
    }

    fn slot(&self, operation: &str) -> Slot {
        match operation {
            "encrypt" => Slot { item: self.shape.item.clone(), buffers: self.bare.buffers().clone() },
            _ => Slot { item: self.stored.clone(), buffers: self.bare_stored.clone() },
        }
    }

    fn run_criterion(&self, criterion: &mut Criterion) {
        let mut group = criterion.benchmark_group(self.shape.name);
        let batch = BatchSize::NumIterations(self.shape.batch as u64);
        group.bench_function("encrypt", |b| b.iter_batched_ref(|| self.slot("encrypt"), |s| self.encrypt(s), batch));
        group.bench_function("bare encrypt", |b| {
            b.iter_batched_ref(|| self.slot("encrypt"), |slot| self.bare_encrypt(slot), batch);
        });
        group.bench_function("decrypt", |b| b.iter_batched_ref(|| self.slot("decrypt"), |s| self.decrypt(s), batch));
        group.bench_function("bare decrypt", |b| {
            b.iter_batched_ref(|| self.slot("decrypt"), |slot| self.bare_decrypt(slot), batch);
        });
        group.finish();
    }

    /// Both by turns, and the median of the ratios of neighbours.
    fn print_ratio(&self, operation: &str, [bare, ours]: [&dyn Fn(&mut Slot); 2]) {
        const ROUNDS: usize = 1001;

        let mut rounds: Vec<(f64, f64)> =
            (0..ROUNDS).map(|_| (self.measure(operation, bare), self.measure(operation, ours))).collect();
        rounds.sort_by(|(bare, ours), (other_bare, other_ours)| (ours / bare).total_cmp(&(other_ours / other_bare)));
        let (bare, ours) = rounds[ROUNDS / 2];
        println!(
            "{:10}{bare:9.2} µs{ours:9.2} µs{:10.2}{:10.1}",
            format!("{} {operation}", self.shape.name),
            ours / bare,
            self.shape.budget
        );
    }

    /// Microseconds for one item.
    fn measure(&self, operation: &str, work: &dyn Fn(&mut Slot)) -> f64 {
        let mut slots: Vec<Slot> = (0..self.shape.batch).map(|_| self.slot(operation)).collect();
        let start = Instant::now();
        for slot in &mut slots {
            work(black_box(slot));
        }
        start.elapsed().as_secs_f64() * 1e6 / self.shape.batch as f64
    }
}

/// The wrapped provider has nothing to wait for, so there is no need for a runtime that would be measured with it.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the wrapped provider waited"),
    }
}
