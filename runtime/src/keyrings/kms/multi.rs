//! Several KMS keys, each with its own keyring.

use aws_sdk_kms::Client;

use crate::aws::kms::key_arn::KeyArn;
use crate::aws::kms::key_id::KmsKeyId;
use crate::error::{Error, ErrorKind, Result};
use crate::keyrings::MultiKeyring;

use super::{DiscoveryFilter, KmsDiscoveryKeyring, KmsKeyring, KmsMrkDiscoveryKeyring, KmsMrkKeyring};

impl MultiKeyring {
    /// Creates a [`KmsKeyring`] for every ARN: items are written for all of these keys, with one call to KMS each, and
    /// read with the first that can. Feature `kms`.
    ///
    /// Other Regions than the client's are called with copies of it. To use separate clients, create the keyrings
    /// individually.
    ///
    /// ```
    /// use dynaseal::keyrings::MultiKeyring;
    ///
    /// # fn example(client: aws_sdk_kms::Client) {
    /// let keyring = MultiKeyring::of_kms_keys(
    ///     client,
    ///     "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ///     ["arn:aws:kms:eu-west-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321"],
    /// );
    /// # }
    /// ```
    #[inline]
    pub fn of_kms_keys(
        client: Client,
        generator: impl Into<KmsKeyId>,
        children: impl IntoIterator<Item = impl Into<KmsKeyId>>,
    ) -> Self {
        let keyring = |key: KmsKeyId| KmsKeyring::new(client.clone(), key);
        let generator = Self::new(keyring(generator.into()));
        children.into_iter().fold(generator, |all, key| all.child(keyring(key.into())))
    }

    /// Creates a [`KmsMrkKeyring`] for every ARN, otherwise like [`of_kms_keys`](Self::of_kms_keys). Feature `kms`.
    ///
    /// # Errors
    /// `Usage` if two of the keys are related multi-Region keys, because each of them reads the items of the other.
    #[inline]
    pub fn of_kms_mrks(
        client: Client,
        generator: impl Into<KmsKeyId>,
        children: impl IntoIterator<Item = impl Into<KmsKeyId>>,
    ) -> Result<Self> {
        let keys: Vec<KmsKeyId> =
            std::iter::once(generator.into()).chain(children.into_iter().map(Into::into)).collect();
        check_unrelated(&keys)?;
        let mut keyrings = keys.into_iter().map(|key| KmsMrkKeyring::new(client.clone(), key));
        let generator = keyrings.next().map_or_else(Self::without_generator, Self::new);
        Ok(keyrings.fold(generator, Self::child))
    }

    /// Creates a [`KmsDiscoveryKeyring`] for every Region; they are tried in this order. It only reads. Feature `kms`.
    #[inline]
    pub fn kms_discovery(
        client: Client,
        regions: impl IntoIterator<Item = impl Into<String>>,
        filter: &DiscoveryFilter,
    ) -> Self {
        let keyring = |region: String| KmsDiscoveryKeyring::new(client.clone(), filter.clone()).regions([region]);
        regions.into_iter().fold(Self::without_generator(), |all, region| all.child(keyring(region.into())))
    }

    /// Creates a [`KmsMrkDiscoveryKeyring`] for every Region; they are tried in this order. It only reads. Feature
    /// `kms`.
    #[inline]
    pub fn kms_mrk_discovery(
        client: Client,
        regions: impl IntoIterator<Item = impl Into<String>>,
        filter: &DiscoveryFilter,
    ) -> Self {
        let keyring = |region: String| KmsMrkDiscoveryKeyring::new(client.clone(), region, filter.clone());
        regions.into_iter().fold(Self::without_generator(), |all, region| all.child(keyring(region.into())))
    }
}

#[inline]
fn check_unrelated(keys: &[KmsKeyId]) -> Result<()> {
    let mut rest = keys.iter().filter_map(|key| KeyArn::parse(key.as_str())).filter(KeyArn::is_multi_region);
    while let Some(key) = rest.next() {
        if let Some(related) = rest.clone().find(|other| key.is_related_to(other)) {
            return Err(Error::new(
                ErrorKind::Usage,
                format!(
                    "{key} and {related} are related multi-Region keys, each of which reads what the other wrote; name one"
                ),
            ));
        }
    }
    Ok(())
}
