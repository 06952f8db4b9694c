//! ECDSA without C: for builds with the feature `aws-lc` off.

use ::p256::ecdsa as p256;
use ::p256::ecdsa::signature::{Signer, Verifier};
use ::p256::pkcs8::{DecodePrivateKey, DecodePublicKey};
use ::p384::ecdsa as p384;
use ::p521::ecdsa as p521;

use crate::crypto::signature_algorithm::EcdsaAlgorithm;

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
    pub(crate) fn from_pkcs8_der(algorithm: EcdsaAlgorithm, bytes: &[u8]) -> Option<Self> {
        Some(match algorithm {
            EcdsaAlgorithm::P256Sha256 => Self::P256(p256::SigningKey::from_pkcs8_der(bytes).ok()?),
            EcdsaAlgorithm::P384Sha384 => Self::P384(p384::SigningKey::from_pkcs8_der(bytes).ok()?),
            EcdsaAlgorithm::P521Sha512 => Self::P521(p521::SigningKey::from_pkcs8_der(bytes).ok()?),
        })
    }

    /// The algorithm is known to the key already; AWS-LC's needs to be told.
    pub(crate) fn public_key(&self, _: EcdsaAlgorithm) -> Option<EcdsaPublicKey> {
        Some(match self {
            Self::P256(key) => EcdsaPublicKey::P256(*key.verifying_key()),
            Self::P384(key) => EcdsaPublicKey::P384(*key.verifying_key()),
            Self::P521(key) => EcdsaPublicKey::P521(*key.verifying_key()),
        })
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(match self {
            Self::P256(key) => Signer::<p256::DerSignature>::try_sign(key, message).ok()?.as_bytes().to_vec(),
            Self::P384(key) => Signer::<p384::DerSignature>::try_sign(key, message).ok()?.as_bytes().to_vec(),
            Self::P521(key) => Signer::<p521::DerSignature>::try_sign(key, message).ok()?.as_bytes().to_vec(),
        })
    }
}

impl EcdsaPublicKey {
    pub(crate) fn from_public_key_der(algorithm: EcdsaAlgorithm, bytes: &[u8]) -> Option<Self> {
        Some(match algorithm {
            EcdsaAlgorithm::P256Sha256 => Self::P256(p256::VerifyingKey::from_public_key_der(bytes).ok()?),
            EcdsaAlgorithm::P384Sha384 => Self::P384(p384::VerifyingKey::from_public_key_der(bytes).ok()?),
            EcdsaAlgorithm::P521Sha512 => Self::P521(p521::VerifyingKey::from_public_key_der(bytes).ok()?),
        })
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(key) => valid::<p256::DerSignature>(key, message, signature),
            Self::P384(key) => valid::<p384::DerSignature>(key, message, signature),
            Self::P521(key) => valid::<p521::DerSignature>(key, message, signature),
        }
    }
}

fn valid<'a, S: TryFrom<&'a [u8]>>(key: &impl Verifier<S>, message: &[u8], signature: &'a [u8]) -> bool {
    S::try_from(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
}
