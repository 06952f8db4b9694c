//! A bounded cache of values that are loaded over a network: one load at a time for each entry, shared by all callers,
//! while the old value stays in use until it expires.
//!
//! No lock is held across an await. A load runs in its own task, and every waiting caller also drives it, so a caller
//! that stops polling without being dropped delays no other.

mod entries;
#[cfg(test)]
mod tests;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use tokio::runtime::Handle;
use tracing::Instrument as _;

use crate::error::{Error, ErrorKind, Result};

use self::entries::{Entries, Found, Partition};

/// The maximum time of a load. After it, the load fails with `Unavailable`, and the next caller starts another one.
const LONGEST_LOAD: Duration = Duration::from_secs(30);

/// A monotonic clock.
pub(crate) type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// How long one user of a cache uses an entry, counted from the start of its load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    /// Up to this age an entry is used unchanged.
    fresh: Duration,
    /// Up to this age an entry is used while one task renews it; after it, the entry is not used.
    usable: Duration,
}

impl Lifetime {
    /// An entry is renewed after `ttl`, and used for `grace` longer.
    pub(crate) fn with_grace_after(ttl: Duration, grace: Duration) -> Self {
        Self { fresh: ttl, usable: ttl.saturating_add(grace) }
    }

    /// An entry is used up to `ttl`, and renewed during the last part of that time.
    pub(crate) fn with_grace_before(ttl: Duration, grace: Duration) -> Self {
        Self { fresh: ttl.saturating_sub(grace), usable: ttl }
    }
}

/// Values by partition and name. Clones share the same entries.
pub(crate) struct Cache<V: Clone>(Arc<Inner<V>>);

/// One user of a [`Cache`]: the entries of its partition, each within this user's lifetime.
pub(crate) struct CacheUser<V: Clone> {
    cache: Cache<V>,
    partition: Partition,
    lifetime: Lifetime,
}

struct Inner<V: Clone> {
    clock: Clock,
    /// Locked only for a few lines of code that neither wait nor panic.
    entries: Mutex<Entries<V>>,
}

/// A load that any number of callers wait for.
type Load<V> = Shared<BoxFuture<'static, Result<V, Arc<Failure>>>>;

/// The failure of a load: the error itself for one caller, and a copy without its causes for each of the others.
struct Failure {
    original: Mutex<Option<Error>>,
    copy: Error,
}

impl<V: Clone + Send + Sync + 'static> Cache<V> {
    /// Creates a cache of at most `capacity` entries, at least one; the least recently used ones are evicted.
    pub(crate) fn new(capacity: usize, clock: Clock) -> Self {
        Self(Arc::new(Inner { clock, entries: Mutex::new(Entries::new(capacity)) }))
    }

    /// Returns a user with its own entries or, with an ID, with the entries of all users of that ID.
    pub(crate) fn user(&self, partition: Option<&str>, lifetime: Lifetime) -> CacheUser<V> {
        let partition = lock(&self.0.entries).partition(partition, lifetime);
        CacheUser { cache: self.clone(), partition, lifetime }
    }
}

