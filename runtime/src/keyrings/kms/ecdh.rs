//! Elliptic-curve keys in AWS KMS.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::KeySpec;

use crate::aws::kms::asymmetric::agreement_key;
use crate::aws::kms::key_arn::KeyArn;
use crate::aws::kms::{DataKey, Service};
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;
use crate::keyrings::ecdh::{EcdhCurve, EcdhPublicKey, KMS, Parties};

use super::{calls, delegate_keyring, key_arn, service_setters};

/// A keyring that agrees on keys by elliptic-curve Diffie-Hellman with a key of AWS KMS whose usage is `KEY_AGREEMENT`, as AWS's
/// KMS ECDH keyring. Features `kms` and `aws-lc` or `ecdsa`.
///
/// Every item requires one call to `DeriveSharedSecret`, for writing and for reading. The public keys of sender and
/// recipient are stored in plaintext. A [`RawEcdhKeyring`](crate::keyrings::RawEcdhKeyring) with the other key reads
/// and writes the same items.
///
/// ```no_run
/// use dynaseal::keyrings::{EcdhPublicKey, KmsEcdhKeyring};
///
/// # async fn example(client: aws_sdk_kms::Client, recipient: EcdhPublicKey) -> dynaseal::Result<()> {
/// let arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// let sender = KmsEcdhKeyring::fetch_public_key(&client, arn).await?; // once; it never changes
/// let keyring = KmsEcdhKeyring::static_public_key(client, arn, sender, recipient)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The errors of [`KmsKeyring`](super::KmsKeyring); writing with a keyring created by [`discovery`](Self::discovery) is
/// `Usage`.
#[derive(Clone, Debug)]
pub struct KmsEcdhKeyring(Ecdh);

impl KmsEcdhKeyring {
    /// Uses a key in KMS, its public key, and the public key of a peer: writes items that the peer can read, and reads
    /// its own items and those of the peer. AWS calls it `KmsPrivateKeyToStaticPublicKey`.
    ///
    /// `sender` must be the public key of `key`, as [`fetch_public_key`](Self::fetch_public_key) returns it; with
    /// another one the peer cannot read the items.
    ///
    /// # Errors
    /// `Usage` if the key is not named by its ARN, or the public keys are on different curves; `Materials` if one of
    /// them is not a point on its curve.
    #[inline]
    pub fn static_public_key(
        client: Client,
        key: impl AsRef<str>,
        sender: EcdhPublicKey,
        recipient: EcdhPublicKey,
    ) -> Result<Self> {
        if sender.curve() != recipient.curve() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the public keys of sender and recipient are on different curves",
            ));
        }
        Self::new(client, key.as_ref(), sender, Some(recipient))
    }

    /// Uses a key in KMS and its public key: reads items of any sender that were written for it, and writes none. AWS
    /// calls it `KmsPublicKeyDiscovery`.
    ///
    /// # Errors
    /// `Usage` if the key is not named by its ARN; `Materials` if the public key is not a point on its curve.
    #[inline]
    pub fn discovery(client: Client, key: impl AsRef<str>, public_key: EcdhPublicKey) -> Result<Self> {
        Self::new(client, key.as_ref(), public_key, None)
    }

    /// Fetches the public key of a key in KMS, with one call to `GetPublicKey`.
    ///
    /// # Errors
    /// `Usage` if the key is not named by its ARN; `Materials` if KMS rejects the call, or it is not a key pair on a
    /// NIST curve with the usage `KEY_AGREEMENT`; `Throttled` and `Unavailable` like KMS.
    #[inline]
    pub async fn fetch_public_key(client: &Client, key: impl AsRef<str> + Send) -> Result<EcdhPublicKey> {
        let key = key_arn(key.as_ref())?;
        let (curve, public_key) = agreement_key(client.clone(), &key).await?;
        let curve = match curve {
            KeySpec::EccNistP256 => EcdhCurve::P256,
            KeySpec::EccNistP384 => EcdhCurve::P384,
            KeySpec::EccNistP521 => EcdhCurve::P521,
            other => {
                return Err(Error::materials(format!(
                    "the KMS key {key} is of the kind {other}; a key on one of the curves ECC_NIST_P256, ECC_NIST_P384 and \
                     ECC_NIST_P521 is needed"
                )));
            }
        };
        EcdhPublicKey::from_public_key_der(curve, &public_key)
    }

    #[inline]
    fn new(client: Client, key: &str, ours: EcdhPublicKey, peer: Option<EcdhPublicKey>) -> Result<Self> {
        let mut public_keys = std::iter::once(&ours).chain(&peer);
        if public_keys.any(|key| key.to_der().is_none()) {
            return Err(Error::materials("a public key is not a point on its curve"));
        }
        Ok(Self(Ecdh { key: key_arn(key)?, ours, peer, service: Service::new(client, "KmsEcdhKeyring") }))
    }

    service_setters!();
}

