//! The keys of one item, requested once.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, Result};

use super::material_description::MaterialDescription;
use super::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};

/// Requests the keys of the first item from a provider, and returns the same keys from then on.
#[derive(Debug)]
pub(super) struct OneItem {
    provider: Arc<dyn CryptographicMaterialsProvider>,
    response: Mutex<Option<Result<DecryptionMaterials, Error>>>,
}

impl OneItem {
    pub(super) fn new(provider: Arc<dyn CryptographicMaterialsProvider>) -> Self {
        Self { provider, response: Mutex::new(None) }
    }

    fn known(&self) -> Option<Result<DecryptionMaterials>> {
        match &*self.response.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Ok(materials)) => Some(Ok(materials.for_another_attempt())),
            Some(Err(error)) => Some(Err(error.for_another_caller())),
            None => None,
        }
    }
}

impl CryptographicMaterialsProvider for OneItem {
    #[inline]
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        self.provider.encryption_materials(request)
    }

    #[inline]
    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        Box::pin(async move {
            if let Some(response) = self.known() {
                return response;
            }
            let response = self.provider.decryption_materials(request, description).await;
            *self.response.lock().unwrap_or_else(PoisonError::into_inner) = Some(response);
            self.known().unwrap_or_else(|| Err(DecryptionMaterials::rejected()))
        })
    }
}
