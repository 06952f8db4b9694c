//! An AES key in this process.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::crypto::aes_key::AesKey;
use crate::crypto::gcm::{GcmKey, NONCE, Nonce, TAG};
use crate::crypto::random;
use crate::error::{Error, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;

use super::KeyName;

/// What the provider info has after the key's name: the length of the tag in bits, that of the nonce, and the nonce.
const SUFFIX: [u8; 8] = [0, 0, 0, 8 * TAG as u8, 0, 0, 0, NONCE as u8];

/// A keyring with an AES key of 128, 192 or 256 bits, as AWS's raw AES keyring.
///
/// Namespace and name are stored in every item, in the clear, and are how a keyring finds out which items its key is for.
/// The key itself is zeroized on drop and never printed.
///
/// ```
/// use dynaseal::keyrings::{AesKey, RawAesKeyring};
///
/// let keyring = RawAesKeyring::new("payroll", "2026", &AesKey::generate()?)?;
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[derive(Clone)]
pub struct RawAesKeyring {
    name: KeyName,
    key: Arc<GcmKey>,
}

impl RawAesKeyring {
    /// The keyring of this key.
    ///
    /// # Errors
    /// `Usage` if the namespace begins with `aws-kms`, or one of the names is longer than 65,515 bytes.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>, key: &AesKey) -> Result<Self> {
        let name = KeyName::new(namespace, name)?;
        Ok(Self { name, key: Arc::new(GcmKey::new(key.as_bytes()).ok_or_else(refused)?) })
    }

    fn wrap_key(&self, context: &EncryptionContext) -> Result<(IntermediateKey, EncryptedDataKey)> {
        // The nonce must not repeat under this key, so it is no less than the intermediate key drawn by the operating system;
        // both at once, since each draw is a call.
        let mut drawn = Zeroizing::new([0; IntermediateKey::LENGTH + NONCE]);
        random::fill_key(drawn.as_mut_slice())?;
        let (key, nonce) = drawn.split_at(IntermediateKey::LENGTH);
        let nonce: Nonce = nonce.try_into().map_err(|_| refused())?;
        let mut ciphertext = Vec::with_capacity(key.len() + TAG);
        let key = IntermediateKey::from_bytes(key)?;
        ciphertext.extend_from_slice(key.as_bytes());
        let tag = self.key.seal_in_place(nonce, context.authenticated_data(), &mut ciphertext).ok_or_else(refused)?;
        ciphertext.extend_from_slice(&tag);
        let info = [self.name.name.as_bytes(), &SUFFIX, &nonce].concat();
        Ok((key, EncryptedDataKey::new(&self.name.namespace, info, ciphertext)))
    }

    fn unwrap_key(&self, context: &EncryptionContext, recipient: &EncryptedDataKey) -> Option<IntermediateKey> {
        let nonce = self.nonce(&recipient.provider_info)?;
        let mut sealed = Zeroizing::new(recipient.ciphertext.clone());
        let key = self.key.open_in_place(nonce, context.authenticated_data(), &mut sealed)?;
        IntermediateKey::from_bytes(key).ok()
    }

    /// The nonce at the end of a provider info that names this key.
    fn nonce(&self, info: &[u8]) -> Option<Nonce> {
        info.strip_prefix(self.name.name.as_bytes())?.strip_prefix(&SUFFIX)?.try_into().ok()
    }
}

impl Keyring for RawAesKeyring {
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move { Ok(vec![self.wrap_key(context)?]) })
    }

    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        self.name.candidates(recipients, |info| self.nonce(info).is_some())
    }

    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(async move { self.unwrap_key(context, recipient).ok_or_else(IntermediateKey::refused) })
    }

    fn key_names(&self) -> Vec<String> {
        vec![self.name.shown()]
    }
}

impl fmt::Debug for RawAesKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAesKeyring").field("name", &self.name).finish_non_exhaustive()
    }
}

fn refused() -> Error {
    Error::materials("the crypto crate refused the AES key")
}
