//! The newest version of a material, cached.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::aws::audit;
use crate::cache::Cache;
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};

use super::provider_store::{ProviderStore, VersionProvider, check_material_name, material_id, version_in};

/// As many versions as the originals keep.
const DEFAULT_CACHE_SIZE: usize = 1000;

/// Encrypts with the newest version of a material in a store, decrypts with the version that an item names, and caches
/// both.
///
/// After `ttl` a version is asked for anew, and with it the permission to use it: once access to the store, or to the key
/// that protects it, is revoked, encryption and decryption stop at the latest when `ttl` and a grace period of 500 ms have
/// passed. The same time passes until every process uses a new version. In the grace period one task renews the entry while
/// the others keep using it; every other load is waited for, by one task for all.
///
/// A store that has no version of the material yet gets version 0 with the first item that is encrypted.
///
/// It is the `CachingMostRecentProvider` of AWS's clients; see [Most Recent Provider][most-recent]. It caches as version
/// 2.0.3 of the Java client does.
///
/// <div class="warning">
///
/// Which version an item names is not signed. If an old version leaked, whoever has its keys can forge items that name it,
/// until [`oldest_version`](Self::oldest_version) excludes it. What [`WrappedProvider`](super::WrappedProvider) says about
/// replaced content keys is true here too.
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
    store: Arc<dyn ProviderStore>,
    material_name: String,
    selector: Option<NameSelector>,
    oldest_version: u64,
    newest_versions: Cache<Version>,
    providers: Cache<VersionProvider>,
}

/// A version of a material.
#[derive(Clone)]
struct Version {
    number: u64,
    /// `name#version`.
    id: Arc<str>,
}

impl Version {
    fn new(material_name: &str, number: u64) -> Self {
        Self { number, id: material_id(material_name, number).into() }
    }
}

