//! The newest version of a material, cached.

mod versions;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::aws::audit;
use crate::cache::{Cache, CacheUser, Clock, Lifetime};
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};

use self::versions::{Version, Versions};
use super::provider_store::{ProviderStore, VersionProvider, check_material_name, version_in};

/// The number of versions that the Java and Python clients cache.
const DEFAULT_CACHE_SIZE: usize = 1000;

/// How long past its TTL an entry is still used while one task renews it.
const GRACE: Duration = Duration::from_millis(500);

/// Encrypts with the newest version of a material in a store, decrypts with the version that an item names, and caches
/// both.
///
/// After `ttl` a version is loaded again, which also checks the permission to use it: once access to the store, or to the
/// key that protects it, is revoked, encryption and decryption stop after at most `ttl` plus a grace period of 500 ms. A
/// new version reaches every process within the same time. During the grace period one task renews the entry while all
/// others keep using it, unless the store or the key rejects the request. Outside it, concurrent callers wait for a single
/// load. A load runs in its own Tokio task, if there is a runtime, and fails with `Unavailable` after 30 seconds. The
/// absence of a version is cached for one second.
///
/// If a store has no version of the material, encrypting the first item creates version 0, unless
/// [`never_create`](Self::never_create) is set. Once this provider has used or seen a version, it never encrypts with an
/// older one: if a store reports an older version as its newest, or none, encryption fails with `Materials`. For this it
/// keeps one number for each material name for as long as it exists.
///
/// This is the `CachingMostRecentProvider` of AWS's clients; see [Most Recent Provider][most-recent]. It caches as version
/// 2.0.3 of the Java client does.
///
/// <div class="warning">
///
/// The version that an item names is not signed. If the keys of an old version leak, an attacker who has them can forge
/// items that name it, until [`oldest_version`](Self::oldest_version) excludes it. The warning of
/// [`WrappedProvider`](super::WrappedProvider) about replaced content keys applies here too.
///
/// </div>
///
/// ```
/// use std::time::Duration;
///
/// use dynaseal::materials::{MetaStore, MostRecentProvider};
///
/// # fn example(store: MetaStore) -> dynaseal::Result<MostRecentProvider> {
/// MostRecentProvider::new(store, "employees", Duration::from_secs(60))
/// # }
/// ```
///
/// [most-recent]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/most-recent-provider.html
pub struct MostRecentProvider {
    versions: Versions,
    material_name: String,
    selector: Option<NameSelector>,
    ttl: Duration,
    cache_size: usize,
    clock: Clock,
    newest_versions: CacheUser<Version>,
    providers: CacheUser<VersionProvider>,
}

