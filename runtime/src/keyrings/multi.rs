//! Several keyrings as one.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::error::{Error, ErrorKind};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;

/// Several keyrings as one: items are written for all of them, and read by the first that can unwrap a key.
///
/// ```
/// use dynaseal::keyrings::{AesKey, MultiKeyring, RawAesKeyring};
///
/// let current = RawAesKeyring::new("payroll", "2026", &AesKey::generate()?)?;
/// let archive = RawAesKeyring::new("payroll", "archive", &AesKey::generate()?)?;
/// let keyring = MultiKeyring::new(current).child(archive);
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MultiKeyring {
    writes: bool,
    keyrings: Vec<Arc<dyn Keyring>>,
}

impl MultiKeyring {
    /// Writes items for this keyring, which AWS calls the generator, and its [children](Self::child).
    #[inline]
    pub fn new(generator: impl Keyring + 'static) -> Self {
        Self { writes: true, keyrings: vec![Arc::new(generator)] }
    }

    /// Only reads items, with its [children](Self::child).
    #[inline]
    pub fn without_generator() -> Self {
        Self { writes: false, keyrings: Vec::new() }
    }

    /// Adds a keyring. Items are written for all keyrings, so there can be at most 255 recipients.
    #[must_use]
    #[inline]
    pub fn child(mut self, keyring: impl Keyring + 'static) -> Self {
        self.keyrings.push(Arc::new(keyring));
        self
    }
}

impl Keyring for MultiKeyring {
    /// Wraps with all keyrings concurrently, in order.
    #[inline]
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move {
            if !self.writes {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "a MultiKeyring without generator only reads items; make one that writes with `MultiKeyring::new`",
                ));
            }
            let wrapped = try_join_all(self.keyrings.iter().map(|keyring| keyring.wrap(context, suite))).await?;
            Ok(wrapped.into_iter().flatten().collect())
        })
    }

    #[inline]
    fn candidates(&self, context: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let candidates = self.keyrings.iter().flat_map(|keyring| keyring.candidates(context, recipients));
        candidates.filter(|index| seen.insert(*index)).collect()
    }

    /// Unwraps with the first keyring that can.
    #[inline]
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(async move {
            let mut failure = None;
            let recipients = std::slice::from_ref(recipient);
            for keyring in &self.keyrings {
                if keyring.candidates(context, recipients).is_empty() {
                    continue;
                }
                match keyring.unwrap(context, suite, recipient).await {
                    Ok(key) => return Ok(key),
                    Err(error) if error.kind() == ErrorKind::Integrity => {}
                    Err(error) => drop(failure.get_or_insert(error)),
                }
            }
            Err(failure.unwrap_or_else(IntermediateKey::rejected))
        })
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        self.keyrings.iter().flat_map(|keyring| keyring.key_names()).collect()
    }

    #[inline]
    fn outdated<'a>(
        &'a self,
        context: &'a EncryptionContext,
        recipients: &'a [EncryptedDataKey],
    ) -> KeyringFuture<'a, Vec<usize>> {
        Box::pin(async move {
            let outdated = try_join_all(self.keyrings.iter().map(|keyring| keyring.outdated(context, recipients)));
            let outdated: BTreeSet<usize> = outdated.await?.into_iter().flatten().collect();
            Ok(outdated.into_iter().collect())
        })
    }

    /// Signs only if every keyring does: a party able to wrap for one of the recipients can create items.
    #[inline]
    fn signs_by_default(&self) -> bool {
        !self.keyrings.is_empty() && self.keyrings.iter().all(|keyring| keyring.signs_by_default())
    }

    #[inline]
    fn refresh(&self) -> KeyringFuture<'_, ()> {
        Box::pin(async move { try_join_all(self.keyrings.iter().map(|keyring| keyring.refresh())).await.map(drop) })
    }

    #[inline]
    fn warm_up(&self) -> KeyringFuture<'_, ()> {
        Box::pin(async move { try_join_all(self.keyrings.iter().map(|keyring| keyring.warm_up())).await.map(drop) })
    }
}
