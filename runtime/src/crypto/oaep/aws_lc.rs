//! OAEP by AWS-LC.

use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPublicEncryptingKey, PublicEncryptingKey,
};

use super::OaepHash;

/// A public key.
pub(crate) struct OaepPublicKey(OaepPublicEncryptingKey);

impl OaepPublicKey {
    /// The key of a SubjectPublicKeyInfo. It has at least 2048 bits.
    pub(crate) fn from_der(bytes: &[u8]) -> Option<Self> {
        OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(bytes).ok()?).ok().map(Self)
    }

    pub(crate) fn bits(&self) -> usize {
        self.0.key_size_bits()
    }

    /// `None` if the plaintext does not fit the key.
    pub(crate) fn encrypt(&self, hash: OaepHash, plaintext: &[u8]) -> Option<Vec<u8>> {
        let mut ciphertext = vec![0; self.0.ciphertext_size()];
        let length = self.0.encrypt(algorithm(hash), plaintext, &mut ciphertext, None).ok()?.len();
        ciphertext.truncate(length);
        Some(ciphertext)
    }
}

/// A private key.
#[cfg(feature = "testing")]
pub(crate) struct OaepPrivateKey(aws_lc_rs::rsa::PrivateDecryptingKey);

#[cfg(feature = "testing")]
impl OaepPrivateKey {
    pub(crate) fn from_pkcs8_der(bytes: &[u8]) -> Option<Self> {
        aws_lc_rs::rsa::PrivateDecryptingKey::from_pkcs8(bytes).ok().map(Self)
    }

    /// The public key as a SubjectPublicKeyInfo.
    pub(crate) fn public_key_der(&self) -> Option<Vec<u8>> {
        use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};

        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().ok()?;
        Some(der.as_ref().to_vec())
    }

    pub(crate) fn bits(&self) -> usize {
        self.0.key_size_bits()
    }

    pub(crate) fn decrypt(&self, hash: OaepHash, ciphertext: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        let key = aws_lc_rs::rsa::OaepPrivateDecryptingKey::new(self.0.clone()).ok()?;
        let mut plaintext = zeroize::Zeroizing::new(vec![0; key.min_output_size()]);
        let length = key.decrypt(algorithm(hash), ciphertext, &mut plaintext, None).ok()?.len();
        plaintext.truncate(length);
        Some(plaintext)
    }
}

fn algorithm(hash: OaepHash) -> &'static OaepAlgorithm {
    match hash {
        OaepHash::Sha1 => &OAEP_SHA1_MGF1SHA1,
        OaepHash::Sha256 => &OAEP_SHA256_MGF1SHA256,
    }
}
