//! Cryptographic materials providers: where keys come from.

mod description;
mod key_file;
mod provider;
mod static_provider;
mod wrapped;

pub use crate::crypto::aes_key::AesKey;
pub use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
pub use description::MaterialDescription;
pub use key_file::KeyFileProvider;
pub use provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
pub use static_provider::StaticProvider;
pub use wrapped::WrappedProvider;
