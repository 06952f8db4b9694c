//! The KMS key that protects the records of a key store, and the calls to it.

use std::fmt;
use std::sync::Arc;

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use zeroize::Zeroizing;

use crate::aws::kms::KmsContext;
use crate::aws::kms::clients::RegionalClients;
use crate::aws::kms::error::explain;
use crate::aws::kms::key_arn::KeyArn;
use crate::aws::transit::AllowedHost;
use crate::error::{Error, ErrorKind, Result};
use crate::keyrings::kms::filter::DiscoveryFilter;

use super::branch_key::KeyBytes;

/// The bytes of a branch key.
const KEY_LENGTH: i32 = 32;

/// The maximum number of grant tokens of AWS KMS.
const MAX_GRANT_TOKENS: usize = 10;

/// The KMS key that protects the records of a [`KeyStore`](super::KeyStore), like AWS's [KMS
/// configuration](https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/keystore-actions.html).
///
/// | made by | creates and versions | reads records of |
/// |---|---|---|
/// | [`key`](Self::key) | with this key | this key |
/// | [`multi_region_key`](Self::multi_region_key) | with this key | this key and its replicas |
/// | [`discovery`](Self::discovery) | never | every key that the filter admits |
/// | [`multi_region_discovery`](Self::multi_region_discovery) | never | the same, through the replicas in one Region |
///
/// ```
/// use dynaseal::keyrings::KmsConfiguration;
///
/// # fn example(kms: aws_sdk_kms::Client) -> dynaseal::Result<()> {
/// let key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// let configuration = KmsConfiguration::key(kms, key)?.grant_token("..");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct KmsConfiguration {
    choice: Choice,
    clients: RegionalClients,
    grant_tokens: Vec<String>,
}

#[derive(Clone, Debug)]
enum Choice {
    Key(KeyArn),
    MultiRegionKey(KeyArn),
    Discovery(DiscoveryFilter),
    MultiRegionDiscovery { region: String, filter: DiscoveryFilter },
}

impl KmsConfiguration {
    /// Uses one key, given by its ARN. Records of other keys are rejected.
    ///
    /// # Errors
    /// `Usage` if this is not the ARN of a key, such as an alias.
    #[inline]
    pub fn key(client: Client, arn: impl AsRef<str>) -> Result<Self> {
        Ok(Self::new(client, Choice::Key(key_arn(arn.as_ref())?)))
    }

    /// Uses a multi-Region key, given by the ARN of the replica to call. Records of its other replicas are read too,
    /// and keep the ARN that they were created with.
    ///
    /// # Errors
    /// `Usage` if this is not the ARN of a key, such as an alias.
    #[inline]
    pub fn multi_region_key(client: Client, arn: impl AsRef<str>) -> Result<Self> {
        Ok(Self::new(client, Choice::MultiRegionKey(key_arn(arn.as_ref())?)))
    }

    /// Uses the key that a record names, if the filter admits it. Creates and versions no branch keys.
    ///
    /// AWS's own discovery has no filter: a party that can write to the key store could then have items encrypted with
    /// its own branch key, under a KMS key of its own account.
    #[inline]
    pub fn discovery(client: Client, filter: DiscoveryFilter) -> Self {
        Self::new(client, Choice::Discovery(filter))
    }

    /// Does the same as [`discovery`](Self::discovery), but calls multi-Region keys in this Region, wherever the record
    /// was created.
    #[inline]
    pub fn multi_region_discovery(client: Client, region: impl Into<String>, filter: DiscoveryFilter) -> Self {
        Self::new(client, Choice::MultiRegionDiscovery { region: region.into(), filter })
    }

    /// Sends a grant token with every call. Several may be added; KMS takes
    /// [at most 10](https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html).
    #[must_use]
    #[inline]
    pub fn grant_token(mut self, token: impl Into<String>) -> Self {
        self.grant_tokens.push(token.into());
        self
    }

    /// Uses this client for keys of this Region, instead of a copy of the first client for that Region.
    #[must_use]
    #[inline]
    pub fn regional_client(mut self, region: impl Into<String>, client: Client) -> Self {
        self.clients.give(region.into(), client);
        self
    }

    /// Allows plain HTTP to a host other than this machine: see [`danger::allow_http`](crate::danger::allow_http).
    #[must_use]
    #[inline]
    pub fn allow_http(mut self, host: AllowedHost) -> Self {
        self.clients.allow_http(host);
        self
    }

    #[inline]
    fn new(client: Client, choice: Choice) -> Self {
        Self { choice, clients: RegionalClients::new(client), grant_tokens: Vec::new() }
    }

    /// Returns the key of new branch keys.
    #[inline]
    pub(super) fn own_key(&self) -> Result<&KeyArn> {
        match &self.choice {
            Choice::Key(key) | Choice::MultiRegionKey(key) => Ok(key),
            Choice::Discovery(_) | Choice::MultiRegionDiscovery { .. } => Err(Error::new(
                ErrorKind::Usage,
                "a key store with a discovery configuration only reads; name the KMS key with `KmsConfiguration::key` or \
                 `multi_region_key`",
            )),
        }
    }

    /// Returns the key to call for a record that names this one, or the reason for rejecting it.
    #[inline]
    pub(super) fn key_of_record(&self, recorded: &KeyArn) -> Result<KeyArn, String> {
        match &self.choice {
            Choice::Key(key) if key == recorded => Ok(key.clone()),
            Choice::MultiRegionKey(key) if key.is_related_to(recorded) => Ok(key.clone()),
            Choice::Key(key) | Choice::MultiRegionKey(key) => {
                Err(format!("is {recorded}, and the key store is configured with {key}"))
            }
            Choice::Discovery(filter) => admitted(recorded, filter).cloned(),
            Choice::MultiRegionDiscovery { region, filter } => {
                let recorded = admitted(recorded, filter)?;
                Ok(if recorded.is_multi_region() { recorded.in_region(region) } else { recorded.clone() })
            }
        }
    }

