//! Elliptic-curve Diffie-Hellman keys, and the wrapping of intermediate keys with the shared secret.

use std::fmt;
use std::sync::Arc;

use hmac::Hmac;
use sha2::Sha384;
use zeroize::{Zeroizing, optimization_barrier};

#[cfg(feature = "kms")]
use crate::crypto::agreement::public_key_der;
use crate::crypto::agreement::{AgreementKey, compress_public_key_der};
use crate::crypto::counter_mode::counter_mode;
use crate::crypto::curve::Curve;
use crate::crypto::gcm::{GcmKey, NONCE, TAG};
use crate::crypto::{pem, random};
use crate::error::{Error, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey};

/// The provider id of recipients whose keys are in the parties' processes or in AWS KMS. Items of either can be read
/// with the keys of the other.
pub(super) const RAW: &str = "raw-ecdh";
pub(super) const KMS: &str = "aws-kms-ecdh";

/// The version of the provider info.
const VERSION: u8 = 1;

/// The lengths of a wrapped key's first two parts, in bytes.
const SALT: usize = 32;
const COMMITMENT: usize = 32;

/// A NIST curve for key agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EcdhCurve {
    /// P-256, also called secp256r1.
    P256,
    /// P-384, also called secp384r1.
    P384,
    /// P-521, also called secp521r1.
    P521,
}

impl EcdhCurve {
    #[inline]
    fn curve(self) -> Curve {
        match self {
            Self::P256 => Curve::P256,
            Self::P384 => Curve::P384,
            Self::P521 => Curve::P521,
        }
    }

    /// Returns the bytes of a shared secret.
    #[cfg(feature = "kms")]
    #[inline]
    pub(super) fn secret_length(self) -> usize {
        self.curve().coordinate_length()
    }

    #[inline]
    fn name(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::P521 => "p521",
        }
    }
}

/// A private key for key agreement. It is never printed.
#[derive(Clone)]
pub struct EcdhPrivateKey {
    key: Arc<AgreementKey>,
    public_key: EcdhPublicKey,
}

/// A public key for key agreement.
#[derive(Clone, PartialEq, Eq)]
pub struct EcdhPublicKey {
    curve: EcdhCurve,
    /// The compressed point.
    point: Vec<u8>,
}

impl EcdhPrivateKey {
    /// Generates a key.
    ///
    /// # Errors
    /// `Materials` if the operating system's random number generator fails.
    #[inline]
    pub fn generate(curve: EcdhCurve) -> Result<Self> {
        Self::new(curve, AgreementKey::generate(curve.curve()))
    }

    /// Loads an unencrypted private key in PKCS#8 (RFC 5958).
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key is on another curve.
    #[inline]
    pub fn from_pkcs8_der(curve: EcdhCurve, bytes: &[u8]) -> Result<Self> {
        Self::new(curve, AgreementKey::from_pkcs8_der(curve.curve(), bytes))
    }

    /// Loads an unencrypted private key in PKCS#8 as PEM: `-----BEGIN PRIVATE KEY-----`.
    ///
    /// # Errors
    /// As [`from_pkcs8_der`](Self::from_pkcs8_der).
    #[inline]
    pub fn from_pkcs8_pem(curve: EcdhCurve, text: &str) -> Result<Self> {
        Self::from_pkcs8_der(curve, &pem::private_key(text)?)
    }

    /// Returns the public key of this private key.
    #[inline]
    pub fn public_key(&self) -> &EcdhPublicKey {
        &self.public_key
    }

    /// Returns the secret shared with `peer`; `None` if the peer's point is not on the curve.
    #[inline]
    pub(crate) fn agree(&self, peer: &EcdhPublicKey) -> Option<Zeroizing<Vec<u8>>> {
        self.key.agree(&peer.point)
    }

