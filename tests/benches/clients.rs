//! Encrypts and decrypts one item with dynaseal, with the real Python client and with the real Java client after its
//! warm-up: `cargo bench -p dynaseal-tests --features peers --bench clients`.
//!
//! Each client counts how often it completes the operation in a given time, in its own process and without the exchange
//! of messages. The clients alternate, and the median of the ratios is reported. The table is also written to
//! `performance/clients.json`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on has nothing to report"
)]

#[path = "../../runtime/benches/performance/machine.rs"]
mod machine;
#[path = "../../runtime/benches/item/shape.rs"]
#[allow(dead_code, reason = "the growth is measured elsewhere")]
mod shape;

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::{Duration, Instant};

use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal::{AttributeAction, Item, ItemEncryptor};
use dynaseal_tests::peers::{Measured, Peer, Prepared};
use dynaseal_tests::setup::{Action, Actions, Context, Key, Provider, Setup};

use shape::Shape;

const WRAPPING_KEY: [u8; 32] = [1; 32];
const SIGNING_KEY: [u8; 32] = [2; 32];
const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_millis(500);
/// The JVM compiles frequently executed code in stages.
const WARM_UP: Duration = Duration::from_secs(8);

/// The minimum speedup over Python and Java, for each shape.
const BUDGETS: [(f64, f64); 3] = [(30.0, 4.0), (25.0, 4.0), (1.3, 8.0)];

fn main() {
    // `cargo test --benches` only checks that the benchmark runs.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("{}\n", machine::description());
    println!("{:24}{:>14}{:>14}{:>10}{:>10}", "", "client", "dynaseal", "faster", "budget");
    let mut peers = [("Python", ready_peer(Peer::python())), ("Java", ready_peer(Peer::java()))];
    let mut rows = Vec::new();
    for (shape, (python, java)) in Shape::all().iter().zip(BUDGETS) {
        let setup = setup(shape);
        for ((name, peer), budget) in peers.iter_mut().zip([python, java]) {
            peer.measure(&setup, &shape.item, WARM_UP).unwrap();
            let mut rounds: Vec<(Measured, Measured)> =
                (0..ROUNDS).map(|_| (peer.measure(&setup, &shape.item, TIME).unwrap(), measure_ours(shape))).collect();
            for (operation, of) in OPERATIONS {
                rounds.sort_by(|a, b| (of(a.0) / of(a.1)).total_cmp(&(of(b.0) / of(b.1))));
                let (theirs, ours) = rounds[ROUNDS / 2];
                let (theirs, ours) = (of(theirs), of(ours));
                let what = format!("{operation}, {} item", shape.name);
                println!("{what:24}{theirs:11.1} µs{ours:11.2} µs{:9.1}x{budget:9.1}x  {name}", theirs / ours);
                rows.push(serde_json::json!({
                    "name": what, "client": name, "client_microseconds": theirs, "our_microseconds": ours,
                    "times_faster": theirs / ours, "budget": budget,
                }));
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../performance");
    fs::create_dir_all(&folder).unwrap();
    let report = serde_json::json!({ "machine": machine::description(), "date": machine::date(), "rows": rows });
    fs::write(folder.join("clients.json"), format!("{report:#}\n")).unwrap();
}

/// Selects the time of one operation from the measurement.
type TimeOf = fn(Measured) -> f64;

const OPERATIONS: [(&str, TimeOf); 2] =
    [("encrypt", |measured| measured.encrypt), ("decrypt", |measured| measured.decrypt)];

fn ready_peer<E: std::fmt::Debug>(peer: Result<Prepared<Peer>, E>) -> Peer {
    match peer.unwrap() {
        Prepared::Ready(peer) => peer,
        Prepared::Skip(reason) => panic!("{reason}"),
    }
}

fn measure_ours(shape: &Shape) -> Measured {
    let wrapping_key = AesKey::from_bytes(&WRAPPING_KEY).unwrap();
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &SIGNING_KEY).unwrap();
    let encryptor = ItemEncryptor::new(WrappedProvider::new(wrapping_key, signing_key));
    let Shape { item, actions, context, .. } = shape;
    let stored = ready(encryptor.encrypt(item.clone(), actions, context)).unwrap();
    // The item is passed by value, where the other clients copy it. The result is dropped within the measured time,
    // because the garbage collection of the other clients is, too.
    let encrypt = microseconds(item, |item| drop(black_box(ready(encryptor.encrypt(item, actions, context)).unwrap())));
    let decrypt =
        microseconds(&stored, |item| drop(black_box(ready(encryptor.decrypt(item, actions, context)).unwrap())));
    Measured { encrypt, decrypt }
}

/// Copies of the item are made while the clock is stopped, and only a few at a time, as in a real program.
fn microseconds(item: &Item, mut work: impl FnMut(Item)) -> f64 {
    const BATCH: usize = 16;

    let (mut spent, mut count) = (Duration::ZERO, 0.0);
    while spent < TIME {
        let items = vec![item.clone(); BATCH];
        let start = Instant::now();
        items.into_iter().for_each(&mut work);
        spent += start.elapsed();
        count += BATCH as f64;
    }
    spent.as_secs_f64() * 1e6 / count
}

/// The setup of the same provider, actions and context for the peers.
fn setup(shape: &Shape) -> Setup {
    let action = |name: &String| match shape.actions.action(name) {
        AttributeAction::EncryptAndSign => Action::EncryptAndSign,
        AttributeAction::SignOnly => Action::SignOnly,
        AttributeAction::DoNothing => Action::DoNothing,
        other => panic!("the peers do not know the action {other:?}"),
    };
    Setup {
        provider: Provider::Wrapped {
            wrapping_key: Key::secret("AES", &WRAPPING_KEY),
            signing_key: Key::secret("HmacSHA256", &SIGNING_KEY),
            material_description: BTreeMap::new(),
        },
        actions: Actions {
            default: Action::EncryptAndSign,
            overrides: shape.item.keys().map(|name| (name.clone(), action(name))).collect(),
        },
        context: Context {
            table_name: shape.context.table_name().to_owned(),
            partition_key: "attribute-0".to_owned(),
            sort_key: None,
        },
    }
}

/// The wrapped provider never waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the wrapped provider waited"),
    }
}
