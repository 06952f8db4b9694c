//! Cryptographic materials providers: where keys come from.

pub(crate) mod key_file;
#[cfg(feature = "kms")]
pub(crate) mod kms;
mod meta_store;
mod most_recent;
#[cfg(feature = "pkcs11")]
pub(crate) mod pkcs11;
mod provider_store;
mod signing_key;
mod static_provider;
#[cfg(test)]
mod tests;
mod wrapped;
mod wrapping_key;

pub use crate::crypto::aes_key::AesKey;
pub use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
pub use crate::crypto::signature_algorithm::{EcdsaAlgorithm, RsaSignatureAlgorithm};
pub use crate::format::ddbec::material_description::MaterialDescription;
pub use crate::format::ddbec::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
pub use crate::format::ddbec::signing_key::{ItemSigningKey, SigningKey};
pub use key_file::KeyFileProvider;
#[cfg(feature = "kms")]
pub use kms::{AesKeySize, DirectKmsProvider, KmsKeyId};
pub use meta_store::MetaStore;
pub use most_recent::MostRecentProvider;
#[cfg(feature = "pkcs11")]
pub use pkcs11::{Pkcs11SignatureAlgorithm, Pkcs11SigningKey, Pkcs11Token, Pkcs11WrappingKey};
pub use provider_store::{ProviderStore, VersionProvider};
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub use signing_key::ecdsa::EcdsaSigningKey;
#[cfg(feature = "rsa")]
pub use signing_key::rsa::RsaSigningKey;
pub use static_provider::StaticProvider;
pub use wrapped::WrappedProvider;
#[cfg(feature = "rsa")]
pub use wrapped::rsa::{RsaWrapAlgorithm, RsaWrappingKey};
pub use wrapping_key::WrappingKey;
