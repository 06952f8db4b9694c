//! ECDSA without C: for builds with the feature `aws-lc` off.

use ::p256::ecdsa as p256;
use ::p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier, RandomizedPrehashSigner as _};
use ::p256::elliptic_curve::Generate as _;
use ::p256::pkcs8::{DecodePrivateKey, DecodePublicKey};
use ::p384::ecdsa as p384;
use ::p521::ecdsa as p521;

use rand::rngs::SysRng;

use crate::crypto::curve::Curve;

pub(crate) enum EcdsaPrivateKey {
    P256(p256::SigningKey),
    P384(p384::SigningKey),
    P521(p521::SigningKey),
}

pub(crate) enum EcdsaPublicKey {
    P256(p256::VerifyingKey),
    P384(p384::VerifyingKey),
    P521(p521::VerifyingKey),
}

impl EcdsaPrivateKey {
    pub(crate) fn from_pkcs8_der(curve: Curve, bytes: &[u8]) -> Option<Self> {
        Some(match curve {
            Curve::P256 => Self::P256(p256::SigningKey::from_pkcs8_der(bytes).ok()?),
            Curve::P384 => Self::P384(p384::SigningKey::from_pkcs8_der(bytes).ok()?),
            Curve::P521 => Self::P521(p521::SigningKey::from_pkcs8_der(bytes).ok()?),
        })
    }

    /// Generates a key pair.
    pub(crate) fn generate(curve: Curve) -> Option<Self> {
        Some(match curve {
            Curve::P256 => Self::P256(p256::SigningKey::try_generate_from_rng(&mut SysRng).ok()?),
            Curve::P384 => Self::P384(p384::SigningKey::try_generate_from_rng(&mut SysRng).ok()?),
            Curve::P521 => Self::P521(p521::SigningKey::try_generate_from_rng(&mut SysRng).ok()?),
        })
    }

    /// Returns the compressed point of the public key (SEC 1, section 2.3.3).
    pub(crate) fn compressed_public_key(&self) -> Option<Vec<u8>> {
        Some(match self {
            Self::P256(key) => key.verifying_key().to_sec1_point(true).as_bytes().to_vec(),
            Self::P384(key) => key.verifying_key().to_sec1_point(true).as_bytes().to_vec(),
            Self::P521(key) => key.verifying_key().to_sec1_point(true).as_bytes().to_vec(),
        })
    }

    /// The key already determines the curve; AWS-LC's needs the parameter.
    pub(crate) fn public_key(&self, _: Curve) -> Option<EcdsaPublicKey> {
        Some(match self {
            Self::P256(key) => EcdsaPublicKey::P256(*key.verifying_key()),
            Self::P384(key) => EcdsaPublicKey::P384(*key.verifying_key()),
            Self::P521(key) => EcdsaPublicKey::P521(*key.verifying_key()),
        })
    }

    /// Signs a hash of the curve's length, with a different signature each time.
    pub(crate) fn sign_with_randomness(&self, hash: &[u8]) -> Option<Vec<u8>> {
        let rng = &mut rand::rng();
        Some(match self {
            Self::P256(key) => {
                let signature: p256::DerSignature = key.sign_prehash_with_rng(rng, hash).ok()?;
                signature.as_bytes().to_vec()
            }
            Self::P384(key) => {
                let signature: p384::DerSignature = key.sign_prehash_with_rng(rng, hash).ok()?;
                signature.as_bytes().to_vec()
            }
            Self::P521(key) => {
                let signature: p521::DerSignature = key.sign_prehash_with_rng(rng, hash).ok()?;
                signature.as_bytes().to_vec()
            }
        })
    }

    /// Signs a hash of the curve's length.
    pub(crate) fn sign(&self, hash: &[u8]) -> Option<Vec<u8>> {
        Some(match self {
            Self::P256(key) => PrehashSigner::<p256::DerSignature>::sign_prehash(key, hash).ok()?.as_bytes().to_vec(),
            Self::P384(key) => PrehashSigner::<p384::DerSignature>::sign_prehash(key, hash).ok()?.as_bytes().to_vec(),
            Self::P521(key) => PrehashSigner::<p521::DerSignature>::sign_prehash(key, hash).ok()?.as_bytes().to_vec(),
        })
    }
}

impl EcdsaPublicKey {
    pub(crate) fn from_public_key_der(curve: Curve, bytes: &[u8]) -> Option<Self> {
        Some(match curve {
            Curve::P256 => Self::P256(p256::VerifyingKey::from_public_key_der(bytes).ok()?),
            Curve::P384 => Self::P384(p384::VerifyingKey::from_public_key_der(bytes).ok()?),
            Curve::P521 => Self::P521(p521::VerifyingKey::from_public_key_der(bytes).ok()?),
        })
    }

    /// Creates the public key from a compressed point (SEC 1, section 2.3.4).
    pub(crate) fn from_compressed(curve: Curve, point: &[u8]) -> Option<Self> {
        if !curve.is_compressed_point(point) {
            return None;
        }
        Some(match curve {
            Curve::P256 => Self::P256(p256::VerifyingKey::from_sec1_bytes(point).ok()?),
            Curve::P384 => Self::P384(p384::VerifyingKey::from_sec1_bytes(point).ok()?),
            Curve::P521 => Self::P521(p521::VerifyingKey::from_sec1_bytes(point).ok()?),
        })
    }

    pub(crate) fn verify(&self, hash: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => valid::<p256::DerSignature>(key, hash, signature),
            Self::P384(key) => valid::<p384::DerSignature>(key, hash, signature),
            Self::P521(key) => valid::<p521::DerSignature>(key, hash, signature),
        }
    }
}

fn valid<'a, S: TryFrom<&'a [u8]>>(key: &impl PrehashVerifier<S>, hash: &[u8], signature: &'a [u8]) -> bool {
    S::try_from(signature).is_ok_and(|signature| key.verify_prehash(hash, &signature).is_ok())
}
