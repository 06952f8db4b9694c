//! A new content key for every item, wrapped and stored with it.

use std::sync::Arc;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD as BASE64;

use crate::crypto::aes_key::AesKey;
use crate::crypto::base64;
use crate::error::{Error, Result};
use crate::format::ddbec::description;
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
use crate::format::ddbec::signing_key::ItemSigningKey;

use super::wrapping_key::WrappingKey;

mod aes;
#[cfg(feature = "rsa")]
pub(super) mod rsa;
#[cfg(test)]
mod tests;

/// The material description's entry for the wrapped content key, in base64.
const WRAPPED_KEY: &str = "amzn-ddb-env-key";

/// The material description's entry for the algorithm of the content key.
const KEY_ALGORITHM: &str = "amzn-ddb-env-alg";

/// The material description's entry for the algorithm that wraps the content key.
const WRAP_ALGORITHM: &str = "amzn-ddb-wrap-alg";

/// `AES/256` would be more precise, but versions of the Java client before 1.15 cannot read it.
const AES: &str = "AES";

/// The number of entries that the provider and the encryptor add to the description.
const ADDED_ENTRIES: usize = 5;

/// Generates a new 256-bit content key for every item and stores it with the item, wrapped under a wrapping key.
///
/// The wrapping key is an [`AesKey`] (AES key wrap, RFC 3394), an RSA key with the feature `rsa`, or any [`WrappingKey`].
/// With a public RSA key the provider only encrypts; decrypting fails with `Materials`.
///
/// Items are interchangeable with those of the [Wrapped Materials Provider][wrapped] of AWS's clients, in both directions;
/// tested with versions 2.0.3 (Java) and 3.3.0 (Python).
///
/// <div class="warning">
///
/// In this format the signing key is the same for all items, and the stored content key is not signed. An attacker who can
/// write to the table can replace an item's wrapped key with another item's. The values then decrypt to random bytes, which
/// are rejected, except in the unlikely case that they are well-formed; an attacker who also has the public key of an RSA
/// wrapping key can search for such a case. With keys from AWS KMS this attack is impossible, because the signing key
/// depends on the content key.
///
/// </div>
///
/// [wrapped]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/wrapped-provider.html
#[derive(Clone, Debug)]
pub struct WrappedProvider {
    wrapping_key: Option<Arc<dyn WrappingKey>>,
    unwrapping_keys: Vec<Arc<dyn WrappingKey>>,
    signing_key: ItemSigningKey,
    description: MaterialDescription,
}

impl WrappedProvider {
    /// Wraps and unwraps content keys with `wrapping_key`, and signs and verifies with `signing_key`.
    pub fn new(wrapping_key: impl WrappingKey + 'static, signing_key: impl Into<ItemSigningKey>) -> Self {
        let key: Arc<dyn WrappingKey> = Arc::new(wrapping_key);
        let unwrapping_keys = if key.can_unwrap() { vec![key.clone()] } else { Vec::new() };
        Self {
            wrapping_key: Some(key),
            unwrapping_keys,
            signing_key: signing_key.into(),
            description: MaterialDescription::new(),
        }
    }

    /// Only decrypts: unwraps content keys with `unwrapping_key`, and verifies with `verification_key`. Encrypting fails
    /// with `Materials`.
    pub fn decrypt_only(
        unwrapping_key: impl WrappingKey + 'static,
        verification_key: impl Into<ItemSigningKey>,
    ) -> Self {
        Self { wrapping_key: None, ..Self::new(unwrapping_key, verification_key) }
    }

    /// Also reads items whose content key was wrapped under another key or with another algorithm: an earlier key, for
    /// example, or the same RSA key with PKCS#1 v1.5.
    ///
    /// Each key accepts the items that record its own algorithm; if several keys accept an item, each is tried. A public key
    /// cannot unwrap, and is ignored.
    #[must_use]
    pub fn also_unwrap_with(mut self, key: impl WrappingKey + 'static) -> Self {
        if key.can_unwrap() {
            self.unwrapping_keys.push(Arc::new(key));
        }
        self
    }

    /// Adds custom entries to the material description of every item. Anyone with access to the table can read and change
    /// them.
    ///
    /// # Errors
    /// `Usage` for entries that encryption writes itself, such as `amzn-ddb-env-key`.
    pub fn description(mut self, description: MaterialDescription) -> Result<Self> {
        self.description = description.check_own()?;
        Ok(self)
    }

