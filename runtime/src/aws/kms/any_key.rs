//! The permission to use keys that were not named.

/// Lets a provider or keyring read items of every KMS key; created by [`any_kms_key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnyKmsKey(());

/// Lets a [`DirectKmsProvider`](crate::materials::DirectKmsProvider) or a
/// [`KmsDiscoveryKeyring`](crate::keyrings::KmsDiscoveryKeyring) read items of every key that KMS permits its
/// credentials to use: for a migration whose keys are unknown.
///
/// **Weakens:** the signing key is derived from the data key, so an attacker who writes to the table and grants these credentials
/// the use of a KMS key of their own can forge items.
#[must_use]
pub fn any_kms_key() -> AnyKmsKey {
    AnyKmsKey(())
}
