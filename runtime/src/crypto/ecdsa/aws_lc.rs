//! ECDSA by AWS-LC.

use aws_lc_rs::digest::{Digest, SHA256, SHA384, SHA512};
use aws_lc_rs::encoding::{AsBigEndian, EcPublicKeyCompressedBin};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    EcdsaVerificationAlgorithm, KeyPair, ParsedPublicKey,
};

use crate::crypto::curve::Curve;

pub(crate) struct EcdsaPrivateKey(EcdsaKeyPair);

pub(crate) struct EcdsaPublicKey(ParsedPublicKey);

impl EcdsaPrivateKey {
    pub(crate) fn from_pkcs8_der(curve: Curve, bytes: &[u8]) -> Option<Self> {
        EcdsaKeyPair::from_pkcs8(signing(curve), bytes).ok().map(Self)
    }

    /// Generates a key pair.
    pub(crate) fn generate(curve: Curve) -> Option<Self> {
        EcdsaKeyPair::generate(signing(curve)).ok().map(Self)
    }

    /// Returns the compressed point of the public key (SEC 1, section 2.3.3).
    pub(crate) fn compressed_public_key(&self) -> Option<Vec<u8>> {
        let point: EcPublicKeyCompressedBin<'_> = self.0.public_key().as_be_bytes().ok()?;
        Some(point.as_ref().to_vec())
    }

    pub(crate) fn public_key(&self, curve: Curve) -> Option<EcdsaPublicKey> {
        ParsedPublicKey::new(verification(curve), self.0.public_key().as_ref()).ok().map(EcdsaPublicKey)
    }

    /// Signs a hash of the curve's length, with a different signature each time.
    pub(crate) fn sign_with_randomness(&self, hash: &[u8]) -> Option<Vec<u8>> {
        self.sign(hash)
    }

    /// Signs a hash of the curve's length.
    pub(crate) fn sign(&self, hash: &[u8]) -> Option<Vec<u8>> {
        self.0.sign_digest(&digest(hash)?).ok().map(|signature| signature.as_ref().to_vec())
    }
}

impl EcdsaPublicKey {
    pub(crate) fn from_public_key_der(curve: Curve, bytes: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(verification(curve), bytes).ok().map(Self)
    }

    /// Creates the public key from a compressed point (SEC 1, section 2.3.4).
    pub(crate) fn from_compressed(curve: Curve, point: &[u8]) -> Option<Self> {
        curve.is_compressed_point(point).then(|| Self::from_public_key_der(curve, point))?
    }

    pub(crate) fn verify(&self, hash: &[u8], signature: &[u8]) -> bool {
        digest(hash).is_some_and(|digest| self.0.verify_digest_sig(&digest, signature).is_ok())
    }
}

fn signing(curve: Curve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
    }
}

fn verification(curve: Curve) -> &'static EcdsaVerificationAlgorithm {
    match curve {
        Curve::P256 => &ECDSA_P256_SHA256_ASN1,
        Curve::P384 => &ECDSA_P384_SHA384_ASN1,
        Curve::P521 => &ECDSA_P521_SHA512_ASN1,
    }
}

/// AWS-LC requires the hash function of a digest; this is the one of the same length.
fn digest(hash: &[u8]) -> Option<Digest> {
    let named = match hash.len() {
        32 => &SHA256,
        48 => &SHA384,
        _ => &SHA512,
    };
    Digest::import_less_safe(hash, named).ok()
}
