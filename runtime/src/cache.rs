//! A bounded cache whose entries expire, and are loaded by one task at a time.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// How long past its time an entry is still given out while one task renews it.
const GRACE: Duration = Duration::from_millis(500);

/// A monotonic clock.
pub(crate) type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Values by name. An entry is used as it is up to the TTL; in the grace period after that one caller renews it while the
/// others keep using it; later nobody uses it, and one caller loads it anew while the others wait.
pub(crate) struct Cache<V> {
    ttl: Duration,
    pub(crate) capacity: usize,
    pub(crate) clock: Clock,
    /// Seeded anew in every process, and never more than the capacity: good enough for ids that stored items name.
    slots: Mutex<HashMap<String, Arc<Slot<V>>, foldhash::fast::RandomState>>,
    uses: AtomicU64,
}

struct Slot<V> {
    /// Held by the one who loads.
    turn: tokio::sync::Mutex<()>,
    loaded: Mutex<Option<(V, Instant)>>,
    /// How many loads failed, and how the last one did.
    failures: Mutex<(u64, Option<Error>)>,
    last_use: AtomicU64,
}

enum Freshness<V> {
    Fresh(V),
    Grace(V),
    Expired,
}

impl<V: Clone> Cache<V> {
    pub(crate) fn new(ttl: Duration, capacity: usize) -> Self {
        let (slots, uses) = (Mutex::default(), AtomicU64::new(0));
        Self { ttl, capacity, clock: Arc::new(Instant::now), slots, uses }
    }

    /// The entry of this name, loaded if need be. Those who wait for a load share its failure too: trying again one after
    /// the other, each would wait longer than the one before.
    pub(crate) async fn load<F>(&self, name: &str, load: impl FnOnce() -> F) -> Result<V>
    where
        F: Future<Output = Result<V>>,
    {
        let slot = self.slot(name);
        let turn = match self.freshness(&slot) {
            Freshness::Fresh(value) => return Ok(value),
            Freshness::Grace(value) => match slot.turn.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(value),
            },
            Freshness::Expired => {
                let failures = lock(&slot.failures).0;
                let turn = slot.turn.lock().await;
                if let Freshness::Fresh(value) | Freshness::Grace(value) = self.freshness(&slot) {
                    return Ok(value);
                }
                match &*lock(&slot.failures) {
                    (now, Some(error)) if *now > failures => return Err(error.for_another_caller()),
                    _ => turn,
                }
            }
        };
        // Permissions are as old as the beginning of the load, not as its end.
        let started = (self.clock)();
        let result = load().await;
        match &result {
            Ok(value) => {
                *lock(&slot.loaded) = Some((value.clone(), started));
                self.evict();
            }
            Err(error) => {
                let mut failures = lock(&slot.failures);
                *failures = (failures.0 + 1, Some(error.for_another_caller()));
                self.forget_if_expired(name, &slot);
            }
        }
        drop(turn);
        result
    }

    /// Puts in what was loaded otherwise, beginning at `started`. A load that goes on meanwhile does not undo it.
    pub(crate) async fn insert(&self, name: &str, value: V, started: Instant) {
        let slot = self.slot(name);
        let turn = slot.turn.lock().await;
        *lock(&slot.loaded) = Some((value, started));
        drop(turn);
        self.evict();
    }

    /// Forgets every entry. What is being loaded meanwhile is not kept either.
    pub(crate) fn clear(&self) {
        lock(&self.slots).clear();
    }

    fn slot(&self, name: &str) -> Arc<Slot<V>> {
        let mut slots = lock(&self.slots);
        let slot = match slots.get(name) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(slots.entry(name.to_owned()).or_default()),
        };
        slot.last_use.store(self.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        slot
    }

    fn freshness(&self, slot: &Slot<V>) -> Freshness<V> {
        let mut loaded = lock(&slot.loaded);
        let Some((value, since)) = &*loaded else { return Freshness::Expired };
        let age = (self.clock)().saturating_duration_since(*since);
        if age <= self.ttl {
            Freshness::Fresh(value.clone())
        } else if age <= self.ttl.saturating_add(GRACE) {
            Freshness::Grace(value.clone())
        } else {
            *loaded = None;
            Freshness::Expired
        }
    }

    /// Makes room, beginning with what was not used for longest.
    fn evict(&self) {
        let mut slots = lock(&self.slots);
        while slots.len() > self.capacity {
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.last_use.load(Ordering::Relaxed));
            let Some(name) = oldest.map(|(name, _)| name.clone()) else { return };
            slots.remove(&name);
        }
    }

    /// What cannot be loaded takes no room from what can.
    fn forget_if_expired(&self, name: &str, slot: &Arc<Slot<V>>) {
        if matches!(self.freshness(slot), Freshness::Expired) {
            let mut slots = lock(&self.slots);
            if slots.get(name).is_some_and(|current| Arc::ptr_eq(current, slot)) {
                slots.remove(name);
            }
        }
    }
}

impl<V> Default for Slot<V> {
    fn default() -> Self {
        Self {
            turn: tokio::sync::Mutex::default(),
            loaded: Mutex::new(None),
            failures: Mutex::default(),
            last_use: AtomicU64::new(0),
        }
    }
}

impl<V> fmt::Debug for Cache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("ttl", &self.ttl).field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// No code that can panic runs under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