    #[inline]
    fn new(curve: EcdhCurve, key: Option<AgreementKey>) -> Result<Self> {
        let unusable = || unusable("PKCS#8 private key", curve);
        let key = key.ok_or_else(unusable)?;
        let point = key.public_key().ok_or_else(unusable)?;
        Ok(Self { key: Arc::new(key), public_key: EcdhPublicKey { curve, point } })
    }
}

impl EcdhPublicKey {
    /// Loads a public key in SubjectPublicKeyInfo (RFC 5280).
    ///
    /// # Errors
    /// `Materials` if the bytes are not such a key, or the key is on another curve.
    #[inline]
    pub fn from_public_key_der(curve: EcdhCurve, bytes: &[u8]) -> Result<Self> {
        let point =
            compress_public_key_der(curve.curve(), bytes).ok_or_else(|| unusable("SubjectPublicKeyInfo", curve))?;
        Ok(Self { curve, point })
    }

    /// Loads a public key in SubjectPublicKeyInfo as PEM: `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// As [`from_public_key_der`](Self::from_public_key_der).
    #[inline]
    pub fn from_public_key_pem(curve: EcdhCurve, text: &str) -> Result<Self> {
        Self::from_public_key_der(curve, &pem::public_key(text)?)
    }

    /// Returns the curve of the key.
    #[inline]
    pub fn curve(&self) -> EcdhCurve {
        self.curve
    }

    /// Returns a SubjectPublicKeyInfo; `None` if the point is not on the curve.
    #[cfg(feature = "kms")]
    #[inline]
    pub(crate) fn to_der(&self) -> Option<Vec<u8>> {
        public_key_der(self.curve.curve(), &self.point)
    }
}

impl fmt::Debug for EcdhPrivateKey {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EcdhPrivateKey").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

/// Shows the compressed point in hexadecimal.
impl fmt::Debug for EcdhPublicKey {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.point.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The sender, who wraps a key, and the recipient, who unwraps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parties {
    pub(super) sender: EcdhPublicKey,
    pub(super) recipient: EcdhPublicKey,
}

impl Parties {
    /// Returns the parties of a recipient, if it belongs to a keyring of this curve.
    #[inline]
    pub(super) fn of(curve: EcdhCurve, recipient: &EncryptedDataKey) -> Option<Self> {
        let is_ours = [RAW, KMS].contains(&recipient.provider_id.as_str());
        is_ours.then(|| Self::parse(curve, &recipient.provider_info))?
    }

    /// Returns whether these are the two parties, in either role.
    #[inline]
    pub(super) fn are(&self, one: &EcdhPublicKey, other: &EcdhPublicKey) -> bool {
        let pair = (&self.sender, &self.recipient);
        pair == (one, other) || pair == (other, one)
    }

    /// The other one.
    #[inline]
    pub(super) fn peer_of(&self, ours: &EcdhPublicKey) -> &EcdhPublicKey {
        if self.sender == *ours { &self.recipient } else { &self.sender }
    }

    /// Parses the parties of a provider info on this curve. The points may still not be on the curve.
    #[inline]
    pub(super) fn parse(curve: EcdhCurve, info: &[u8]) -> Option<Self> {
        let rest = info.strip_prefix(&[VERSION])?;
        let (recipient, rest) = point(curve, rest)?;
        let (sender, rest) = point(curve, rest)?;
        rest.is_empty().then_some(Self { sender, recipient })
    }

    /// Returns the provider info.
    #[inline]
    pub(super) fn info(&self) -> Vec<u8> {
        let mut info = vec![VERSION];
        for EcdhPublicKey { point, .. } in [&self.recipient, &self.sender] {
            info.extend_from_slice(&(point.len() as u32).to_be_bytes());
            info.extend_from_slice(point);
        }
        info
    }

