//! A safe update, and the get and UpdateItem of the SDK alone, each separately, for profiles. The bench `performance`
//! compares them with each other.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on has nothing to report")]

#[allow(dead_code, reason = "only the report compares")]
mod contest;
#[path = "../performance/ratio.rs"]
#[allow(dead_code, reason = "only the report compares")]
mod ratio;

use criterion::Criterion;
use dynaseal::ItemEncryptor;
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};

use contest::Contest;

fn main() {
    let keys = WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let contest = Contest::new(&ItemEncryptor::new(keys));
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("update_with", |b| b.iter(|| contest.runtime.block_on(contest.update_with())));
    criterion.bench_function("SDK get and UpdateItem", |b| {
        b.iter(|| contest.runtime.block_on(contest.sdk_get_and_update()));
    });
    criterion.bench_function("get", |b| b.iter(|| contest.runtime.block_on(contest.get())));
    criterion.bench_function("put", |b| b.iter(|| contest.runtime.block_on(contest.put())));
    criterion.bench_function("SDK get", |b| b.iter(|| contest.runtime.block_on(contest.sdk_get_stored())));
    criterion.bench_function("SDK put", |b| b.iter(|| contest.runtime.block_on(contest.sdk_put_stored())));
    criterion.final_summary();
}
