//! Keys derived from the branch keys of a key store.

mod branch_keys;
mod first_use;
mod selection;
#[cfg(test)]
mod tests;
mod wrapping;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use crate::aws::audit;
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;
use crate::keyrings::key_store::KeyStore;

pub use self::branch_keys::BranchKeyCache;

use self::branch_keys::BranchKeys;
use self::first_use::FirstUse;
use self::selection::Selection;
use self::wrapping::{PROVIDER_ID, WrappedKey};

/// A keyring with the branch keys of a [`KeyStore`], such as one for each tenant. They are cached, so AWS KMS is called
/// once for each branch key and TTL instead of once for each item.
///
/// It is AWS's [AWS KMS Hierarchical keyring][hierarchical]: each implementation reads the items of the other. The
/// branch key of an item is set by [`branch_key`](Self::branch_key), by
/// [`branch_key_supplier`](Self::branch_key_supplier), or by the entity itself, with `#[item(tenant)]` on a field.
///
/// # What is cached, and for how long
/// A branch key is used for `ttl` after it was loaded. During the last part of this time (a quarter, and at most ten
/// seconds) one task loads it again while other callers use the old one; if the key store or KMS cannot be reached
/// then, it is used until `ttl` has passed, and no longer. A rejection, or a missing record, removes it at once. So a
/// revoked permission, a new version and a [shredded](crate::danger::shred) branch key take effect in every process
/// when `ttl` has passed at the latest; [`refresh`](Keyring::refresh) applies them immediately. Several tasks that miss
/// the same branch key wait for one load. The absence of a branch key or of a version is cached for a second.
///
/// ```
/// use std::time::Duration;
///
/// use dynaseal::keyrings::{HierarchicalKeyring, KeyStore};
///
/// # fn example(key_store: KeyStore) -> dynaseal::Result<()> {
/// let keyring = HierarchicalKeyring::new(key_store, Duration::from_secs(600))?.branch_key("tenant-7");
/// # Ok(())
/// # }
/// ```
///
/// [hierarchical]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/use-hierarchical-keyring.html
#[derive(Clone)]
pub struct HierarchicalKeyring {
    branch_keys: BranchKeys,
    selection: Selection,
    first_use: Option<FirstUse>,
}

impl HierarchicalKeyring {
    /// Creates the keyring of this key store's branch keys, which are loaded again after `ttl`. Then set the branch key
    /// of each item.
    ///
    /// # Errors
    /// `Usage` if `ttl` is zero, because every item would require a call to AWS KMS.
    #[inline]
    pub fn new(key_store: KeyStore, ttl: Duration) -> Result<Self> {
        if ttl.is_zero() {
            return Err(Error::new(ErrorKind::Usage, "a TTL of zero would call KMS for every item"));
        }
        let branch_keys = BranchKeys::new(key_store, ttl);
        Ok(Self { branch_keys, selection: Selection::default(), first_use: None })
    }

    /// Uses this branch key for every item.
    #[must_use]
    #[inline]
    pub fn branch_key(mut self, id: impl Into<String>) -> Self {
        self.selection.use_one(id.into());
        self
    }

    /// Chooses the branch key of each item by its encryption context: the attributes of the primary key, and those that
    /// are signed and included in it; see [`EncryptionContext::attribute`]. `None` fails the call with `Materials`,
    /// before anything is sent.
    ///
    /// The choice is repeated when an item is read, by values that are verified only afterwards. An item of another
    /// branch key than the chosen one is rejected.
    #[must_use]
    #[inline]
    pub fn branch_key_supplier(
        mut self,
        supplier: impl Fn(&EncryptionContext) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.selection.use_supplier(Arc::new(supplier));
        self
    }

    /// Maps a tenant to its branch key id, if that differs from the value of the field with `#[item(tenant)]`. `None`
    /// fails the call with `Materials`, before anything is sent.
    #[must_use]
    #[inline]
    pub fn branch_key_of_tenant(mut self, map: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.selection.map_tenants(Arc::new(map));
        self
    }

