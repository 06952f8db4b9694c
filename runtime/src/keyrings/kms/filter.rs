//! The accounts whose keys a discovery keyring uses.

use crate::aws::kms::key_arn::KeyArn;

/// Restricts a discovery keyring, or the discovery of a [`KeyStore`](crate::keyrings::KeyStore), to the KMS keys of these accounts.
///
/// ```
/// use dynaseal::keyrings::DiscoveryFilter;
///
/// let filter = DiscoveryFilter::new("aws", ["111122223333", "444455556666"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveryFilter {
    partition: String,
    accounts: Vec<String>,
}

impl DiscoveryFilter {
    /// Admits the keys of these accounts, given by their numbers, in this partition: `aws`, `aws-cn`, `aws-us-gov`.
    #[inline]
    pub fn new(partition: impl Into<String>, accounts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { partition: partition.into(), accounts: accounts.into_iter().map(Into::into).collect() }
    }

    #[inline]
    pub(crate) fn admits(&self, key: &KeyArn) -> bool {
        key.partition() == self.partition && self.accounts.iter().any(|account| account == key.account())
    }

    /// Returns the text for the error that no key matches.
    #[inline]
    pub(crate) fn shown(&self) -> String {
        format!("keys of {} in {}", self.accounts.join(", "), self.partition)
    }
}
