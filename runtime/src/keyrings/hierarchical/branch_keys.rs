//! The branch keys of a key store, cached.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cache::{Cache, CacheUser, Clock, Lifetime};
use crate::error::{Error, ErrorKind, Result};
use crate::keyrings::key_store::KeyStore;
use crate::keyrings::key_store::branch_key::BranchKey;
use crate::keyrings::key_store::uuid::Uuid;

use super::first_use::FirstUse;

/// An entry is renewed at most this long before its end.
const LONGEST_GRACE: Duration = Duration::from_secs(10);

/// A cache of branch keys that several [`HierarchicalKeyring`](super::HierarchicalKeyring)s share. Clones share their
/// entries.
///
/// ```
/// use std::time::Duration;
///
/// use dynaseal::keyrings::{BranchKeyCache, HierarchicalKeyring, KeyStore};
///
/// # fn example(key_store: KeyStore) -> dynaseal::Result<()> {
/// let cache = BranchKeyCache::new(10_000);
/// let keyring = HierarchicalKeyring::new(key_store, Duration::from_secs(600))?.cache(&cache).partition_id("orders");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct BranchKeyCache {
    capacity: usize,
    cache: Cache<Arc<BranchKey>>,
}

impl BranchKeyCache {
    /// The capacity of the cache that a keyring creates itself.
    pub(super) const DEFAULT_CAPACITY: usize = 1000;

    /// Creates a cache of at most this many entries, at least one; the least recently used ones are evicted. A branch
    /// key takes two entries if its active version is both written and read, and one more for every older version that
    /// is read.
    #[inline]
    pub fn new(capacity: usize) -> Self {
        let clock: Clock = Arc::new(Instant::now);
        Self { capacity, cache: Cache::new(capacity, clock) }
    }

    /// Reads the time from this clock, which must never go back, instead of [`Instant::now`], and empties the cache.
    /// For tests.
    #[must_use]
    #[inline]
    pub fn clock(self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self { cache: Cache::new(self.capacity, Arc::new(now)), ..self }
    }
}

impl fmt::Debug for BranchKeyCache {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BranchKeyCache").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

/// The branch keys of a key store for one keyring.
#[derive(Clone)]
pub(super) struct BranchKeys {
    key_store: KeyStore,
    lifetime: Lifetime,
    cache: BranchKeyCache,
    partition: Option<String>,
    entries: CacheUser<Arc<BranchKey>>,
}

impl BranchKeys {
    #[inline]
    pub(super) fn new(key_store: KeyStore, ttl: Duration) -> Self {
        let cache = BranchKeyCache::new(BranchKeyCache::DEFAULT_CAPACITY);
        let lifetime = Lifetime::with_grace_before(ttl, LONGEST_GRACE.min(ttl / 4));
        let entries = cache.cache.user(None, lifetime);
        Self { key_store, lifetime, cache, partition: None, entries }
    }

    #[inline]
    pub(super) fn set_cache(&mut self, cache: BranchKeyCache) {
        self.entries = cache.cache.user(self.partition.as_deref(), self.lifetime);
        self.cache = cache;
    }

    #[inline]
    pub(super) fn set_partition(&mut self, id: String) {
        self.entries = self.cache.cache.user(Some(&id), self.lifetime);
        self.partition = Some(id);
    }

    #[inline]
    pub(super) fn key_store(&self) -> &KeyStore {
        &self.key_store
    }

    #[inline]
    pub(super) fn clear(&self) {
        self.entries.clear();
    }

    /// Returns the active version, which encrypts new items. If there is none, it may be created.
    #[inline]
    pub(super) async fn active(&self, id: &str, first_use: Option<&FirstUse>) -> Result<Arc<BranchKey>> {
        let load = || {
            let (key_store, entries, first_use) = (self.key_store.clone(), self.entries.clone(), first_use.cloned());
            let id = id.to_owned();
            async move {
                let started = entries.now();
                let branch_key = match (key_store.active(&id).await, first_use) {
                    (Err(error), Some(first_use)) if error.is_absence() => {
                        first_use.create(&key_store, &id, error).await?
                    }
                    (outcome, _) => outcome?,
                };
                let branch_key = Arc::new(branch_key);
                // A reader of the new item finds the version without another call.
                let version = version_entry(&key_store, &id, branch_key.version_id());
                entries.fill(&version, Arc::clone(&branch_key), started);
                Ok(branch_key)
            }
        };
        let entry = [self.key_store.name(), "\0active\0", id].concat();
        self.entries.load(&entry, load).await.map_err(|error| explain(error, id))
    }

    /// Returns the version that an item names.
    #[inline]
    pub(super) async fn version(&self, id: &str, version: Uuid) -> Result<Arc<BranchKey>> {
        let load = || {
            let (key_store, id) = (self.key_store.clone(), id.to_owned());
            async move { key_store.version_of(&id, version).await.map(Arc::new) }
        };
        let entry = version_entry(&self.key_store, id, version);
        self.entries.load(&entry, load).await.map_err(|error| explain(error, id))
    }
}

#[inline]
fn version_entry(key_store: &KeyStore, id: &str, version: Uuid) -> String {
    let mut entry = String::with_capacity(key_store.name().len() + id.len() + 48);
    entry.push_str(key_store.name());
    entry.push_str("\0version\0");
    version.append_to(&mut entry);
    entry.push('\0');
    entry.push_str(id);
    entry
}

/// Explains the error to a caller that writes or reads an item, and knows nothing of the condition that failed.
#[inline]
fn explain(error: Error, id: &str) -> Error {
    match error.kind() {
        ErrorKind::Conflict | ErrorKind::AlreadyExists => {
            let message = format!("another process is creating the branch key {id:?} at this moment; try again");
            error.recast(ErrorKind::Unavailable, message)
        }
        _ => error,
    }
}
