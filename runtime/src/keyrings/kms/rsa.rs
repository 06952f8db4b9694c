//! RSA keys in AWS KMS.

use std::fmt;
use std::sync::Arc;

use aws_sdk_kms::Client;
use aws_sdk_kms::types::EncryptionAlgorithmSpec;
use sha2::{Digest as _, Sha384};
use zeroize::Zeroizing;

use crate::aws::kms::Service;
use crate::aws::kms::key_arn::KeyArn;
use crate::crypto::oaep::{OaepHash, OaepPublicKey};
use crate::crypto::pem;
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;

use super::{calls, delegate_keyring, key_arn, service_setters};

/// The provider id of recipients; the provider info is the key's ARN.
const PROVIDER: &str = "aws-kms-rsa";

/// The minimum length of a key in AWS's clients, in bits.
const MIN_BITS: usize = 2048;

/// The length of the digest that is wrapped with a key, in bytes.
const DIGEST: usize = 48;

/// The padding of a [`KmsRsaKeyring`] (RFC 8017, section 7.1). The mask generation uses the same hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KmsRsaAlgorithm {
    /// `RSAES_OAEP_SHA_1`.
    OaepSha1,
    /// `RSAES_OAEP_SHA_256`. The usual choice.
    OaepSha256,
}

/// A keyring with an RSA key of AWS KMS, as AWS's KMS RSA keyring. Features `kms` and `aws-lc` or `rsa`.
///
/// Items are written with the public key, in this process and without a call; every read item requires one call to
/// `Decrypt`. The padding is not stored: it must be the one that the items were written with.
///
/// Items with a [digital signature](crate::format::Dbesdk::digital_signature) are neither written nor read, as in AWS's
/// clients, because every party can sign.
///
/// <div class="warning">
///
/// Anyone who has the public key can create items that verify. Such items are confidential, but do not prove who wrote
/// them.
///
/// </div>
///
/// # Errors
/// Writing with a digital signature is `Usage`. Otherwise the errors of [`KmsKeyring`](super::KmsKeyring).
#[derive(Clone, Debug)]
pub struct KmsRsaKeyring(Rsa);

impl KmsRsaKeyring {
    /// Uses the key of this ARN, and its public key in a SubjectPublicKeyInfo, as KMS returns it.
    ///
    /// # Errors
    /// `Usage` if the key is not named by its ARN; `Materials` if the bytes are not a public key of at least 2048 bits.
    #[inline]
    pub fn from_public_key_der(
        client: Client,
        key: impl AsRef<str>,
        algorithm: KmsRsaAlgorithm,
        public_key: &[u8],
    ) -> Result<Self> {
        let public_key = OaepPublicKey::from_der(public_key).filter(|key| key.bits() >= MIN_BITS).ok_or_else(no_key)?;
        let service = Service::new(client, "KmsRsaKeyring");
        Ok(Self(Rsa { key: key_arn(key.as_ref())?, algorithm, public_key: Arc::new(public_key), service }))
    }

    /// Does the same with the public key as PEM: `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// As [`from_public_key_der`](Self::from_public_key_der).
    #[inline]
    pub fn from_public_key_pem(
        client: Client,
        key: impl AsRef<str>,
        algorithm: KmsRsaAlgorithm,
        public_key: &str,
    ) -> Result<Self> {
        Self::from_public_key_der(client, key, algorithm, &pem::public_key(public_key)?)
    }

    service_setters!();
}

delegate_keyring!(KmsRsaKeyring);

#[derive(Clone)]
struct Rsa {
    key: KeyArn,
    algorithm: KmsRsaAlgorithm,
    public_key: Arc<OaepPublicKey>,
    service: Service,
}

impl Rsa {
    #[inline]
    fn wrap_key(&self, context: &EncryptionContext) -> Result<(IntermediateKey, EncryptedDataKey)> {
        let key = IntermediateKey::generate()?;
        let mut plaintext = Zeroizing::new([0; DIGEST + IntermediateKey::LENGTH]);
        let (digest, place) = plaintext.split_at_mut(DIGEST);
        digest.copy_from_slice(&self::digest(context));
        place.copy_from_slice(key.as_bytes());
        let hash = match self.algorithm {
            KmsRsaAlgorithm::OaepSha1 => OaepHash::Sha1,
            KmsRsaAlgorithm::OaepSha256 => OaepHash::Sha256,
        };
        let ciphertext = self.public_key.encrypt(hash, plaintext.as_slice()).ok_or_else(no_key)?;
        Ok((key, EncryptedDataKey::new(PROVIDER, self.key.to_string(), ciphertext)))
    }

    #[inline]
    async fn unwrap_key(
        &self,
        context: &EncryptionContext,
        suite: AlgorithmSuite,
        recipient: &EncryptedDataKey,
    ) -> Result<IntermediateKey> {
        calls::check_settings(&self.service)?;
        if suite == AlgorithmSuite::DigitalSignature {
            return Err(Error::materials(
                "the item has a digital signature, and such items are not read with a `KmsRsaKeyring`, which never writes them",
            ));
        }
        let algorithm = match self.algorithm {
            KmsRsaAlgorithm::OaepSha1 => EncryptionAlgorithmSpec::RsaesOaepSha1,
            KmsRsaAlgorithm::OaepSha256 => EncryptionAlgorithmSpec::RsaesOaepSha256,
        };
        let ciphertext = recipient.ciphertext.as_slice();
        let opened = self.service.decrypt_rsa(&self.key, algorithm, ciphertext, context.table_name()).await?;
        let opened = opened.ok_or_else(IntermediateKey::rejected)?;
        match opened.split_first_chunk::<DIGEST>() {
            Some((digest, key)) if *digest == self::digest(context) => IntermediateKey::from_bytes(key),
            _ => Err(IntermediateKey::rejected()),
        }
    }
}

impl Keyring for Rsa {
    #[inline]
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move {
            if suite == AlgorithmSuite::DigitalSignature {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "a digital signature proves nothing with a `KmsRsaKeyring`, because anyone with its public key \
                     can write; set `digital_signature(false)`",
                ));
            }
            Ok(vec![self.wrap_key(context)?])
        })
    }

    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        let key = self.key.to_string();
        let fits = |recipient: &EncryptedDataKey| {
            recipient.provider_id == PROVIDER && recipient.provider_info == key.as_bytes()
        };
        (0..).zip(recipients).filter(|(_, recipient)| fits(recipient)).map(|(index, _)| index).collect()
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        suite: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(self.unwrap_key(context, suite, recipient))
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        vec![format!("{PROVIDER} {}", self.key)]
    }
}

impl fmt::Debug for Rsa {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rsa")
            .field("key", &self.key)
            .field("algorithm", &self.algorithm)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

/// Returns the digest that binds a wrapped key to its item, because RSA has no authenticated data.
#[inline]
fn digest(context: &EncryptionContext) -> [u8; DIGEST] {
    Sha384::digest(context.authenticated_data()).into()
}

#[inline]
fn no_key() -> Error {
    Error::materials("the bytes are not the SubjectPublicKeyInfo of an RSA key of at least 2048 bits")
}
