//! The source of beacon keys.

mod root;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;

use crate::cache::{Cache, CacheUser, Lifetime};
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::beacon::BeaconKeySet;

#[cfg(feature = "kms")]
use super::key_store::KeyStore;

pub use root::BeaconRoot;

/// The default time after which beacon keys are loaded again.
const DEFAULT_TTL: Duration = Duration::from_secs(10 * 60);

/// The number of tenants whose keys are cached.
const TENANTS: usize = 1_000;

/// The name of the only entry without tenants.
const SINGLE: &str = "";

/// The source of beacon keys. They are separate from the keys of items, which rotate: a beacon that was computed with
/// another key is not found.
///
/// A party with the beacon key can test guesses against every beacon of the table. Losing it disables searches, but
/// loses no data.
///
/// ```
/// use dynaseal::keyrings::{BeaconKeys, BeaconRoot};
///
/// let keys = BeaconKeys::fixed(BeaconRoot::generate()?);
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[derive(Clone)]
pub struct BeaconKeys {
    source: Source,
    ttl: Duration,
    tenants: Option<TenantMap>,
    now: Now,
}

type Now = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Maps a tenant to its branch key id, if that differs from the name of the tenant.
type TenantMap = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

#[derive(Clone)]
#[cfg_attr(not(any(test, feature = "kms")), expect(dead_code, reason = "key stores need KMS"))]
enum Source {
    Fixed(Arc<BeaconRoot>),
    /// The root of one branch key.
    Single(Arc<dyn RootSource>, String),
    /// The root of each tenant's branch key.
    PerTenant(Arc<dyn RootSource>),
}

/// A source of beacon roots by branch key id.
trait RootSource: Send + Sync {
    fn load(&self, id: String) -> BoxFuture<'static, Result<BeaconRoot>>;
}

#[cfg(feature = "kms")]
impl RootSource for KeyStore {
    #[inline]
    fn load(&self, id: String) -> BoxFuture<'static, Result<BeaconRoot>> {
        let store = self.clone();
        Box::pin(async move { BeaconRoot::from_bytes(store.beacon_key(&id).await?.as_bytes()) })
    }
}

impl BeaconKeys {
    /// Always uses this root: for keyrings without a key store, such as a key file, and for tests.
    #[inline]
    pub fn fixed(root: BeaconRoot) -> Self {
        Self::of(Source::Fixed(Arc::new(root)))
    }

    /// Uses the beacon key of one branch key in a key store.
    ///
    /// ```
    /// use dynaseal::keyrings::{BeaconKeys, KeyStore};
    /// use std::time::Duration;
    ///
    /// # fn example(key_store: KeyStore) -> BeaconKeys {
    /// BeaconKeys::key_store(key_store, "branch-1").ttl(Duration::from_secs(10 * 60))
    /// # }
    /// ```
    #[cfg(feature = "kms")]
    #[inline]
    pub fn key_store(store: KeyStore, branch_key: impl Into<String>) -> Self {
        Self::single(store, branch_key)
    }

    /// Uses the beacon key of each tenant's branch key in a key store. The
    /// [schema](crate::beacon::BeaconSchema::tenant) names the tenant's attribute, whose value is the branch key id.
    #[cfg(feature = "kms")]
    #[inline]
    pub fn per_tenant(store: KeyStore) -> Self {
        Self::of_tenants(store)
    }

    #[cfg(any(test, feature = "kms"))]
    #[inline]
    fn single(source: impl RootSource + 'static, id: impl Into<String>) -> Self {
        Self::of(Source::Single(Arc::new(source), id.into()))
    }

    #[cfg(any(test, feature = "kms"))]
    #[inline]
    fn of_tenants(source: impl RootSource + 'static) -> Self {
        Self::of(Source::PerTenant(Arc::new(source)))
    }

    #[inline]
    fn of(source: Source) -> Self {
        Self { source, ttl: DEFAULT_TTL, tenants: None, now: Arc::new(Instant::now) }
    }

    /// Sets the time for which keys are cached; ten minutes by default. They are renewed during the last tenth of that
    /// time. Zero is `Usage` when the repository or the table is used, because every write would call the key store.
    #[must_use]
    #[inline]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// Maps a tenant to its branch key id, if that differs from the name of the tenant: the same as
    /// [`HierarchicalKeyring::branch_key_of_tenant`](super::HierarchicalKeyring::branch_key_of_tenant). `None` fails the call with
    /// `Materials`.
    #[cfg(feature = "kms")]
    #[must_use]
    #[inline]
    pub fn branch_key_of_tenant(mut self, map: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.tenants = Some(Arc::new(map));
        self
    }

    /// Reads the time from this clock, which must never go back, instead of [`Instant::now`]. For tests.
    #[must_use]
    #[inline]
    pub fn clock(mut self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.now = Arc::new(now);
        self
    }

