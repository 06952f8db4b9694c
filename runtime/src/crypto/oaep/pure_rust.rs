//! OAEP without C: for builds with the feature `aws-lc` off.

use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{Oaep, PublicKey};
use sha1::Sha1;
use sha2::Sha256;

use super::OaepHash;
use crate::crypto::random::generator;

/// A public key.
pub(crate) struct OaepPublicKey(PublicKey);

impl OaepPublicKey {
    /// The key of a SubjectPublicKeyInfo.
    pub(crate) fn from_der(bytes: &[u8]) -> Option<Self> {
        PublicKey::from_public_key_der(bytes).ok().map(Self)
    }

    pub(crate) fn bits(&self) -> usize {
        usize::try_from(self.0.n().bit_width_vartime()).unwrap_or_default()
    }

    /// `None` if the plaintext does not fit the key.
    pub(crate) fn encrypt(&self, hash: OaepHash, plaintext: &[u8]) -> Option<Vec<u8>> {
        let mut randomness = generator()?;
        match hash {
            OaepHash::Sha1 => self.0.encrypt(&mut randomness, Oaep::<Sha1>::new(), plaintext).ok(),
            OaepHash::Sha256 => self.0.encrypt(&mut randomness, Oaep::<Sha256>::new(), plaintext).ok(),
        }
    }
}

/// A private key.
#[cfg(feature = "testing")]
pub(crate) struct OaepPrivateKey(rsa::PrivateKey);

#[cfg(feature = "testing")]
impl OaepPrivateKey {
    pub(crate) fn from_pkcs8_der(bytes: &[u8]) -> Option<Self> {
        use rsa::pkcs8::DecodePrivateKey as _;

        rsa::PrivateKey::from_pkcs8_der(bytes).ok().map(Self)
    }

    /// The public key as a SubjectPublicKeyInfo.
    pub(crate) fn public_key_der(&self) -> Option<Vec<u8>> {
        use rsa::pkcs8::EncodePublicKey as _;

        self.0.as_public_key().to_public_key_der().ok().map(|der| der.as_bytes().to_vec())
    }

    pub(crate) fn bits(&self) -> usize {
        usize::try_from(self.0.n().bit_width_vartime()).unwrap_or_default()
    }

    pub(crate) fn decrypt(&self, hash: OaepHash, ciphertext: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        let mut randomness = generator()?;
        let plaintext = match hash {
            OaepHash::Sha1 => self.0.decrypt_blinded(&mut randomness, Oaep::<Sha1>::new(), ciphertext),
            OaepHash::Sha256 => self.0.decrypt_blinded(&mut randomness, Oaep::<Sha256>::new(), ciphertext),
        };
        plaintext.ok().map(zeroize::Zeroizing::new)
    }
}
