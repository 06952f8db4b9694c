//! The tally of a search by beacons, for the log.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::table::ReadRequest;

/// The target of the events, for filters of logs.
const TARGET: &str = "dynaseal::search";

/// How many unwanted items for each wanted one are worth a warning.
const TOO_MANY: u64 = 10;

/// What a search read and returned. It is reported when the read is over or abandoned.
#[derive(Debug)]
pub(super) struct Tally {
    table: String,
    index: Option<String>,
    requests: AtomicU64,
    retrieved: AtomicU64,
    kept: AtomicU64,
    collisions: AtomicU64,
    stale: AtomicU64,
}

impl Tally {
    pub(super) fn new(table: &str, requested: &ReadRequest) -> Self {
        Self {
            table: table.to_owned(),
            index: requested.index.clone(),
            requests: AtomicU64::default(),
            retrieved: AtomicU64::default(),
            kept: AtomicU64::default(),
            collisions: AtomicU64::default(),
            stale: AtomicU64::default(),
        }
    }

    /// A page with this number of items was read.
    pub(super) fn page(&self, items: usize) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.retrieved.fetch_add(items as u64, Ordering::Relaxed);
    }

    /// An item was returned.
    pub(super) fn kept(&self) {
        self.kept.fetch_add(1, Ordering::Relaxed);
    }

    /// An item has the beacons of the question, and other values.
    pub(super) fn collision(&self) {
        self.collisions.fetch_add(1, Ordering::Relaxed);
    }

    /// A beacon of a verified item is not that of its value.
    pub(super) fn stale(&self) {
        self.stale.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        let Self { table, index, requests, retrieved, kept, collisions, stale } = self;
        let index = index.as_deref();
        let count = |counter: &mut AtomicU64| *counter.get_mut();
        let (requests, retrieved) = (count(requests), count(retrieved));
        let (kept, collisions, stale) = (count(kept), count(collisions), count(stale));
        tracing::debug!(target: TARGET, table, index, requests, retrieved, kept, collisions, "search");
        if collisions > kept.saturating_mul(TOO_MANY).max(TOO_MANY) {
            tracing::warn!(
                target: TARGET,
                table,
                index,
                kept,
                collisions,
                "a search read more than ten unwanted items for each wanted one: the beacon is too short for the table, or many \
                 items have one value"
            );
        }
        if stale > 0 {
            tracing::warn!(
                target: TARGET,
                event = "beacon_stale",
                table,
                index,
                items = stale,
                "a search read items whose beacons are not those of their values: another program wrote them, and they may be \
                 missing in other searches; `check_beacons` counts them and `rebuild_beacons` repairs them"
            );
        }
    }
}
