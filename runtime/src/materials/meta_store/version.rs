//! The provider of one stored version.

use std::sync::Arc;

use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
use crate::materials::WrappedProvider;
use crate::materials::provider_store::{MATERIAL_ID, VersionProvider, material_id};

/// Wraps content keys with the keys of a record, and records in the item which record that is.
#[derive(Debug)]
pub(super) struct StoredVersion {
    keys: WrappedProvider,
    id: String,
}

impl StoredVersion {
    #[inline]
    pub(super) fn shared(keys: WrappedProvider, material_name: &str, version: u64) -> VersionProvider {
        Arc::new(Self { keys, id: material_id(material_name, version) })
    }
}

impl CryptographicMaterialsProvider for StoredVersion {
    #[inline]
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        Box::pin(async move {
            let mut materials = self.keys.encryption_materials(request).await?;
            materials.description.insert(MATERIAL_ID, self.id.clone());
            Ok(materials)
        })
    }

    #[inline]
    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        self.keys.decryption_materials(request, description)
    }
}
