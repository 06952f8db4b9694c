//! Keyrings with one named key.

use aws_sdk_kms::Client;

use crate::aws::kms::Service;
use crate::aws::kms::key_arn::KeyArn;
use crate::aws::kms::key_id::KmsKeyId;
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;

use super::{PROVIDER, calls, delegate_keyring, service_setters};

/// A keyring with a symmetric key of AWS KMS, as AWS's KMS keyring.
///
/// Every written item requires one call to `GenerateDataKey`, and every read one to `Decrypt`; there is no cache. Both
/// have the encryption context of the item: names of table and key attributes, the values of the primary key, and of
/// attributes that are signed and included in the encryption context. CloudTrail logs it in plaintext.
///
/// Items record the ARN of their key. A read uses exactly that key, so an item under any other key matches no
/// recipient, and a response that names another key is `Materials`. To read items in another Region with a related
/// multi-Region key, use [`KmsMrkKeyring`].
///
/// Readers can be prevented from writing by granting `kms:Decrypt` and not `kms:GenerateDataKey`. So items are written
/// with a [digital signature](crate::format::Dbesdk::digital_signature) unless that is disabled.
///
/// ```
/// use dynaseal::keyrings::KmsKeyring;
///
/// # fn example(client: aws_sdk_kms::Client) {
/// let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// let keyring = KmsKeyring::new(client.clone(), arn);
/// let keyring = KmsKeyring::new(client, "alias/employees").decrypts(arn);
/// # }
/// ```
///
/// # Errors
/// Operations that need a key fail with `Usage` if the key is named by an alias or a bare key id without its ARN; with
/// `Materials` if KMS rejects the call (no such key, no permission, disabled, pending deletion), or sends an unexpected
/// response; with `Throttled` and `Unavailable` like KMS; and with `Usage` for plain HTTP. A wrapped key that was
/// changed, or belongs to another primary key or table, is `Integrity`.
#[derive(Clone, Debug)]
pub struct KmsKeyring(Named);

impl KmsKeyring {
    /// Writes and reads with this key, given by its ARN. An alias or a key id also needs [`decrypts`](Self::decrypts).
    ///
    /// Calls for an ARN go to its own Region: with `client` if that is its Region, and otherwise with a copy of it for
    /// that Region, unless one was set with [`regional_client`](Self::regional_client).
    #[inline]
    pub fn new(client: Client, key: impl Into<KmsKeyId>) -> Self {
        Self(Named::new(Service::new(client, "KmsKeyring"), key.into(), false))
    }

    /// Sets the ARN of the key that the alias or the key id refers to. Items are read with that key alone, and a write
    /// fails if KMS used another one, as after a change of the alias.
    #[must_use]
    #[inline]
    pub fn decrypts(mut self, arn: impl Into<String>) -> Self {
        self.0.decrypts = Some(arn.into());
        self
    }

    service_setters!();
}

delegate_keyring!(KmsKeyring);

/// A keyring with a multi-Region key of AWS KMS, as AWS's KMS MRK keyring: a [`KmsKeyring`] that also reads items of
/// related multi-Region keys, with its own key.
///
/// So a table that is replicated to another Region is read there with the replica of the key, without a call to the
/// Region where the items were written. With a key that is not a multi-Region key it behaves like a [`KmsKeyring`].
///
/// ```
/// use dynaseal::keyrings::KmsMrkKeyring;
///
/// # fn example(client: aws_sdk_kms::Client) {
/// let replica = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab";
/// let keyring = KmsMrkKeyring::new(client, replica);
/// # }
/// ```
///
/// # Errors
/// The errors of [`KmsKeyring`].
#[derive(Clone, Debug)]
pub struct KmsMrkKeyring(Named);

impl KmsMrkKeyring {
    /// Writes and reads with this key, given by its ARN. An alias or a key id also needs [`decrypts`](Self::decrypts).
    ///
    /// Calls for an ARN go to its own Region, as with [`KmsKeyring::new`].
    #[inline]
    pub fn new(client: Client, key: impl Into<KmsKeyId>) -> Self {
        Self(Named::new(Service::new(client, "KmsMrkKeyring"), key.into(), true))
    }

    /// Sets the ARN of the key that the alias or the key id refers to, or of a related multi-Region key. Items are read
    /// with the key of this ARN, and a write fails if KMS used an unrelated one.
    #[must_use]
    #[inline]
    pub fn decrypts(mut self, arn: impl Into<String>) -> Self {
        self.0.decrypts = Some(arn.into());
        self
    }

    service_setters!();
}

delegate_keyring!(KmsMrkKeyring);

/// One key.
#[derive(Clone, Debug)]
struct Named {
    key: KmsKeyId,
    decrypts: Option<String>,
    /// Whether related multi-Region keys are accepted.
    reads_related: bool,
    service: Service,
}

impl Named {
    #[inline]
    fn new(service: Service, key: KmsKeyId, reads_related: bool) -> Self {
        Self { key, decrypts: None, reads_related, service }
    }

    /// Returns the key that items are read with.
    #[inline]
    fn arn(&self) -> Result<KeyArn> {
        let text = self.decrypts.as_deref().unwrap_or(self.key.as_str());
        let arn = KeyArn::parse(text).ok_or_else(|| no_arn(text))?;
        match KeyArn::parse(self.key.as_str()) {
            Some(key) if !self.is_same(&key, &arn) => Err(Error::new(
                ErrorKind::Usage,
                format!("the keyring writes with {key} and is configured to read with {arn}; use a keyring for each"),
            )),
            _ => Ok(arn),
        }
    }

    #[inline]
    fn is_same(&self, one: &KeyArn, other: &KeyArn) -> bool {
        one == other || self.reads_related && one.is_related_to(other)
    }

    #[inline]
    fn fits(&self, arn: &KeyArn, recipient: &EncryptedDataKey) -> bool {
        recipient.provider_id == PROVIDER
            && std::str::from_utf8(&recipient.provider_info)
                .ok()
                .and_then(KeyArn::parse)
                .is_some_and(|recorded| self.is_same(&recorded, arn))
    }
}

impl Keyring for Named {
    #[inline]
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move {
            let arn = self.arn()?;
            let named = KeyArn::parse(self.key.as_str());
            let is_expected = |used: &KeyArn| match &named {
                Some(named) => used == named,
                None => self.is_same(used, &arn),
            };
            Ok(vec![calls::wrap(&self.service, &self.key, context, is_expected).await?])
        })
    }

    /// Without an ARN, every recipient of KMS is a candidate, so that reading reports the missing ARN.
    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        let arn = self.arn();
        let fits = |recipient: &EncryptedDataKey| match &arn {
            Ok(arn) => self.fits(arn, recipient),
            Err(_) => recipient.provider_id == PROVIDER,
        };
        (0..).zip(recipients).filter(|(_, recipient)| fits(recipient)).map(|(index, _)| index).collect()
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(async move { calls::unwrap(&self.service, &self.arn()?, context, recipient).await })
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        let text = self.decrypts.as_deref().unwrap_or(self.key.as_str());
        vec![format!("{PROVIDER} {text}")]
    }

    #[inline]
    fn signs_by_default(&self) -> bool {
        true
    }
}

#[inline]
fn no_arn(text: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!(
            "{text:?} is not the ARN of a KMS key, and items record that of theirs; name the key by its ARN, or add \
             `.decrypts(\"arn:aws:kms:REGION:ACCOUNT:key/ID\")`"
        ),
    )
}
