//! The keyring trait, and what goes in and comes out.

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
/// What is wrapped is an intermediate key of 32 bytes, which is drawn anew for every item and recipient. The data key that
/// the item is encrypted with, and the proof that it is genuine, are derived from it elsewhere.
pub trait Keyring: fmt::Debug + Send + Sync {
    /// A new intermediate key for every recipient, and the same wrapped. At least one and at most 255, in the order in which
    /// they shall be stored.
    ///
    /// # Errors
    /// What encryption fails with; [`Error::materials`](crate::Error::materials) makes one.
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>>;

    /// The recipients that this keyring has a key for, by what can be seen without one: their places in `recipients`, in the
    /// order in which they shall be tried.
    fn candidates(&self, context: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize>;

    /// The intermediate key of one of the [`candidates`](Self::candidates).
    ///
    /// # Errors
    /// [`IntermediateKey::refused`] for one that cannot be unwrapped, whatever the reason: the next one is tried then. Other
    /// errors are for what keeps the key from being used at all, such as a service that cannot be reached.
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey>;

    /// The names of the keys it holds, for the error that says that none of them fits.
    fn key_names(&self) -> Vec<String>;

    /// Whether items get a digital signature unless it is said otherwise. `false` by default.
    ///
    /// A signature separates writers from readers only where the right to wrap can be withheld from those who unwrap.
    fn signs_by_default(&self) -> bool {
        false
    }

    /// Forgets what is cached, so that the next item sees new keys and revoked permissions. Does nothing by default.
    ///
    /// # Errors
    /// Those of a keyring of your own; this crate's have none.
    fn refresh(&self) -> KeyringFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Fetches ahead what the first item would wait for. Does nothing by default.
    ///
    /// # Errors
    /// What keeps it from that; the same as the first item would fail with.
    fn warm_up(&self) -> KeyringFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// What a keyring's calls return; `Box::pin(async move { .. })` makes one.
pub type KeyringFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A key of 32 bytes that is drawn for one item and one recipient. It is zeroized on drop and never printed.
#[derive(Clone)]
pub struct IntermediateKey(Zeroizing<[u8; Self::LENGTH]>);

impl IntermediateKey {
    /// The length of an intermediate key, in bytes.
    pub const LENGTH: usize = 32;

    /// The key of these 32 bytes.
    ///
    /// # Errors
    /// [`refused`](Self::refused) if the length is another.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut key = Zeroizing::new([0; Self::LENGTH]);
        if bytes.len() != key.len() {
            return Err(Self::refused());
        }
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }

    /// A new random key, drawn from the operating system.
    ///
    /// # Errors
    /// `Materials` if the operating system has no randomness to give.
    pub fn generate() -> Result<Self> {
        let mut key = Zeroizing::new([0; Self::LENGTH]);
        random::fill_key(key.as_mut_slice())?;
        Ok(Self(key))
    }

    /// The key itself. Zeroize every copy.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The one error for everything that went wrong with the help of a key. It does not say what.
    pub fn refused() -> Error {
        Error::integrity()
    }
}

impl fmt::Debug for IntermediateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntermediateKey").finish_non_exhaustive()
    }
}

/// An intermediate key as wrapped for a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncryptedDataKey {
    /// What kind of keyring it is for: `aws-kms`, or the namespace of a raw key.
    pub provider_id: String,
    /// Which key it is for, in a form that depends on the kind.
    pub provider_info: Vec<u8>,
    /// The wrapped key.
    pub ciphertext: Vec<u8>,
}

impl EncryptedDataKey {
    /// An intermediate key as wrapped for a recipient.
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
