//! The same keys for every item.

use crate::crypto::aes_key::AesKey;
use crate::error::{Error, Result};
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
use crate::format::ddbec::signing_key::ItemSigningKey;

/// One content key and one signing key for every item.
///
/// For tests, and for items that are only signed. It cannot rotate its keys; prefer
/// [`WrappedProvider`](super::WrappedProvider), which generates a content key for every item.
#[derive(Clone, Debug)]
pub struct StaticProvider {
    content_key: Option<AesKey>,
    signing_key: ItemSigningKey,
    description: MaterialDescription,
}

impl StaticProvider {
    /// Encrypts with `content_key` and signs with `signing_key`.
    pub fn new(content_key: AesKey, signing_key: impl Into<ItemSigningKey>) -> Self {
        Self { content_key: Some(content_key), ..Self::sign_only(signing_key) }
    }

    /// Signs only: actions that encrypt are rejected with `Usage`.
    pub fn sign_only(signing_key: impl Into<ItemSigningKey>) -> Self {
        Self { content_key: None, signing_key: signing_key.into(), description: MaterialDescription::new() }
    }

    /// Adds custom entries to the material description of every item, to distinguish keys, and reads only items that have
    /// them: reading fails with `Materials` if an entry differs, and with `Integrity` if it is missing. Anyone who can write
    /// to the table can change the entries.
    ///
    /// # Errors
    /// `Usage` for entries that encryption writes itself, such as `amzn-ddb-env-key`.
    pub fn description(mut self, description: MaterialDescription) -> Result<Self> {
        self.description = description.check_own()?;
        Ok(self)
    }

    fn check_description(&self, stored: &MaterialDescription) -> Result<()> {
        match self.description.missing_from(stored) {
            Some(key) if stored.entry(key).is_none() => Err(DecryptionMaterials::rejected()),
            Some(key) => Err(Error::materials(format!(
                "the item's material description is not one of this provider: `{key}` has another value"
            ))),
            None => Ok(()),
        }
    }
}

impl CryptographicMaterialsProvider for StaticProvider {
    #[inline]
    fn encryption_materials<'a>(&'a self, _: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(async move {
            let mut materials =
                EncryptionMaterials::new(self.signing_key.clone()).with_description(self.description.clone());
            materials.content_key = self.content_key.clone();
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
            request.check_signing_algorithm(self.signing_key.algorithm())?;
            self.check_description(description)?;
            let mut materials = DecryptionMaterials::new(self.signing_key.clone());
            materials.content_key = self.content_key.clone();
            Ok(materials)
        })
    }
}

#[cfg(test)]
mod tests;