    /// Returns the description for [`KeyStoreInfo`](super::KeyStoreInfo).
    #[inline]
    pub(super) fn describe(&self) -> String {
        match &self.choice {
            Choice::Key(key) => format!("KMS key {key}"),
            Choice::MultiRegionKey(key) => format!("multi-Region KMS key {key}"),
            Choice::Discovery(filter) => format!("discovery of {}", filter.shown()),
            Choice::MultiRegionDiscovery { region, filter } => {
                format!("multi-Region discovery in {region} of {}", filter.shown())
            }
        }
    }

    /// Returns a new encrypted key, without its plaintext.
    #[inline]
    pub(super) async fn generate(&self, key: &KeyArn, context: KmsContext) -> Result<Blob> {
        const OPERATION: &str = "GenerateDataKeyWithoutPlaintext";

        let request = self.clients.client(Some(key.region())).generate_data_key_without_plaintext();
        let request = request
            .key_id(key.to_string())
            .number_of_bytes(KEY_LENGTH)
            .set_encryption_context(Some(context))
            .set_grant_tokens(self.grant_tokens()?);
        let response = request.send().await.map_err(|error| explain(OPERATION, &key.to_key_id(), error))?;
        check_key(key, response.key_id.as_deref())?;
        response.ciphertext_blob.ok_or_else(incomplete)
    }

    /// Returns the same key, encrypted for another context.
    #[inline]
    pub(super) async fn re_encrypt(
        &self,
        key: &KeyArn,
        encrypted_key: &Blob,
        source: KmsContext,
        destination: KmsContext,
    ) -> Result<Blob> {
        const OPERATION: &str = "ReEncrypt";

        let request = self.clients.client(Some(key.region())).re_encrypt().ciphertext_blob(encrypted_key.clone());
        let request = request
            .source_key_id(key.to_string())
            .set_source_encryption_context(Some(source))
            .destination_key_id(key.to_string())
            .set_destination_encryption_context(Some(destination))
            .set_grant_tokens(self.grant_tokens()?);
        let response = request.send().await.map_err(|error| explain(OPERATION, &key.to_key_id(), error))?;
        check_key(key, response.source_key_id.as_deref())?;
        check_key(key, response.key_id.as_deref())?;
        response.ciphertext_blob.ok_or_else(incomplete)
    }

    /// The key in plaintext.
    #[inline]
    pub(super) async fn decrypt(&self, key: &KeyArn, encrypted_key: Blob, context: KmsContext) -> Result<KeyBytes> {
        const OPERATION: &str = "Decrypt";

        let request = self.clients.client(Some(key.region())).decrypt().key_id(key.to_string());
        let request = request
            .ciphertext_blob(encrypted_key)
            .set_encryption_context(Some(context))
            .set_grant_tokens(self.grant_tokens()?);
        let response = request.send().await.map_err(|error| explain(OPERATION, &key.to_key_id(), error))?;
        let plaintext = response.plaintext.map(|blob| Zeroizing::new(blob.into_inner())).ok_or_else(incomplete)?;
        check_key(key, response.key_id.as_deref())?;
        let mut bytes = KeyBytes::default();
        match Arc::get_mut(&mut bytes) {
            Some(place) if place.len() == plaintext.len() => place.copy_from_slice(&plaintext),
            _ => {
                return Err(Error::materials(
                    "KMS returned a branch key that does not have 32 bytes; check the endpoint",
                ));
            }
        }
        Ok(bytes)
    }

    #[inline]
    fn grant_tokens(&self) -> Result<Option<Vec<String>>> {
        if self.grant_tokens.len() > MAX_GRANT_TOKENS {
            return Err(Error::new(ErrorKind::Usage, "KMS takes at most 10 grant tokens; remove some"));
        }
        Ok((!self.grant_tokens.is_empty()).then(|| self.grant_tokens.clone()))
    }
}

/// Omits the grant tokens, which grant permissions.
impl fmt::Debug for KmsConfiguration {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsConfiguration").field("choice", &self.choice).finish_non_exhaustive()
    }
}

#[inline]
fn key_arn(text: &str) -> Result<KeyArn> {
    KeyArn::parse(text).ok_or_else(|| {
        Error::new(
            ErrorKind::Usage,
            format!(
                "{text:?} is not the ARN of a KMS key; a key store is configured with arn:aws:kms:REGION:ACCOUNT:key/ID, not \
                 with an alias or a key id"
            ),
        )
    })
}

#[inline]
fn admitted<'a>(recorded: &'a KeyArn, filter: &DiscoveryFilter) -> Result<&'a KeyArn, String> {
    if filter.admits(recorded) {
        return Ok(recorded);
    }
    Err(format!("is {recorded}, and the key store's discovery admits only {}", filter.shown()))
}

#[inline]
fn check_key(expected: &KeyArn, used: Option<&str>) -> Result<()> {
    let used = used.unwrap_or_default();
    if expected.to_string() == used {
        return Ok(());
    }
    Err(Error::materials(format!("the call named the key \"{expected}\" and KMS used {used:?}; check the endpoint")))
}

#[inline]
fn incomplete() -> Error {
    Error::new(ErrorKind::Unavailable, "the response of KMS contains no key; check the endpoint, and try again")
}