    /// Returns the keys of the beacons with these names.
    ///
    /// # Errors
    /// `Usage` if only one of the beacons and the keys depends on a tenant, and if the TTL is zero.
    #[inline]
    pub(crate) fn of_beacons(&self, names: &[String], has_tenant: bool) -> Result<NamedBeaconKeys> {
        let names: Arc<[String]> = names.into();
        let is_of_tenants = matches!(self.source, Source::PerTenant(_));
        if is_of_tenants != has_tenant {
            return Err(Error::new(
                ErrorKind::Usage,
                if has_tenant {
                    "the beacons are those of tenants, and one key for all of them would show which values tenants have in common: \
                     use `BeaconKeys::per_tenant`"
                } else {
                    "the beacon keys are those of tenants, and no attribute names the tenant"
                },
            ));
        }
        if self.ttl.is_zero() {
            return Err(Error::new(ErrorKind::Usage, "with a TTL of zero, beacon keys would be loaded for every item"));
        }
        let loaded = match &self.source {
            Source::Fixed(root) => Loaded::Fixed(Arc::new(BeaconKeySet::derive(root.as_bytes(), &names)?)),
            Source::Single(source, id) => Loaded::Cached(Arc::clone(source), Some(id.clone()), self.cache(1)),
            Source::PerTenant(source) => Loaded::Cached(Arc::clone(source), None, self.cache(TENANTS)),
        };
        Ok(NamedBeaconKeys { names, loaded, tenants: self.tenants.clone() })
    }

    #[inline]
    fn cache(&self, capacity: usize) -> CacheUser<Arc<BeaconKeySet>> {
        let lifetime = Lifetime::with_grace_before(self.ttl, self.ttl / 10);
        Cache::new(capacity, Arc::clone(&self.now)).user(None, lifetime)
    }
}

/// The keys of the beacons of a table.
#[derive(Clone)]
pub(crate) struct NamedBeaconKeys {
    names: Arc<[String]>,
    loaded: Loaded,
    tenants: Option<TenantMap>,
}

#[derive(Clone)]
enum Loaded {
    Fixed(Arc<BeaconKeySet>),
    Cached(Arc<dyn RootSource>, Option<String>, CacheUser<Arc<BeaconKeySet>>),
}

impl NamedBeaconKeys {
    /// Returns the keys, for this tenant if there are tenants.
    #[inline]
    pub(crate) async fn load(&self, tenant: Option<&str>) -> Result<Arc<BeaconKeySet>> {
        let (source, id, cache) = match &self.loaded {
            Loaded::Fixed(keys) => return Ok(Arc::clone(keys)),
            Loaded::Cached(source, id, cache) => (source, id, cache),
        };
        let (entry, id) = match (id, tenant) {
            (Some(id), _) => (SINGLE, id.clone()),
            (None, Some(tenant)) => (tenant, self.branch_key_id(tenant)?),
            (None, None) => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "the beacons are those of tenants, and the request names none: use `tenant(..)`, or ask for the tenant's \
                     attribute in the filter",
                ));
            }
        };
        let keys = cache.load(entry, || {
            let (root, names) = (source.load(id), Arc::clone(&self.names));
            async move { BeaconKeySet::derive(root.await?.as_bytes(), &names).map(Arc::new) }
        });
        keys.await
    }

    /// Returns the branch key of a tenant.
    #[inline]
    pub(crate) fn branch_key_id(&self, tenant: &str) -> Result<String> {
        match &self.tenants {
            None => Ok(tenant.to_owned()),
            Some(map) => map(tenant).ok_or_else(|| {
                Error::materials(
                    "the tenant has no branch key, says `branch_key_of_tenant`, so there is no beacon key either",
                )
            }),
        }
    }
}

impl fmt::Debug for BeaconKeys {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BeaconKeys").field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

impl fmt::Debug for NamedBeaconKeys {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedBeaconKeys").field("names", &self.names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct Counting(Arc<AtomicUsize>);

    impl RootSource for Counting {
        #[inline]
        fn load(&self, id: String) -> BoxFuture<'static, Result<BeaconRoot>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                match id.as_str() {
                    "missing" => Err(Error::materials("there is no such branch key")),
                    _ => BeaconRoot::from_bytes(&[id.len() as u8; 32]),
                }
            })
        }
    }

    #[tokio::test]
    async fn roots_are_loaded_once_for_each_tenant() {
        let loads = Arc::new(AtomicUsize::new(0));
        let keys = BeaconKeys::of_tenants(Counting(Arc::clone(&loads))).of_beacons(&["e".to_owned()], true).unwrap();
        for _ in 0..3 {
            for tenant in ["a", "bb"] {
                keys.load(Some(tenant)).await.unwrap();
            }
        }
        assert_eq!(loads.load(Ordering::Relaxed), 2);
        assert_eq!(keys.load(Some("missing")).await.unwrap_err().kind(), ErrorKind::Materials);
        assert_eq!(keys.load(None).await.unwrap_err().kind(), ErrorKind::Usage);

        let loads = Arc::new(AtomicUsize::new(0));
        let keys = BeaconKeys::single(Counting(Arc::clone(&loads)), "k1").of_beacons(&["e".to_owned()], false).unwrap();
        keys.load(None).await.unwrap();
        keys.load(None).await.unwrap();
        assert_eq!(loads.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_shared_key_is_not_a_tenant_key() {
        let fixed = BeaconKeys::fixed(BeaconRoot::from_bytes(&[1; 32]).unwrap());
        assert_eq!(fixed.of_beacons(&[], true).unwrap_err().kind(), ErrorKind::Usage);
        let tenants = BeaconKeys::of_tenants(Counting(Arc::default()));
        assert_eq!(tenants.of_beacons(&[], false).unwrap_err().kind(), ErrorKind::Usage);
        let uncached = BeaconKeys::of_tenants(Counting(Arc::default())).ttl(Duration::ZERO);
        assert_eq!(uncached.of_beacons(&[], true).unwrap_err().kind(), ErrorKind::Usage);
    }
}