    /// Creates a branch key when the first item is written with it, if `admits` confirms that its identifier is a
    /// tenant's. Any number of processes create exactly one, with this encryption context, which must not be empty.
    /// None is created for reading, and none after it was [shredded](crate::danger::shred).
    ///
    /// An identifier is part of an item, so a party that can cause writes can invent identifiers. Let `admits` look up
    /// the tenant; it must not block.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dynaseal::keyrings::{HierarchicalKeyring, KeyStore};
    ///
    /// # fn example(key_store: KeyStore) -> dynaseal::Result<()> {
    /// let keyring = HierarchicalKeyring::new(key_store, Duration::from_secs(600))?
    ///     .on_first_use(|tenant| ["acme", "initech"].contains(&tenant), [("purpose", "orders")]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub fn on_first_use<K: Into<String>, V: Into<String>>(
        mut self,
        admits: impl Fn(&str) -> bool + Send + Sync + 'static,
        context: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.first_use = Some(FirstUse::new(admits, context));
        self
    }

    /// Keeps branch keys in this cache, together with other keyrings, instead of a separate cache of 1,000 entries.
    /// Keyrings share entries only if they also have the same [`partition_id`](Self::partition_id).
    #[must_use]
    #[inline]
    pub fn cache(mut self, cache: &BranchKeyCache) -> Self {
        self.branch_keys.set_cache(cache.clone());
        self
    }

    /// Shares entries with the keyrings of the same cache and the same partition id. Use it only for keyrings of the
    /// same key store and permissions: an entry that one of them loaded is used by all.
    #[must_use]
    #[inline]
    pub fn partition_id(mut self, id: impl Into<String>) -> Self {
        self.branch_keys.set_partition(id.into());
        self
    }

    /// Reads the time from this clock, which must never go back, instead of [`Instant::now`], with a new cache. For
    /// tests.
    #[must_use]
    #[inline]
    pub fn clock(self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.cache(&BranchKeyCache::new(BranchKeyCache::DEFAULT_CAPACITY).clock(now))
    }

    /// Loads these branch keys concurrently, so that the first items do not wait.
    ///
    /// # Errors
    /// The errors of the first items.
    #[inline]
    pub async fn warm_up_branch_keys<I: Into<String>>(&self, ids: impl IntoIterator<Item = I>) -> Result<()> {
        let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
        try_join_all(ids.iter().map(|id| self.branch_keys.active(id, None))).await.map(drop)
    }

    /// Uses the tenant attribute of an entity.
    #[inline]
    pub(super) fn of_tenants(mut self, attribute: &'static str) -> Self {
        self.selection.use_tenants(attribute);
        self
    }

    #[inline]
    async fn wrap_key(&self, context: &EncryptionContext) -> Result<(IntermediateKey, EncryptedDataKey)> {
        let id = self.selection.branch_key_id(context)?;
        let branch_key = self.branch_keys.active(&id, self.first_use.as_ref()).await?;
        let (key, recipient) = wrapping::wrap(&branch_key, context).ok_or_else(rejected)??;
        audit::key_used("HierarchicalKeyring", "Wrap", &id, context.table_name());
        Ok((key, recipient))
    }

    #[inline]
    async fn outdated_keys(&self, context: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Result<Vec<usize>> {
        let id = self.selection.branch_key_id(context)?;
        let candidates = self.candidates(context, recipients);
        if candidates.is_empty() {
            return Ok(candidates);
        }
        let active = self.branch_keys.active(&id, None).await?.version_id();
        let version = |index: &usize| Some(WrappedKey::parse(&recipients.get(*index)?.ciphertext)?.version);
        Ok(candidates.into_iter().filter(|index| version(index).is_some_and(|version| version != active)).collect())
    }

    #[inline]
    async fn unwrap_key(&self, context: &EncryptionContext, recipient: &EncryptedDataKey) -> Result<IntermediateKey> {
        let id = self.selection.branch_key_id(context)?;
        if recipient.provider_info != id.as_bytes() {
            return Err(IntermediateKey::rejected());
        }
        let wrapped = WrappedKey::parse(&recipient.ciphertext).ok_or_else(IntermediateKey::rejected)?;
        let branch_key = self.branch_keys.version(&id, wrapped.version).await?;
        let key = wrapped.unwrap(&branch_key, context).ok_or_else(IntermediateKey::rejected)?;
        audit::key_used("HierarchicalKeyring", "Unwrap", &id, context.table_name());
        Ok(key)
    }
}

impl Keyring for HierarchicalKeyring {
    #[inline]
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move { Ok(vec![self.wrap_key(context).await?]) })
    }

    /// If no branch key can be chosen, every recipient is a candidate, so that unwrapping reports the reason.
    #[inline]
    fn candidates(&self, context: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        let id = self.selection.branch_key_id(context).ok();
        let is_ours = |recipient: &EncryptedDataKey| {
            let is_its_key = id.as_ref().is_none_or(|id| recipient.provider_info == id.as_bytes());
            recipient.provider_id == PROVIDER_ID && is_its_key
        };
        (0..).zip(recipients).filter(|(_, recipient)| is_ours(recipient)).map(|(index, _)| index).collect()
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(self.unwrap_key(context, recipient))
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        vec![format!("{PROVIDER_ID} {}", self.selection.shown())]
    }

    #[inline]
    fn outdated<'a>(
        &'a self,
        context: &'a EncryptionContext,
        recipients: &'a [EncryptedDataKey],
    ) -> KeyringFuture<'a, Vec<usize>> {
        Box::pin(self.outdated_keys(context, recipients))
    }

    /// Removes every branch key of this keyring's partition from the cache.
    #[inline]
    fn refresh(&self) -> KeyringFuture<'_, ()> {
        self.branch_keys.clear();
        Box::pin(async { Ok(()) })
    }

    /// Loads the branch key of [`branch_key`](HierarchicalKeyring::branch_key). Others are loaded by
    /// [`warm_up_branch_keys`](HierarchicalKeyring::warm_up_branch_keys).
    #[inline]
    fn warm_up(&self) -> KeyringFuture<'_, ()> {
        Box::pin(async move {
            match self.selection.only_one() {
                Some(id) => self.branch_keys.active(id, None).await.map(drop),
                None => Ok(()),
            }
        })
    }
}

impl fmt::Debug for HierarchicalKeyring {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HierarchicalKeyring")
            .field("key_store", self.branch_keys.key_store())
            .field("branch_key", &self.selection.shown())
            .finish_non_exhaustive()
    }
}

#[inline]
fn rejected() -> Error {
    Error::materials("the crypto crate rejected the branch key")
}
