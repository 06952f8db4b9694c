//! The entries of a cache, and the running loads.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

use super::{LONGEST_LOAD, Lifetime, Load, is_outage};

/// How long the absence of an entry is cached. An attacker who can write to a table can create items that name absent
/// keys; each read of them must not cost a call.
const ABSENCE: Duration = Duration::from_secs(1);

/// The delay between a failed renewal and the next one, while the old value is in use.
const RETRY: Duration = Duration::from_secs(1);

/// Uses a new random seed in every process, and never exceeds the capacity, which suffices for names chosen by stored
/// items.
type Map<T> = HashMap<Box<str>, T, foldhash::fast::RandomState>;

/// Which entries a user of the cache shares.
#[derive(Clone, Copy)]
pub(super) struct Partition(usize);

/// All entries of a cache. Time and tasks are passed in.
pub(super) struct Entries<V: Clone> {
    capacity: usize,
    partitions: Vec<Content<V>>,
    ids: HashMap<String, Partition>,
    /// The number of uses and loads so far.
    uses: u64,
    loads: u64,
}

struct Content<V: Clone> {
    values: Map<Value<V>>,
    /// Running loads. They do not count toward the capacity.
    loads: Map<Running<V>>,
    absences: Map<Absence>,
    /// The longest time for which any user of the partition uses a value.
    longest: Duration,
}

struct Value<V> {
    value: V,
    since: Instant,
    /// The earliest time of the next renewal, after a failed one.
    renewal: Option<Instant>,
    last_use: u64,
}

struct Running<V: Clone> {
    id: u64,
    since: Instant,
    load: Load<V>,
}

struct Absence {
    error: Error,
    since: Instant,
}

/// The state of the entry under a name.
pub(super) enum Found<V: Clone> {
    /// It can be used unchanged.
    Fresh(V),
    /// It can be used, and is due for renewal.
    Stale(V),
    /// It can be used, and its renewal begins now.
    Renewing(V, Load<V>),
    /// It is being loaded.
    Loading(Load<V>),
    /// A recent load found that it does not exist.
    Absent(Error),
    Missing,
}

