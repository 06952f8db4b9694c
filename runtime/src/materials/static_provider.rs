//! The same keys for every item.

use crate::crypto::aes_key::AesKey;

use super::description::MaterialDescription;
use super::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
use super::signing_key::ItemSigningKey;

/// One content key and one signing key for every item.
///
/// For tests, and for items that are only signed. It cannot rotate its keys; prefer
/// [`WrappedProvider`](super::WrappedProvider), which draws a content key for every item.
#[derive(Clone, Debug)]
pub struct StaticProvider {
    content_key: Option<AesKey>,
    signing_key: ItemSigningKey,
}

impl StaticProvider {
    /// Encrypts with `content_key` and signs with `signing_key`.
    pub fn new(content_key: AesKey, signing_key: impl Into<ItemSigningKey>) -> Self {
        Self { content_key: Some(content_key), signing_key: signing_key.into() }
    }

    /// Signs only: actions that would encrypt are refused.
    pub fn sign_only(signing_key: impl Into<ItemSigningKey>) -> Self {
        Self { content_key: None, signing_key: signing_key.into() }
    }
}

impl CryptographicMaterialsProvider for StaticProvider {
    fn encryption_materials<'a>(&'a self, _: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(async move {
            let mut materials = EncryptionMaterials::new(self.signing_key.clone());
            materials.content_key = self.content_key.clone();
            Ok(materials)
        })
    }

    fn decryption_materials<'a>(
        &'a self,
        _: MaterialsRequest<'a>,
        _: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(async move {
            let mut materials = DecryptionMaterials::new(self.signing_key.clone());
            materials.content_key = self.content_key.clone();
            Ok(materials)
        })
    }
}
