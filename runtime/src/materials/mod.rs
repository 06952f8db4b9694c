//! Cryptographic materials providers: where keys come from.

mod description;
mod key_file;
#[cfg(feature = "kms")]
mod kms;
mod meta_store;
mod most_recent;
mod provider;
mod provider_store;
mod static_provider;
mod wrapped;

pub use crate::crypto::aes_key::AesKey;
pub use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
pub use description::MaterialDescription;
pub use key_file::KeyFileProvider;
#[cfg(feature = "kms")]
pub use kms::{AesKeySize, DirectKmsProvider, KmsKeyId};
pub use meta_store::MetaStore;
pub use most_recent::MostRecentProvider;
pub use provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
pub use provider_store::{ProviderStore, VersionProvider};
pub use static_provider::StaticProvider;
pub use wrapped::WrappedProvider;
