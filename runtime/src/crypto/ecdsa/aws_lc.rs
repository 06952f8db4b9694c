//! ECDSA by AWS-LC.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    EcdsaVerificationAlgorithm, KeyPair, ParsedPublicKey,
};

use crate::crypto::signature_algorithm::EcdsaAlgorithm;

pub(crate) struct EcdsaPrivateKey(EcdsaKeyPair);

pub(crate) struct EcdsaPublicKey(ParsedPublicKey);

impl EcdsaPrivateKey {
    pub(crate) fn from_pkcs8_der(algorithm: EcdsaAlgorithm, bytes: &[u8]) -> Option<Self> {
        EcdsaKeyPair::from_pkcs8(signing(algorithm), bytes).ok().map(Self)
    }

    pub(crate) fn public_key(&self, algorithm: EcdsaAlgorithm) -> Option<EcdsaPublicKey> {
        ParsedPublicKey::new(verification(algorithm), self.0.public_key().as_ref()).ok().map(EcdsaPublicKey)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        // AWS-LC draws its own randomness, whatever generator it is handed.
        self.0.sign(&SystemRandom::new(), message).ok().map(|signature| signature.as_ref().to_vec())
    }
}

impl EcdsaPublicKey {
    pub(crate) fn from_public_key_der(algorithm: EcdsaAlgorithm, bytes: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(verification(algorithm), bytes).ok().map(Self)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

fn signing(algorithm: EcdsaAlgorithm) -> &'static EcdsaSigningAlgorithm {
    match algorithm {
        EcdsaAlgorithm::P256Sha256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        EcdsaAlgorithm::P384Sha384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        EcdsaAlgorithm::P521Sha512 => &ECDSA_P521_SHA512_ASN1_SIGNING,
    }
}

fn verification(algorithm: EcdsaAlgorithm) -> &'static EcdsaVerificationAlgorithm {
    match algorithm {
        EcdsaAlgorithm::P256Sha256 => &ECDSA_P256_SHA256_ASN1,
        EcdsaAlgorithm::P384Sha384 => &ECDSA_P384_SHA384_ASN1,
        EcdsaAlgorithm::P521Sha512 => &ECDSA_P521_SHA512_ASN1,
    }
}