    /// Returns a new intermediate key, wrapped with the shared secret.
    #[inline]
    pub(super) fn wrap(
        &self,
        provider_id: &str,
        secret: &[u8],
        context: &EncryptionContext,
    ) -> Result<(IntermediateKey, EncryptedDataKey)> {
        let mut drawn = Zeroizing::new([[0; SALT]; 2]);
        random::fill_key(drawn.as_flattened_mut())?;
        let [key, salt] = &*drawn;
        let key = IntermediateKey::from_bytes(key)?;
        let ciphertext = self.seal(secret, salt, context, &key).ok_or_else(rejected)?;
        Ok((key, EncryptedDataKey::new(provider_id, self.info(), ciphertext)))
    }

    /// Returns the intermediate key; `None` if it was not wrapped with this shared secret.
    #[inline]
    pub(super) fn unwrap(
        &self,
        secret: &[u8],
        context: &EncryptionContext,
        ciphertext: &[u8],
    ) -> Option<IntermediateKey> {
        let (salt, rest) = ciphertext.split_first_chunk::<SALT>()?;
        let (commitment, sealed) = rest.split_first_chunk::<COMMITMENT>()?;
        let fixed_info = self.fixed_info(context);
        let keys = derive(secret, &fixed_info, salt)?;
        let (expected, key) = keys.split_first_chunk()?;
        if !is_equal(expected, commitment) {
            return None;
        }
        let mut sealed = Zeroizing::new(sealed.to_vec());
        IntermediateKey::from_bytes(GcmKey::new(key)?.open_in_place([0; NONCE], &fixed_info, &mut sealed)?).ok()
    }

    /// The nonce is always zero: the salt, and therefore the key, is generated for each item.
    #[inline]
    fn seal(
        &self,
        secret: &[u8],
        salt: &[u8; SALT],
        context: &EncryptionContext,
        key: &IntermediateKey,
    ) -> Option<Vec<u8>> {
        let fixed_info = self.fixed_info(context);
        let keys = derive(secret, &fixed_info, salt)?;
        let (commitment, wrapping_key) = keys.split_at(COMMITMENT);
        let mut text = *key.as_bytes();
        let tag: [u8; TAG] = GcmKey::new(wrapping_key)?.seal_in_place([0; NONCE], &fixed_info, &mut text)?;
        Some([salt, commitment, &text, &tag].concat())
    }

    /// Returns the fixed info of NIST SP 800-56C: everything that the derived keys are bound to.
    #[inline]
    fn fixed_info(&self, context: &EncryptionContext) -> Vec<u8> {
        let parts: [&[u8]; 9] = [
            b"ecdh-key-derivation\0",
            self.sender.curve.name().as_bytes(),
            b"\0HMAC_SHA384\0",
            &self.sender.point,
            &self.recipient.point,
            b"\0",
            &[VERSION],
            b"\0",
            context.authenticated_data(),
        ];
        parts.concat()
    }
}

#[inline]
fn point(curve: EcdhCurve, bytes: &[u8]) -> Option<(EcdhPublicKey, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (point, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    curve.curve().is_compressed_point(point).then(|| (EcdhPublicKey { curve, point: point.to_vec() }, rest))
}

/// Returns the commitment and the wrapping key.
#[inline]
fn derive(secret: &[u8], fixed_info: &[u8], salt: &[u8; SALT]) -> Option<Zeroizing<[u8; 64]>> {
    let mut keys = Zeroizing::new([0; 64]);
    counter_mode::<Hmac<Sha384>>(secret, fixed_info, salt, keys.as_mut_slice())?;
    Some(keys)
}

/// Compares in constant time.
#[inline]
fn is_equal(a: &[u8; COMMITMENT], b: &[u8; COMMITMENT]) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b));
    optimization_barrier(&difference);
    difference == 0
}

#[inline]
fn unusable(expected: &str, curve: EcdhCurve) -> Error {
    Error::materials(format!("the bytes are not the {expected} of an elliptic-curve key on {curve:?}"))
}

#[inline]
fn rejected() -> Error {
    Error::materials("the crypto crate rejected an elliptic-curve key")
}
