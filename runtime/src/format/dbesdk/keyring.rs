//! The keyring trait, and its input and output types.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::crypto::random;
use crate::error::{Error, Result};

use super::encryption_context::EncryptionContext;
use super::suite::AlgorithmSuite;

/// A keyring: wraps the keys of an item for its recipients, and unwraps them again.
///
/// It wraps an intermediate key of 32 bytes, which is generated for every item and recipient. The format derives from
/// it the data key that encrypts the item, and the tag that authenticates it.
pub trait Keyring: fmt::Debug + Send + Sync {
    /// Returns a new intermediate key for every recipient, with its wrapped form: at least one and at most 255, in the
    /// order in which they are stored.
    ///
    /// # Errors
    /// The error with which encryption fails; create it with [`Error::materials`](crate::Error::materials).
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>>;

    /// Returns the recipients for which this keyring has a key, determined without using a key: their positions in
    /// `recipients`, in the order in which they are tried.
    fn candidates(&self, context: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize>;

    /// Returns the intermediate key of one of the [`candidates`](Self::candidates).
    ///
    /// # Errors
    /// [`IntermediateKey::rejected`] for a key that cannot be unwrapped, for any reason: the next one is tried then.
    /// Other errors are for failures to use the key at all, such as an unreachable service.
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey>;

    /// Returns the names of its keys, for the error that none of them matches.
    fn key_names(&self) -> Vec<String>;

    /// Returns the recipients whose keys were wrapped by an older version of this keyring's key than [`wrap`](Self::wrap)
    /// uses now: their positions in `recipients`. Returns none by default, for keys without versions.
    ///
    /// # Errors
    /// The error that prevents the keyring from finding the version that it uses now.
    fn outdated<'a>(
        &'a self,
        context: &'a EncryptionContext,
        recipients: &'a [EncryptedDataKey],
    ) -> KeyringFuture<'a, Vec<usize>> {
        let _ = (context, recipients);
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Returns whether items get a digital signature by default. Returns `false` unless overridden.
    ///
    /// A signature distinguishes writers from readers only if the permission to wrap can be withheld from parties that
    /// unwrap.
    fn signs_by_default(&self) -> bool {
        false
    }

    /// Clears the cache, so that the next item uses new keys and current permissions. Does nothing by default.
    ///
    /// # Errors
    /// The errors of custom keyrings; those of this crate do not fail.
    fn refresh(&self) -> KeyringFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Prefetches keys that the first item would wait for. Does nothing by default.
    ///
    /// # Errors
    /// The error with which the first item would fail.
    fn warm_up(&self) -> KeyringFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// The future that a keyring's calls return; create it with `Box::pin(async move { .. })`.
pub type KeyringFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A key of 32 bytes that is generated for one item and one recipient. It is zeroized on drop and never printed.
///
/// It is on the heap, because moving it out of a vector or a future would leave a copy of its bytes there.
#[derive(Clone)]
pub struct IntermediateKey(Box<Zeroizing<[u8; Self::LENGTH]>>);

impl IntermediateKey {
    /// The length of an intermediate key, in bytes.
    pub const LENGTH: usize = 32;

    /// Creates a key from these 32 bytes.
    ///
    /// # Errors
    /// [`rejected`](Self::rejected) for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut key = Self::zeros();
        if bytes.len() != key.len() {
            return Err(Self::rejected());
        }
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }

    /// Generates a random key with the operating system's random number generator.
    ///
    /// # Errors
    /// `Materials` if the operating system's random number generator fails.
    pub fn generate() -> Result<Self> {
        let mut key = Self::zeros();
        random::fill_key(key.as_mut_slice())?;
        Ok(Self(key))
    }

    fn zeros() -> Box<Zeroizing<[u8; Self::LENGTH]>> {
        Box::new(Zeroizing::new([0; Self::LENGTH]))
    }

    /// Returns the key's bytes. Zeroize every copy.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Returns the one error for every failure that depends on a key. It does not reveal the cause.
    pub fn rejected() -> Error {
        Error::integrity()
    }
}

impl fmt::Debug for IntermediateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntermediateKey").finish_non_exhaustive()
    }
}

/// A wrapped intermediate key of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptedDataKey {
    /// The kind of keyring that it is for: `aws-kms`, or the namespace of a raw key.
    pub provider_id: String,
    /// The identifier of its key, in a form that depends on the kind.
    pub provider_info: Vec<u8>,
    /// The wrapped key.
    pub ciphertext: Vec<u8>,
}

impl EncryptedDataKey {
    /// Creates a wrapped intermediate key of a recipient.
    pub fn new(provider_id: impl Into<String>, provider_info: impl Into<Vec<u8>>, ciphertext: Vec<u8>) -> Self {
        Self { provider_id: provider_id.into(), provider_info: provider_info.into(), ciphertext }
    }
}

impl<K: Keyring + ?Sized> Keyring for Arc<K> {
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        (**self).wrap(context, suite)
    }

    fn candidates(&self, context: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        (**self).candidates(context, recipients)
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        (**self).unwrap(context, suite, recipient)
    }

    fn key_names(&self) -> Vec<String> {
        (**self).key_names()
    }

    fn outdated<'a>(
        &'a self,
        context: &'a EncryptionContext,
        recipients: &'a [EncryptedDataKey],
    ) -> KeyringFuture<'a, Vec<usize>> {
        (**self).outdated(context, recipients)
    }

    fn signs_by_default(&self) -> bool {
        (**self).signs_by_default()
    }

    fn refresh(&self) -> KeyringFuture<'_, ()> {
        (**self).refresh()
    }

    fn warm_up(&self) -> KeyringFuture<'_, ()> {
        (**self).warm_up()
    }
}
