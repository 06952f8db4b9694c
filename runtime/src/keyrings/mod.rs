//! Keyrings: the sources of keys for items in the format of the AWS Database Encryption SDK for DynamoDB.
//!
//! A keyring wraps a new key for every item, for one recipient or, as a [`MultiKeyring`], for several. Each recipient can
//! read the item independently.
//!
//! | keyring | keys | who can write |
//! |---|---|---|
//! | [`RawAesKeyring`] | an AES key in this process | holders of the key |
//! | `RawRsaKeyring`, feature `rsa` | an RSA key | anyone with the public key |
//! | `RawEcdhKeyring`, feature `aws-lc` or `ecdsa` | elliptic-curve keys of sender and recipient | holders of one private key and the other public key |
//! | `KmsKeyring`, `KmsMrkKeyring`, feature `kms` | a symmetric key in AWS KMS | parties with `kms:GenerateDataKey` |
//! | `KmsDiscoveryKeyring`, `KmsMrkDiscoveryKeyring`, feature `kms` | the key in AWS KMS that an item names | no one: they only read |
//! | `KmsRsaKeyring`, features `kms` and `aws-lc` or `rsa` | an RSA key in AWS KMS | anyone with the public key |
//! | `KmsEcdhKeyring`, features `kms` and `aws-lc` or `ecdsa` | an elliptic-curve key in AWS KMS, and a peer's | parties with `kms:DeriveSharedSecret`, and the peer |
//! | `HierarchicalKeyring`, feature `kms` | branch keys of a `KeyStore`, such as one for each tenant, wrapped by AWS KMS | parties able to decrypt the branch key |
//! | `Pkcs11AesKeyring`, `Pkcs11RsaKeyring`, feature `pkcs11` | an AES or RSA key in a PKCS#11 token | users of the token; with an RSA key, anyone with the public key |
//! | [`KeyFileKeyring`] | a local file, for development and single machines | anyone who can read the file |
//! | [`MultiKeyring`] | those of other keyrings | parties able to write for any of them, to readers with that key |
//!
//! <div class="warning">
//!
//! A party able to wrap a key can create items that verify. With an RSA key or an ephemeral ECDH key, that is anyone who has
//! the recipient's *public* key: such items are confidential, but do not prove who wrote them.
//!
//! </div>

mod beacon_keys;
mod delegate;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
mod ecdh;
#[cfg(feature = "kms")]
mod hierarchical;
mod key_file;
#[cfg(feature = "kms")]
pub(crate) mod key_store;
#[cfg(feature = "kms")]
pub(crate) mod kms;
mod multi;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod raw_aes;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
mod raw_ecdh;
#[cfg(feature = "rsa")]
mod raw_rsa;
#[cfg(any(feature = "pkcs11", feature = "rsa"))]
mod rsa_padding;
mod tenants;
#[cfg(test)]
mod tests;

#[cfg(feature = "kms")]
pub use crate::aws::kms::key_id::KmsKeyId;
pub use crate::crypto::aes_key::AesKey;
pub use crate::format::dbesdk::encryption_context::EncryptionContext;
pub use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
pub use crate::format::dbesdk::suite::AlgorithmSuite;
pub(crate) use beacon_keys::NamedBeaconKeys;
pub use beacon_keys::{BeaconKeys, BeaconRoot};
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub use ecdh::{EcdhCurve, EcdhPrivateKey, EcdhPublicKey};
#[cfg(feature = "kms")]
pub use hierarchical::{BranchKeyCache, HierarchicalKeyring};
pub use key_file::KeyFileKeyring;
#[cfg(feature = "kms")]
pub use key_store::branch_key::{BeaconKey, BranchKey};
#[cfg(feature = "kms")]
pub use key_store::{BranchKeyInfo, KeyStore, KeyStoreInfo, KmsConfiguration, NewBranchKey, ShredReport};
#[cfg(all(feature = "kms", any(feature = "aws-lc", feature = "ecdsa")))]
pub use kms::KmsEcdhKeyring;
#[cfg(feature = "kms")]
pub use kms::{DiscoveryFilter, KmsDiscoveryKeyring, KmsKeyring, KmsMrkDiscoveryKeyring, KmsMrkKeyring};
#[cfg(all(feature = "kms", any(feature = "aws-lc", feature = "rsa")))]
pub use kms::{KmsRsaAlgorithm, KmsRsaKeyring};
pub use multi::MultiKeyring;
#[cfg(feature = "pkcs11")]
pub use pkcs11::{Pkcs11AesKeyring, Pkcs11RsaKeyring};
pub use raw_aes::RawAesKeyring;
#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
pub use raw_ecdh::RawEcdhKeyring;
#[cfg(feature = "rsa")]
pub use raw_rsa::RawRsaKeyring;
#[cfg(any(feature = "pkcs11", feature = "rsa"))]
pub use rsa_padding::RsaPadding;
pub use tenants::TakesKeyring;
pub(crate) use tenants::unless_tenant;

use crate::error::{Error, ErrorKind, Result};

/// The prefix that namespaces of raw keys cannot have, because it is reserved for AWS KMS.
const KMS: &str = "aws-kms";

/// The namespace and name of a raw key, which are stored in every item.
#[derive(Clone, Debug)]
struct KeyName {
    namespace: String,
    name: String,
}

impl KeyName {
    #[inline]
    fn new(namespace: impl Into<String>, name: impl Into<String>) -> Result<Self> {
        let (namespace, name) = (namespace.into(), name.into());
        if namespace.starts_with(KMS) {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("the namespace of a raw key cannot begin with {KMS:?}, which AWS KMS uses; choose another"),
            ));
        }
        // The name is stored together with at most 20 more bytes.
        if namespace.len().max(name.len()) > usize::from(u16::MAX) - 20 {
            return Err(Error::new(
                ErrorKind::Usage,
                "the namespace or the name of a raw key is longer than 65,515 bytes",
            ));
        }
        Ok(Self { namespace, name })
    }

    /// Returns the text of the key for an error that lists keys.
    #[inline]
    fn shown(&self) -> String {
        format!("{} {}", self.namespace, self.name)
    }

    /// Returns the indexes of the recipients with this namespace whose provider info `matches`.
    #[inline]
    fn candidates(&self, recipients: &[EncryptedDataKey], matches: impl Fn(&[u8]) -> bool) -> Vec<usize> {
        let is_ours =
            |recipient: &EncryptedDataKey| recipient.provider_id == self.namespace && matches(&recipient.provider_info);
        (0..).zip(recipients).filter(|(_, recipient)| is_ours(recipient)).map(|(index, _)| index).collect()
    }
}