impl<V: Clone> Entries<V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), partitions: Vec::new(), ids: HashMap::new(), uses: 0, loads: 0 }
    }

    /// Returns the partition of this ID, or a new one.
    pub(super) fn partition(&mut self, id: Option<&str>, lifetime: Lifetime) -> Partition {
        let partition = match id.and_then(|id| self.ids.get(id)) {
            Some(partition) => *partition,
            None => {
                let new = Partition(self.partitions.len());
                self.partitions.push(Content::new());
                if let Some(id) = id {
                    self.ids.insert(id.to_owned(), new);
                }
                new
            }
        };
        if let Some(content) = self.partitions.get_mut(partition.0) {
            content.longest = content.longest.max(lifetime.usable);
        }
        partition
    }

    pub(super) fn find(&mut self, partition: Partition, name: &str, lifetime: Lifetime, now: Instant) -> Found<V> {
        let Some(content) = self.partitions.get_mut(partition.0) else { return Found::Missing };
        let running = content.loads.get(name).filter(|running| running.can_be_joined(lifetime, now));
        if let Some(value) = content.values.get_mut(name) {
            let age = now.saturating_duration_since(value.since);
            if age <= lifetime.usable {
                self.uses += 1;
                value.last_use = self.uses;
                let waits = value.renewal.is_some_and(|renewal| now < renewal);
                return if age <= lifetime.fresh || waits || running.is_some() {
                    Found::Fresh(value.value.clone())
                } else {
                    Found::Stale(value.value.clone())
                };
            }
        }
        if let Some(running) = running {
            return Found::Loading(running.load.clone());
        }
        match content.absences.get(name) {
            Some(absence) if absence.is_known(now) => Found::Absent(absence.error.for_another_caller()),
            _ => Found::Missing,
        }
    }

    /// Registers a load if the entry has to be loaded or renewed. Otherwise returns its state.
    pub(super) fn begin(
        &mut self,
        partition: Partition,
        name: &str,
        lifetime: Lifetime,
        now: Instant,
        load: impl FnOnce(u64) -> Load<V>,
    ) -> Found<V> {
        let found = self.find(partition, name, lifetime, now);
        let old = match found {
            Found::Stale(value) => Some(value),
            Found::Missing => None,
            settled => return settled,
        };
        let Some(content) = self.partitions.get_mut(partition.0) else { return Found::Missing };
        self.loads += 1;
        let load = load(self.loads);
        content.loads.insert(name.into(), Running { id: self.loads, since: now, load: load.clone() });
        match old {
            Some(value) => Found::Renewing(value, load),
            None => Found::Loading(load),
        }
    }

    /// Keeps the outcome of a load, unless another load has replaced it.
    pub(super) fn finish(
        &mut self,
        partition: Partition,
        name: &str,
        id: u64,
        outcome: Result<&V, &Error>,
        now: Instant,
    ) {
        let capacity = self.capacity;
        let Some(content) = self.partitions.get_mut(partition.0) else { return };
        if content.loads.get(name).is_none_or(|running| running.id != id) {
            return;
        }
        let Some(running) = content.loads.remove(name) else { return };
        match outcome {
            Ok(value) => self.put(partition, name, value.clone(), running.since, now),
            Err(error) if is_outage(error) => {
                if let Some(value) = content.values.get_mut(name) {
                    value.renewal = now.checked_add(RETRY);
                }
            }
            Err(error) => {
                content.values.remove(name);
                if error.is_absence() {
                    content.remember_absence(name, error.for_another_caller(), now, capacity);
                }
            }
        }
    }

    pub(super) fn insert(&mut self, partition: Partition, name: &str, value: V, since: Instant, now: Instant) {
        if let Some(content) = self.partitions.get_mut(partition.0) {
            content.loads.remove(name);
        }
        self.put(partition, name, value, since, now);
    }

    pub(super) fn fill(&mut self, partition: Partition, name: &str, value: V, since: Instant, now: Instant) {
        let content = self.partitions.get(partition.0);
        let there = content.and_then(|content| content.values.get(name));
        if there.is_none_or(|value| value.since < since) {
            self.put(partition, name, value, since, now);
        }
    }

    pub(super) fn clear(&mut self, partition: Partition) {
        if let Some(content) = self.partitions.get_mut(partition.0) {
            *content = Content { longest: content.longest, ..Content::new() };
        }
    }

    fn put(&mut self, partition: Partition, name: &str, value: V, since: Instant, now: Instant) {
        self.uses += 1;
        let last_use = self.uses;
        let Some(content) = self.partitions.get_mut(partition.0) else { return };
        content.absences.remove(name);
        content.values.insert(name.into(), Value { value, since, renewal: None, last_use });
        self.make_room(now);
    }

    /// Removes the values that no user can use any more, then the least recently used ones.
    fn make_room(&mut self, now: Instant) {
        for content in &mut self.partitions {
            let longest = content.longest;
            content.values.retain(|_, value| now.saturating_duration_since(value.since) <= longest);
        }
        while self.len() > self.capacity {
            let values = self.partitions.iter().enumerate().flat_map(|(number, content)| {
                content.values.iter().map(move |(name, value)| (value.last_use, number, name))
            });
            let Some((_, number, name)) = values.min_by_key(|(last_use, ..)| *last_use) else { return };
            let name = name.clone();
            if let Some(content) = self.partitions.get_mut(number) {
                content.values.remove(&name);
            }
        }
    }

    fn len(&self) -> usize {
        self.partitions.iter().map(|content| content.values.len()).sum()
    }
}

impl<V: Clone> Content<V> {
    fn new() -> Self {
        Self { values: Map::default(), loads: Map::default(), absences: Map::default(), longest: Duration::ZERO }
    }

    /// Absences have the same capacity as values, separately.
    fn remember_absence(&mut self, name: &str, error: Error, now: Instant, capacity: usize) {
        if self.absences.len() >= capacity {
            self.absences.retain(|_, absence| absence.is_known(now));
        }
        if self.absences.len() < capacity {
            self.absences.insert(name.into(), Absence { error, since: now });
        }
    }
}

impl<V: Clone> Running<V> {
    /// Returns whether the load began recently enough for a caller that starts to wait now.
    fn can_be_joined(&self, lifetime: Lifetime, now: Instant) -> bool {
        now.saturating_duration_since(self.since) <= lifetime.usable.min(LONGEST_LOAD)
    }
}

impl Absence {
    fn is_known(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) <= ABSENCE
    }
}