type NameSelector = Arc<dyn Fn(&MaterialsRequest<'_>) -> Option<String> + Send + Sync>;

impl MostRecentProvider {
    /// Uses the material of this name, and asks the store anew after `ttl`.
    ///
    /// # Errors
    /// `Usage` if the name is empty or contains `#`, or `ttl` is zero.
    pub fn new(store: impl ProviderStore + 'static, material_name: impl Into<String>, ttl: Duration) -> Result<Self> {
        let material_name = material_name.into();
        check_material_name(&material_name)?;
        if ttl.is_zero() {
            return Err(Error::new(ErrorKind::Usage, "a TTL of zero would ask the store for every item"));
        }
        Ok(Self {
            store: Arc::new(store),
            material_name,
            selector: None,
            oldest_version: 0,
            newest_versions: Cache::new(ttl, DEFAULT_CACHE_SIZE),
            providers: Cache::new(ttl, DEFAULT_CACHE_SIZE),
        })
    }

    /// Chooses the material for each item; `None` means the one that the provider was made with.
    ///
    /// When an item is read, the choice is made anew. Of such an item only what is stored in plain is known, and none of it
    /// is verified yet; choose by the primary key or the table name. A name that is empty or contains `#` fails the call
    /// with `Usage`.
    #[must_use]
    pub fn select_material_name(
        mut self,
        selector: impl Fn(&MaterialsRequest<'_>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.selector = Some(Arc::new(selector));
        self
    }

    /// Refuses items of versions before this one, for reading and for writing, with `Materials`. The default is 0.
    ///
    /// After a leak: [`rotate`](Self::rotate), re-encrypt the items, and exclude the versions that leaked.
    #[must_use]
    pub fn oldest_version(mut self, version: u64) -> Self {
        self.oldest_version = version;
        self
    }

    /// Keeps at most this many versions, and as many material names; those that were not used for longest make room. The
    /// default is 1,000, the least is 1.
    #[must_use]
    pub fn cache_size(mut self, size: usize) -> Self {
        self.newest_versions.capacity = size.max(1);
        self.providers.capacity = size.max(1);
        self
    }

    /// Reads the time from this clock, which must never go back, instead of [`Instant::now`]. For tests.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.newest_versions.clock = Arc::new(now);
        self.providers.clock = Arc::clone(&self.newest_versions.clock);
        self
    }

    /// Makes a new version of the material, uses it from now on, and returns its number. Other processes use it when their
    /// TTL has passed. Items of earlier versions stay readable.
    ///
    /// For a material of [`select_material_name`](Self::select_material_name), call [`ProviderStore::rotate`].
    ///
    /// # Errors
    /// What the store fails with. After `Unavailable` the version may have been made; everybody will use it then.
    pub async fn rotate(&self) -> Result<u64> {
        let started = (self.providers.clock)();
        let (number, provider) = self.store.rotate(&self.material_name).await?;
        let version = Version::new(&self.material_name, number);
        self.providers.insert(&version.id, provider, started).await;
        self.newest_versions.insert(&self.material_name, version, started).await;
        Ok(number)
    }

    fn material_name(&self, request: &MaterialsRequest<'_>) -> Result<Cow<'_, str>> {
        match self.selector.as_ref().and_then(|selector| selector(request)) {
            Some(name) => check_material_name(&name).map(|()| Cow::Owned(name)),
            None => Ok(Cow::Borrowed(&self.material_name)),
        }
    }

    async fn newest_version(&self, name: &str) -> Result<Version> {
        let version = self.newest_versions.load(name, || self.find_or_create_newest(name)).await?;
        self.check_version(name, version.number)?;
        Ok(version)
    }

    async fn find_or_create_newest(&self, name: &str) -> Result<Version> {
        const FIRST: u64 = 0;

        let started = (self.providers.clock)();
        if let Some(number) = self.store.newest_version(name).await? {
            return Ok(Version::new(name, number));
        }
        self.check_version(name, FIRST)?;
        let provider = self.store.provider_or_create(name, FIRST).await?;
        let version = Version::new(name, FIRST);
        self.providers.insert(&version.id, provider, started).await;
        Ok(version)
    }

    async fn provider(&self, name: &str, number: u64, id: &str) -> Result<VersionProvider> {
        self.providers.load(id, || self.store.provider(name, number)).await
    }

    fn check_version(&self, name: &str, version: u64) -> Result<()> {
        if version >= self.oldest_version {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Materials,
            format!(
                "version {version} of material {name:?} is older than {}, the oldest accepted",
                self.oldest_version
            ),
        ))
    }
}

impl CryptographicMaterialsProvider for MostRecentProvider {
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

    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(async move {
            let name = self.material_name(&request)?;
            let number = version_in(description, &name)?;
            self.check_version(&name, number)?;
            let id = material_id(&name, number);
            let provider = self.provider(&name, number, &id).await?;
            let materials = provider.decryption_materials(request, description).await?;
            audit::key_used("MostRecentProvider", "Decrypt", &id, request.table_name());
            Ok(materials)
        })
    }

    fn refresh(&self) -> MaterialsFuture<'_, ()> {
        Box::pin(async {
            self.newest_versions.clear();
            self.providers.clear();
            Ok(())
        })
    }

    /// Loads the newest version. It makes none: a store without a version stays empty.
    fn warm_up(&self) -> MaterialsFuture<'_, ()> {
        Box::pin(async {
            let started = (self.providers.clock)();
            let name = &self.material_name;
            let Some(number) = self.store.newest_version(name).await? else { return Ok(()) };
            self.check_version(name, number)?;
            let version = Version::new(name, number);
            self.newest_versions.insert(name, version.clone(), started).await;
            self.provider(name, number, &version.id).await.map(drop)
        })
    }
}

impl fmt::Debug for MostRecentProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MostRecentProvider")
            .field("store", &self.store)
            .field("material_name", &self.material_name)
            .field("oldest_version", &self.oldest_version)
            .finish_non_exhaustive()
    }
}
