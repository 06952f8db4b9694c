//! Elliptic-curve keys in this process.

use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;

use super::ecdh::{EcdhCurve, EcdhPrivateKey, EcdhPublicKey, Parties, RAW};

/// A keyring that uses elliptic-curve Diffie-Hellman key agreement: AWS's raw ECDH keyring. Feature `aws-lc`, or
/// feature `ecdsa` for an implementation in pure Rust.
///
/// The public keys of sender and recipient are stored in every item in plaintext.
///
/// ```
/// use dynaseal::keyrings::{EcdhCurve, EcdhPrivateKey, RawEcdhKeyring};
///
/// let (ours, theirs) = (EcdhPrivateKey::generate(EcdhCurve::P256)?, EcdhPrivateKey::generate(EcdhCurve::P256)?);
/// let here = RawEcdhKeyring::static_public_key(ours.clone(), theirs.public_key().clone())?;
/// let there = RawEcdhKeyring::static_public_key(theirs, ours.public_key().clone())?;
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RawEcdhKeyring(Schema);

#[derive(Clone, Debug)]
enum Schema {
    Static { private_key: EcdhPrivateKey, peer: EcdhPublicKey },
    Ephemeral { recipient: EcdhPublicKey },
    Discovery { private_key: EcdhPrivateKey },
}

impl RawEcdhKeyring {
    /// Uses a private key and the public key of a peer: writes items that the peer can read, and reads both its own
    /// items and the peer's. AWS calls this schema `RawPrivateKeyToStaticPublicKey`.
    ///
    /// # Errors
    /// `Usage` if the keys are on different curves.
    #[inline]
    pub fn static_public_key(private_key: EcdhPrivateKey, peer: EcdhPublicKey) -> Result<Self> {
        if private_key.public_key().curve() != peer.curve() {
            return Err(Error::new(
                ErrorKind::Usage,
                "the private key and the peer's public key are on different curves",
            ));
        }
        Ok(Self(Schema::Static { private_key, peer }))
    }

    /// Uses the public key of a recipient: writes items with a key pair that is generated for each, and reads none. AWS
    /// calls this schema `EphemeralPrivateKeyToStaticPublicKey`.
    ///
    /// <div class="warning">
    ///
    /// Anyone who has the public key can create items that verify. Such items are confidential, but do not prove who
    /// wrote them.
    ///
    /// </div>
    #[inline]
    pub fn ephemeral(recipient: EcdhPublicKey) -> Self {
        Self(Schema::Ephemeral { recipient })
    }

    /// Uses the private key of a recipient: reads items of any sender, and writes none. AWS calls this schema
    /// `PublicKeyDiscovery`.
    #[inline]
    pub fn discovery(private_key: EcdhPrivateKey) -> Self {
        Self(Schema::Discovery { private_key })
    }

    #[inline]
    fn wrap_key(&self, context: &EncryptionContext) -> Result<(IntermediateKey, EncryptedDataKey)> {
        let ephemeral;
        let (sender, recipient) = match &self.0 {
            Schema::Static { private_key, peer } => (private_key, peer),
            Schema::Ephemeral { recipient } => {
                ephemeral = EcdhPrivateKey::generate(recipient.curve())?;
                (&ephemeral, recipient)
            }
            Schema::Discovery { .. } => {
                return Err(Error::new(
                    ErrorKind::Usage,
                    "a RawEcdhKeyring created by `discovery` only reads items; write with `static_public_key` or \
                     `ephemeral`",
                ));
            }
        };
        let parties = Parties { sender: sender.public_key().clone(), recipient: recipient.clone() };
        let secret =
            sender.agree(recipient).ok_or_else(|| Error::materials("the public key is not a point on its curve"))?;
        parties.wrap(RAW, &secret, context)
    }

    #[inline]
    fn unwrap_key(&self, context: &EncryptionContext, recipient: &EncryptedDataKey) -> Option<IntermediateKey> {
        let (private_key, parties) = self.opens(recipient)?;
        let peer = parties.peer_of(private_key.public_key());
        parties.unwrap(&private_key.agree(peer)?, context, &recipient.ciphertext)
    }

    /// Returns the private key and the parties with which to unwrap a recipient's key, if there is one.
    #[inline]
    fn opens(&self, recipient: &EncryptedDataKey) -> Option<(&EcdhPrivateKey, Parties)> {
        let parties = Parties::of(self.curve(), recipient)?;
        let (private_key, fits) = match &self.0 {
            Schema::Static { private_key, peer } => (private_key, parties.are(private_key.public_key(), peer)),
            Schema::Discovery { private_key } => (private_key, parties.recipient == *private_key.public_key()),
            Schema::Ephemeral { .. } => return None,
        };
        fits.then_some((private_key, parties))
    }

    #[inline]
    fn curve(&self) -> EcdhCurve {
        match &self.0 {
            Schema::Static { peer: key, .. } | Schema::Ephemeral { recipient: key } => key.curve(),
            Schema::Discovery { private_key } => private_key.public_key().curve(),
        }
    }
}

impl Keyring for RawEcdhKeyring {
    #[inline]
    fn wrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
    ) -> KeyringFuture<'a, Vec<(IntermediateKey, EncryptedDataKey)>> {
        Box::pin(async move { Ok(vec![self.wrap_key(context)?]) })
    }

    #[inline]
    fn candidates(&self, _: &EncryptionContext, recipients: &[EncryptedDataKey]) -> Vec<usize> {
        let fits = |recipient: &EncryptedDataKey| self.opens(recipient).is_some();
        (0..).zip(recipients).filter(|(_, recipient)| fits(recipient)).map(|(index, _)| index).collect()
    }

    #[inline]
    fn unwrap<'a>(
        &'a self,
        context: &'a EncryptionContext,
        _: AlgorithmSuite,
        recipient: &'a EncryptedDataKey,
    ) -> KeyringFuture<'a, IntermediateKey> {
        Box::pin(async move { self.unwrap_key(context, recipient).ok_or_else(IntermediateKey::rejected) })
    }

    #[inline]
    fn key_names(&self) -> Vec<String> {
        match &self.0 {
            Schema::Static { private_key, peer } => vec![format!("{RAW} {:?} with {peer:?}", private_key.public_key())],
            Schema::Ephemeral { recipient } => vec![format!("{RAW} that only writes, for {recipient:?}")],
            Schema::Discovery { private_key } => vec![format!("{RAW} {:?}", private_key.public_key())],
        }
    }
}