impl<V: Clone + Send + Sync + 'static> CacheUser<V> {
    /// Returns the current time, for [`insert`](Self::insert) and [`fill`](Self::fill).
    pub(crate) fn now(&self) -> Instant {
        (self.cache.0.clock)()
    }

    /// Returns the entry of this name. If it is missing or expired, starts a load or waits for the running one. If it
    /// is due for renewal, starts a load and returns the old value.
    ///
    /// # Errors
    /// The error of the load, for every waiting caller. A failed renewal is not an error while the old value is usable,
    /// if the service could not be reached; every other failure removes the entry at once. The absence of an entry
    /// ([`Error::is_absence`]) is cached for a short time.
    pub(crate) async fn load<F>(&self, name: &str, load: impl FnOnce() -> F) -> Result<V>
    where
        F: Future<Output = Result<V>> + Send + 'static,
    {
        match self.find(name) {
            Found::Fresh(value) => Ok(value),
            Found::Absent(error) => Err(error),
            // Boxed, because it is rare and has many bytes, which the futures around it would also have.
            Found::Loading(running) => Box::pin(wait(running)).await,
            _ => Box::pin(self.load_anew(name, load())).await,
        }
    }

    /// Starts a load, or waits for one that another caller has started since.
    async fn load_anew<F>(&self, name: &str, load: F) -> Result<V>
    where
        F: Future<Output = Result<V>> + Send + 'static,
    {
        match self.begin(name, load) {
            Found::Fresh(value) => Ok(value),
            Found::Absent(error) => Err(error),
            Found::Loading(running) => {
                spawn(&running);
                wait(running).await
            }
            Found::Renewing(value, running) if spawn(&running) => Ok(value),
            // There is no runtime for a task, so this caller renews the entry.
            Found::Renewing(value, running) => match wait(running).await {
                Err(error) if is_outage(&error) => Ok(value),
                outcome => outcome,
            },
            Found::Missing | Found::Stale(_) => Err(Error::new(ErrorKind::Unavailable, "the load was not started")),
        }
    }

    /// Replaces the entry by a value that was loaded elsewhere, starting at `started`. A running load does not
    /// overwrite it.
    pub(crate) fn insert(&self, name: &str, value: V, started: Instant) {
        let now = self.now();
        lock(&self.cache.0.entries).insert(self.partition, name, value, started, now);
    }

    /// Adds a value that was loaded together with another one, starting at `started`, unless a newer one exists.
    #[cfg_attr(
        not(any(test, feature = "kms")),
        expect(dead_code, reason = "an active branch key also fills its version's entry")
    )]
    pub(crate) fn fill(&self, name: &str, value: V, started: Instant) {
        let now = self.now();
        lock(&self.cache.0.entries).fill(self.partition, name, value, started, now);
    }

    /// Removes every entry of this partition. Outcomes of running loads are discarded.
    pub(crate) fn clear(&self) {
        lock(&self.cache.0.entries).clear(self.partition);
    }

    fn find(&self, name: &str) -> Found<V> {
        let now = self.now();
        lock(&self.cache.0.entries).find(self.partition, name, self.lifetime, now)
    }

    /// Registers a load, unless another caller was faster.
    fn begin<F>(&self, name: &str, load: F) -> Found<V>
    where
        F: Future<Output = Result<V>> + Send + 'static,
    {
        let (now, partition) = (self.now(), self.partition);
        let cache = Arc::downgrade(&self.cache.0);
        let owned_name = name.to_owned();
        let load = bounded(load).in_current_span();
        let running = |id| {
            let load = async move {
                // A panic in a provider must not become a panic in every waiting caller.
                let outcome = AssertUnwindSafe(load).catch_unwind().await.unwrap_or_else(|_| Err(panicked()));
                if let Some(cache) = cache.upgrade() {
                    let finished = (cache.clock)();
                    lock(&cache.entries).finish(partition, &owned_name, id, outcome.as_ref(), finished);
                }
                outcome.map_err(|error| Arc::new(Failure::new(error)))
            };
            load.boxed().shared()
        };
        lock(&self.cache.0.entries).begin(partition, name, self.lifetime, now, running)
    }
}

/// Drives a load in its own task. Returns false without a Tokio runtime.
fn spawn<V: Clone + Send + Sync + 'static>(running: &Load<V>) -> bool {
    let Ok(runtime) = Handle::try_current() else { return false };
    runtime.spawn(running.clone().map(drop));
    true
}

async fn wait<V: Clone>(running: Load<V>) -> Result<V> {
    running.await.map_err(|failure| failure.for_one_caller())
}

/// Ends a load that takes too long. A load that does not wait needs no timer, and no runtime.
async fn bounded<V>(load: impl Future<Output = Result<V>>) -> Result<V> {
    let mut load = pin!(load);
    let first = std::future::poll_fn(|context| Poll::Ready(load.as_mut().poll(context))).await;
    if let Poll::Ready(outcome) = first {
        return outcome;
    }
    if Handle::try_current().is_err() {
        return load.await;
    }
    tokio::time::timeout(LONGEST_LOAD, load).await.unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Unavailable,
            format!("the keys were not loaded within {} seconds", LONGEST_LOAD.as_secs()),
        ))
    })
}

fn panicked() -> Error {
    Error::new(ErrorKind::Unavailable, "loading the keys panicked; the panic's own message says why")
}

/// Returns whether the service could not be reached or was overloaded, so that an old value stays in use.
fn is_outage(error: &Error) -> bool {
    error.is_retryable()
}

impl Failure {
    fn new(error: Error) -> Self {
        Self { copy: error.for_another_caller(), original: Mutex::new(Some(error)) }
    }

    fn for_one_caller(&self) -> Error {
        lock(&self.original).take().unwrap_or_else(|| self.copy.for_another_caller())
    }
}

impl<V: Clone> Clone for Cache<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V: Clone> Clone for CacheUser<V> {
    fn clone(&self) -> Self {
        Self { cache: self.cache.clone(), partition: self.partition, lifetime: self.lifetime }
    }
}

impl<V: Clone> fmt::Debug for CacheUser<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheUser").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