delegate_keyring!(KmsEcdhKeyring);

#[derive(Clone, Debug)]
struct Ecdh {
    key: KeyArn,
    ours: EcdhPublicKey,
    /// The recipient of written items.
    peer: Option<EcdhPublicKey>,
    service: Service,
}

impl Ecdh {
    #[inline]
    async fn wrap_key(&self, context: &EncryptionContext) -> Result<(IntermediateKey, EncryptedDataKey)> {
        let Some(peer) = &self.peer else {
            return Err(Error::new(
                ErrorKind::Usage,
                "a KmsEcdhKeyring created by `discovery` only reads items; write with `static_public_key`",
            ));
        };
        let secret = self.agree(peer, context).await?;
        Parties { sender: self.ours.clone(), recipient: peer.clone() }.wrap(KMS, &secret, context)
    }

    #[inline]
    async fn unwrap_key(&self, context: &EncryptionContext, recipient: &EncryptedDataKey) -> Result<IntermediateKey> {
        let parties = self.parties(recipient).ok_or_else(IntermediateKey::rejected)?;
        let secret = self.agree(parties.peer_of(&self.ours), context).await?;
        parties.unwrap(&secret, context, &recipient.ciphertext).ok_or_else(IntermediateKey::rejected)
    }

    /// Returns the secret shared with `peer`, which can come from an item.
    #[inline]
    async fn agree(&self, peer: &EcdhPublicKey, context: &EncryptionContext) -> Result<DataKey> {
        calls::check_settings(&self.service)?;
        let peer = peer.to_der().ok_or_else(IntermediateKey::rejected)?;
        let secret = self.service.derive_shared_secret(&self.key, peer, context.table_name()).await?;
        if secret.len() != self.ours.curve().secret_length() {
            return Err(Error::materials(format!(
                "KMS responded with a shared secret of {} bytes, which is not the length of the curve's; check the endpoint",
                secret.len()
            )));
        }
        Ok(secret)
    }

    /// Returns the parties of a recipient that this key can open.
    #[inline]
    fn parties(&self, recipient: &EncryptedDataKey) -> Option<Parties> {
        let parties = Parties::of(self.ours.curve(), recipient)?;
        let fits = match &self.peer {
            Some(peer) => parties.are(&self.ours, peer),
            None => parties.recipient == self.ours,
        };
        fits.then_some(parties)
    }
}

impl Keyring for Ecdh {
    #[inline]
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move { Ok(vec![self.wrap_key(context).await?]) })
    }

    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        let fits = |recipient| self.parties(recipient).is_some();
        (0..).zip(recipients).filter(|(_, recipient)| fits(recipient)).map(|(index, _)| index).collect()
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(self.unwrap_key(context, recipient))
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        match &self.peer {
            Some(peer) => vec![format!("{KMS} {:?} with {peer:?}", self.ours)],
            None => vec![format!("{KMS} {:?}", self.ours)],
        }
    }
}