    async fn wrap(&self) -> Result<EncryptionMaterials> {
        let wrapping_key = self.wrapping_key.as_ref().ok_or_else(|| Error::materials("this provider only decrypts"))?;
        let content_key = AesKey::generate()?;
        let wrapped = wrapping_key.wrap(&content_key).await?;
        let mut description = self.description.with_room_for(ADDED_ENTRIES);
        // In the order of the names, so that each entry is only appended.
        description.insert(KEY_ALGORITHM, AES);
        description.insert(WRAPPED_KEY, BASE64.encode(wrapped));
        description.insert(WRAP_ALGORITHM, description::text(wrapping_key.algorithm()));
        Ok(EncryptionMaterials::new(self.signing_key.clone())
            .with_fresh_content_key(content_key)
            .with_description(description))
    }

    async fn unwrap(&self, description: &MaterialDescription) -> Result<DecryptionMaterials> {
        let algorithm = self.wrap_algorithm(description)?;
        check_key_algorithm(description)?;
        let wrapped = description.entry(WRAPPED_KEY).ok_or_else(DecryptionMaterials::rejected)?;
        let wrapped = base64::decode(wrapped).ok_or_else(DecryptionMaterials::rejected)?;
        let mut materials = DecryptionMaterials::new(self.signing_key.clone());
        match self.unwrap_with_any(algorithm, &wrapped).await? {
            Unwrapped::One(content_key) => Ok(materials.with_content_key(content_key)),
            Unwrapped::Candidates(candidates) => {
                let mut candidates = candidates.into_iter();
                let Some(content_key) = candidates.next() else { return materials.reject() };
                materials.other_content_keys = candidates.collect();
                Ok(materials.with_content_key(content_key))
            }
        }
    }

    /// Returns the algorithm that the description records. It never chooses an algorithm, but has to match that of a key. A
    /// description without an entry that is always written was changed.
    fn wrap_algorithm<'a>(&self, description: &'a MaterialDescription) -> Result<Option<&'a str>> {
        let algorithm = description.entry(WRAP_ALGORITHM);
        if self.unwrapping_keys.iter().any(|key| key.accepts(algorithm)) {
            return Ok(algorithm);
        }
        if self.unwrapping_keys.is_empty() {
            return Err(Error::materials("this provider only encrypts: its wrapping key is a public one"));
        }
        if algorithm.is_none() {
            return Err(DecryptionMaterials::rejected());
        }
        let known: Vec<_> = self.unwrapping_keys.iter().map(|key| key.algorithm()).collect();
        Err(foreign(WRAP_ALGORITHM, &format!("is not {}", known.join(" or "))))
    }

    /// Returns the content keys that the item may have been written with. The item is rejected only after all keys were
    /// tried, because a key whose call failed may be the right one.
    async fn unwrap_with_any(&self, algorithm: Option<&str>, wrapped: &[u8]) -> Result<Unwrapped> {
        let (mut candidates, mut failure) = (Vec::new(), None);
        for key in self.unwrapping_keys.iter().filter(|key| key.accepts(algorithm)) {
            match key.unwrap(wrapped).await {
                Ok(Some(content_key)) if key.rejects_implicitly() => candidates.push(content_key),
                // This key rejects explicitly, so the content key is certain.
                Ok(Some(content_key)) => return Ok(Unwrapped::One(content_key)),
                Ok(None) => {}
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) if candidates.is_empty() => Err(error),
            _ => Ok(Unwrapped::Candidates(candidates)),
        }
    }
}

/// The content keys that an item may have been written with.
enum Unwrapped {
    /// The only one.
    One(AesKey),
    /// Those of keys that reject implicitly; none if every key rejected.
    Candidates(Vec<AesKey>),
}

impl CryptographicMaterialsProvider for WrappedProvider {
    #[inline]
    fn encryption_materials<'a>(&'a self, _: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(self.wrap())
    }

    #[inline]
    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(async move {
            request.check_signing_algorithm(self.signing_key.algorithm())?;
            self.unwrap(description).await
        })
    }
}

fn check_key_algorithm(description: &MaterialDescription) -> Result<()> {
    match description.entry(KEY_ALGORITHM) {
        // The Python client also writes the key's length in bits.
        Some(algorithm) if algorithm.split('/').next() == Some(AES) => Ok(()),
        Some(_) => Err(foreign(KEY_ALGORITHM, &format!("is not {AES}"))),
        None => Err(DecryptionMaterials::rejected()),
    }
}

fn foreign(key: &str, how: &str) -> Error {
    Error::materials(format!("the item's material description is not one of this provider: `{key}` {how}"))
}
