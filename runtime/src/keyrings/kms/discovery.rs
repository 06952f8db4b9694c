//! Read-only keyrings that use the keys named in items.

use aws_sdk_kms::Client;

use crate::aws::kms::Service;
use crate::aws::kms::any_key::AnyKmsKey;
use crate::aws::kms::key_arn::KeyArn;
use crate::error::{Error, ErrorKind};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;

use super::filter::DiscoveryFilter;
use super::{PROVIDER, calls, delegate_keyring, service_setters};

/// A read-only keyring for items under every KMS key, like AWS's KMS discovery keyring.
///
/// Each call goes to the Region of the item's key, so that one keyring serves several Regions;
/// [`regions`](Self::regions) restricts them. For related multi-Region keys there is [`KmsMrkDiscoveryKeyring`].
///
/// ```
/// use dynaseal::keyrings::{DiscoveryFilter, KmsDiscoveryKeyring};
///
/// # fn example(client: aws_sdk_kms::Client) {
/// let keyring = KmsDiscoveryKeyring::new(client, DiscoveryFilter::new("aws", ["111122223333"]));
/// # }
/// ```
///
/// # Errors
/// The errors of [`KmsKeyring`](super::KmsKeyring); writing is `Usage`.
#[derive(Clone, Debug)]
pub struct KmsDiscoveryKeyring(Discovery);

impl KmsDiscoveryKeyring {
    /// Reads items under the keys of these accounts, as far as KMS lets the client's credentials use them.
    #[inline]
    pub fn new(client: Client, filter: DiscoveryFilter) -> Self {
        Self(Discovery::new(client, "KmsDiscoveryKeyring", Some(filter), Scope::EveryRegion))
    }

    /// Reads items under the keys of all accounts: see [`danger::any_kms_key`](crate::danger::any_kms_key).
    #[inline]
    pub fn of_any_account(client: Client, _: AnyKmsKey) -> Self {
        Self(Discovery::new(client, "KmsDiscoveryKeyring", None, Scope::EveryRegion))
    }

    /// Only reads items under keys in these Regions.
    #[must_use]
    #[inline]
    pub fn regions(mut self, regions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.0.scope = Scope::Regions(regions.into_iter().map(Into::into).collect());
        self
    }

    service_setters!();
}

delegate_keyring!(KmsDiscoveryKeyring);

/// A read-only keyring for items under every KMS key in one Region, like AWS's KMS MRK discovery keyring.
///
/// For an item under a multi-Region key it uses the related key in its own Region, wherever the item was written. Other
/// items are read if their key is in its Region.
///
/// ```
/// use dynaseal::keyrings::{DiscoveryFilter, KmsMrkDiscoveryKeyring};
///
/// # fn example(client: aws_sdk_kms::Client) {
/// let filter = DiscoveryFilter::new("aws", ["111122223333"]);
/// let keyring = KmsMrkDiscoveryKeyring::new(client, "eu-west-1", filter);
/// # }
/// ```
///
/// # Errors
/// The errors of [`KmsKeyring`](super::KmsKeyring); writing is `Usage`.
#[derive(Clone, Debug)]
pub struct KmsMrkDiscoveryKeyring(Discovery);

impl KmsMrkDiscoveryKeyring {
    /// Reads items under the keys of these accounts, as far as KMS lets the client's credentials use them in this Region.
    #[inline]
    pub fn new(client: Client, region: impl Into<String>, filter: DiscoveryFilter) -> Self {
        Self(Discovery::new(client, "KmsMrkDiscoveryKeyring", Some(filter), Scope::Related(region.into())))
    }

    /// Reads items under the keys of all accounts: see [`danger::any_kms_key`](crate::danger::any_kms_key).
    #[inline]
    pub fn of_any_account(client: Client, region: impl Into<String>, _: AnyKmsKey) -> Self {
        Self(Discovery::new(client, "KmsMrkDiscoveryKeyring", None, Scope::Related(region.into())))
    }

    service_setters!();
}

delegate_keyring!(KmsMrkDiscoveryKeyring);

/// Keys that are found in items.
#[derive(Clone, Debug)]
struct Discovery {
    filter: Option<DiscoveryFilter>,
    scope: Scope,
    service: Service,
}

/// The Regions to which calls go.
#[derive(Clone, Debug)]
enum Scope {
    EveryRegion,
    Regions(Vec<String>),
    /// This Region, with related multi-Region keys in place of those of other Regions.
    Related(String),
}

impl Discovery {
    #[inline]
    fn new(client: Client, user: &'static str, filter: Option<DiscoveryFilter>, scope: Scope) -> Self {
        Self { filter, scope, service: Service::new(client, user) }
    }

    /// Returns the key to use, if this keyring reads items of the recipient.
    #[inline]
    fn key_of(&self, recipient: &EncryptedDataKey) -> Option<KeyArn> {
        if recipient.provider_id != PROVIDER {
            return None;
        }
        let key = KeyArn::parse(std::str::from_utf8(&recipient.provider_info).ok()?)?;
        if self.filter.as_ref().is_some_and(|filter| !filter.admits(&key)) {
            return None;
        }
        match &self.scope {
            Scope::EveryRegion => Some(key),
            Scope::Regions(regions) => regions.iter().any(|region| region == key.region()).then_some(key),
            Scope::Related(region) if key.is_multi_region() => Some(key.in_region(region)),
            Scope::Related(region) => (key.region() == region).then_some(key),
        }
    }
}

impl Keyring for Discovery {
    #[inline]
    fn wrap<'a>(
        &'a self,
        _: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async {
            Err(Error::new(
                ErrorKind::Usage,
                "a KMS discovery keyring only reads items; write with a `KmsKeyring` or a `KmsMrkKeyring`",
            ))
        })
    }

    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        let fits = |recipient| self.key_of(recipient).is_some();
        (0..).zip(recipients).filter(|(_, recipient)| fits(recipient)).map(|(index, _)| index).collect()
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(async move {
            let key = self.key_of(recipient).ok_or_else(IntermediateKey::rejected)?;
            calls::unwrap(&self.service, &key, context, recipient).await
        })
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        let whose = self.filter.as_ref().map_or_else(|| "keys of every account".to_owned(), DiscoveryFilter::shown);
        vec![match &self.scope {
            Scope::EveryRegion => format!("{PROVIDER} {whose}"),
            Scope::Regions(regions) => format!("{PROVIDER} {whose}, {}", regions.join(" or ")),
            Scope::Related(region) => format!("{PROVIDER} {whose}, {region} and multi-Region"),
        }]
    }
}
