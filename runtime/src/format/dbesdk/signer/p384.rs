//! ECDSA P-384.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha384};

use crate::crypto::curve::Curve;
use crate::crypto::ecdsa::{EcdsaPrivateKey, EcdsaPublicKey};
use crate::error::{Error, ErrorKind, Result};
use crate::format::dbesdk::canonical::RecordDigest;

use super::SIGNATURE;

/// The key pair of one item.
pub(in crate::format::dbesdk) struct Signer(EcdsaPrivateKey);

impl Signer {
    pub(in crate::format::dbesdk) fn generate() -> Result<Self> {
        EcdsaPrivateKey::generate(Curve::P384).map(Self).ok_or_else(failed)
    }

    /// Returns the public key in its stored form.
    pub(in crate::format::dbesdk) fn public_key(&self) -> Result<String> {
        self.0.compressed_public_key().map(|point| BASE64.encode(point)).ok_or_else(failed)
    }

    /// Signs until the signature has the length that the format requires, after two attempts on average.
    pub(in crate::format::dbesdk) fn sign(&self, digest: &RecordDigest) -> Result<Vec<u8>> {
        /// All attempts fail for one in 2^100 items.
        const ATTEMPTS: usize = 100;

        let hash = hash(digest);
        let mut signatures = (0..ATTEMPTS).map_while(|_| self.0.sign_with_randomness(&hash));
        signatures.find(|signature| signature.len() == SIGNATURE).ok_or_else(failed)
    }
}

/// Returns whether the signature verifies with this public key.
///
/// # Errors
/// None in this build.
pub(in crate::format::dbesdk) fn verify(public_key: &str, digest: &RecordDigest, signature: &[u8]) -> Result<bool> {
    let key = BASE64.decode(public_key).ok().and_then(|point| EcdsaPublicKey::from_compressed(Curve::P384, &point));
    Ok(key.is_some_and(|key| key.verify(&hash(digest), signature)))
}

/// The format passes the digest to ECDSA with SHA-384 as a message, so it is hashed again.
fn hash(digest: &RecordDigest) -> [u8; 48] {
    Sha384::digest(digest).into()
}

fn failed() -> Error {
    Error::new(ErrorKind::Materials, "the crypto crate failed to create the digital signature of the item")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_has_the_required_length() {
        let signer = Signer::generate().unwrap();
        let public_key = signer.public_key().unwrap();
        let (digest, another) = ([7; 48], [8; 48]);
        for _ in 0..16 {
            let signature = signer.sign(&digest).unwrap();
            assert_eq!(signature.len(), SIGNATURE);
            assert!(verify(&public_key, &digest, &signature).unwrap());
            assert!(!verify(&public_key, &another, &signature).unwrap());
        }
        let another = Signer::generate().unwrap().public_key().unwrap();
        assert!(!verify(&another, &digest, &signer.sign(&digest).unwrap()).unwrap());
        assert!(!verify("no key", &digest, &signer.sign(&digest).unwrap()).unwrap());
    }
}
