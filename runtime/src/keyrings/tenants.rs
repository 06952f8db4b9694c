//! The keyrings that an entity accepts.

use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;
use crate::format::encryptor::ItemEncryptor;
use crate::schema::tenant::NoTenant;

#[cfg(feature = "kms")]
use crate::keyrings::hierarchical::HierarchicalKeyring;
#[cfg(feature = "kms")]
use crate::schema::entity::EncryptedItem;
#[cfg(feature = "kms")]
use crate::schema::tenant::WithTenant;

/// A keyring `K` for entities of this [`Tenancy`](crate::Tenancy): every keyring for those without a tenant, and only a
/// `HierarchicalKeyring` for those with `#[item(tenant)]`.
///
/// This trait is not meant to be implemented.
#[diagnostic::on_unimplemented(
    message = "an entity with `#[item(tenant)]` takes a `HierarchicalKeyring`, and no other keyring",
    label = "this keyring does not choose the tenant's key",
    note = "every item is encrypted with the branch key of its tenant, so that deleting that key makes the tenant's items unreadable; another recipient could still read them",
    note = "pass `HierarchicalKeyring::new(key_store, ttl)?`, or remove `tenant`"
)]
pub trait TakesKeyring<K> {
    /// The keyring for the repository.
    type Keyring: Keyring + 'static;

    #[doc(hidden)]
    fn bind(keyring: K) -> Self::Keyring;
}

#[diagnostic::do_not_recommend]
impl<K: Keyring + 'static> TakesKeyring<K> for NoTenant {
    type Keyring = K;

    #[inline]
    fn bind(keyring: K) -> K {
        keyring
    }
}

#[cfg(feature = "kms")]
#[diagnostic::do_not_recommend]
impl<T: EncryptedItem> TakesKeyring<HierarchicalKeyring> for WithTenant<T> {
    type Keyring = HierarchicalKeyring;

    #[inline]
    fn bind(keyring: HierarchicalKeyring) -> HierarchicalKeyring {
        match T::TENANT {
            Some(attribute) => keyring.of_tenants(attribute),
            None => keyring,
        }
    }
}

/// Returns the encryptor of an entity that the program configured itself. For an entity with a tenant, it rejects
/// everything, because its keys are unknown.
#[inline]
pub(crate) fn unless_tenant(encryptor: ItemEncryptor, tenant: Option<&'static str>) -> ItemEncryptor {
    match tenant {
        Some(_) => ItemEncryptor::with_keyring(NoKeys),
        None => encryptor,
    }
}

/// The keyring of an entity with a tenant that has no `HierarchicalKeyring`.
#[derive(Debug)]
struct NoKeys;

impl NoKeys {
    #[inline]
    fn reject<T>() -> Result<T> {
        Err(Error::new(
            ErrorKind::Usage,
            "an entity with `#[item(tenant)]` takes no encryptor, since that can have other keys than the tenant's; use \
             `.keyring(..)` with a `HierarchicalKeyring`",
        ))
    }
}

impl Keyring for NoKeys {
    #[inline]
    fn wrap<'a>(
        &'a self,
        _: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async { Self::reject() })
    }

    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        (0..recipients.len()).collect()
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        _: &'a EncryptionContext,
        _: AlgorithmSuite,
        _: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(async { Self::reject() })
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        Vec::new()
    }
}