type NameSelector = Arc<dyn Fn(&MaterialsRequest<'_>) -> Option<String> + Send + Sync>;

impl MostRecentProvider {
    /// Uses the material of this name, and loads it from the store again after `ttl`.
    ///
    /// # Errors
    /// `Usage` if the name is empty or contains `#`, or `ttl` is zero.
    pub fn new(store: impl ProviderStore + 'static, material_name: impl Into<String>, ttl: Duration) -> Result<Self> {
        let material_name = material_name.into();
        check_material_name(&material_name)?;
        if ttl.is_zero() {
            return Err(Error::new(ErrorKind::Usage, "a TTL of zero would call the store for every item"));
        }
        let clock: Clock = Arc::new(Instant::now);
        let (newest_versions, providers) = caches(ttl, DEFAULT_CACHE_SIZE, &clock);
        Ok(Self {
            versions: Versions::new(store),
            material_name,
            selector: None,
            ttl,
            cache_size: DEFAULT_CACHE_SIZE,
            clock,
            newest_versions,
            providers,
        })
    }

    /// Chooses the material for each item; `None` means the one given to [`new`](Self::new).
    ///
    /// The choice is repeated when an item is read. Only its unencrypted attributes are then available, and none of them is
    /// verified yet: choose by the primary key or the table name. A name that is empty or contains `#` fails the call with
    /// `Usage`.
    #[must_use]
    pub fn select_material_name(
        mut self,
        selector: impl Fn(&MaterialsRequest<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.selector = Some(Arc::new(selector));
        self
    }

    /// Rejects versions before this one with `Materials`, for reading and for writing. The default is 0.
    ///
    /// After a leak, [`rotate`](Self::rotate), re-encrypt the items, and exclude the versions that leaked.
    #[must_use]
    pub fn oldest_version(mut self, version: u64) -> Self {
        self.versions.oldest = version;
        self
    }

    /// Never creates a version: while the store has none, encryption fails with `Materials`.
    ///
    /// Set this in all processes except the one that sets up the store. Without it, an attacker who can delete from the
    /// store, or respond in its place, can make a new process encrypt with a new version 0.
    #[must_use]
    pub fn never_create(mut self) -> Self {
        self.versions.may_create = false;
        self
    }

    /// Caches at most this many versions, and as many material names; the least recently used are evicted. The default is
    /// 1,000, the minimum is 1.
    #[must_use]
    pub fn cache_size(mut self, size: usize) -> Self {
        self.cache_size = size;
        self.with_new_caches()
    }

    /// Reads the time from this clock, which must never go back, instead of [`Instant::now`]. For tests.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self.with_new_caches()
    }

    /// Creates a new version of the material, uses it from now on, and returns its number. Other processes use it after their
    /// TTL. Items of earlier versions stay readable.
    ///
    /// For a material of [`select_material_name`](Self::select_material_name), call [`ProviderStore::rotate`].
    ///
    /// # Errors
    /// Those of the store, and `Materials` if the store has lost versions. After `Unavailable` the version may exist, and all
    /// processes then use it.
    pub async fn rotate(&self) -> Result<u64> {
        let started = self.providers.now();
        let (version, provider) = self.versions.rotate(&self.material_name).await?;
        let number = version.number;
        self.providers.insert(&version.id, provider, started);
        self.newest_versions.insert(&self.material_name, version, started);
        Ok(number)
    }

    fn with_new_caches(mut self) -> Self {
        (self.newest_versions, self.providers) = caches(self.ttl, self.cache_size, &self.clock);
        self
    }

    fn material_name(&self, request: &MaterialsRequest<'_>) -> Result<Cow<'_, str>> {
        match self.selector.as_ref().and_then(|selector| selector(request)) {
            Some(name) => check_material_name(&name).map(|()| Cow::Owned(name)),
            None => Ok(Cow::Borrowed(&self.material_name)),
        }
    }

    async fn newest_version(&self, name: &str) -> Result<Version> {
        let load = || {
            let (versions, providers, name) = (self.versions.clone(), self.providers.clone(), name.to_owned());
            async move {
                let started = providers.now();
                let (version, created) = versions.newest_or_first(&name).await?;
                if let Some(provider) = created {
                    providers.insert(&version.id, provider, started);
                }
                Ok(version)
            }
        };
        self.newest_versions.load(name, load).await
    }

    async fn provider(&self, name: &str, number: u64, id: &str) -> Result<VersionProvider> {
        let load = || {
            let (versions, name) = (self.versions.clone(), name.to_owned());
            async move { versions.provider(&name, number).await }
        };
        self.providers.load(id, load).await
    }
}

fn caches(ttl: Duration, size: usize, clock: &Clock) -> (CacheUser<Version>, CacheUser<VersionProvider>) {
    let lifetime = Lifetime::with_grace_after(ttl, GRACE);
    let newest = Cache::new(size, Arc::clone(clock)).user(None, lifetime);
    let providers = Cache::new(size, Arc::clone(clock)).user(None, lifetime);
    (newest, providers)
}

impl CryptographicMaterialsProvider for MostRecentProvider {
    #[inline]
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(async move {
            let name = self.material_name(&request)?;
            let version = self.newest_version(&name).await?;
            let provider = self.provider(&name, version.number, &version.id).await?;
            let materials = provider.encryption_materials(request).await?;
            audit::key_used("MostRecentProvider", "Encrypt", &version.id, request.table_name());
            Ok(materials)
        })
    }

    #[inline]
    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(async move {
            let name = self.material_name(&request)?;
            let (number, id) = version_in(description, &name)?;
            self.versions.check(&name, number)?;
            let provider = self.provider(&name, number, &id).await?;
            let materials = provider.decryption_materials(request, description).await?;
            audit::key_used("MostRecentProvider", "Decrypt", &id, request.table_name());
            Ok(materials)
        })
    }

    #[inline]
    fn refresh(&self) -> MaterialsFuture<'_, ()> {
        Box::pin(async {
            self.newest_versions.clear();
            self.providers.clear();
            Ok(())
        })
    }

    /// Loads the newest version. Creates none: a store without a version stays empty.
    #[inline]
    fn warm_up(&self) -> MaterialsFuture<'_, ()> {
        Box::pin(async {
            let started = self.newest_versions.now();
            let name = &self.material_name;
            let Some(version) = self.versions.newest(name).await? else { return Ok(()) };
            self.newest_versions.insert(name, version.clone(), started);
            self.provider(name, version.number, &version.id).await.map(drop)
        })
    }
}

impl fmt::Debug for MostRecentProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MostRecentProvider")
            .field("store", &self.versions.store)
            .field("material_name", &self.material_name)
            .field("oldest_version", &self.versions.oldest)
            .finish_non_exhaustive()
    }
}
