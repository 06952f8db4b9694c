//! Derivation of the content key and the signing key from a data key.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::crypto::aes_key::AesKey;
use crate::crypto::hmac::{HmacAlgorithm, HmacKey};
use crate::error::{Error, ErrorKind, Result};
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::DecryptionMaterials;

use super::foreign;

/// The material description's entry for the content key's algorithm and length in bits.
pub(super) const CONTENT_ALGORITHM: &str = "amzn-ddb-env-alg";

/// The material description's entry for the signing key's algorithm and length in bits.
pub(super) const SIGNING_ALGORITHM: &str = "amzn-ddb-sig-alg";

/// The length that the Java and Python clients assume where an entry gives none.
const DEFAULT_BITS: usize = 256;

/// The length of the content keys that a provider derives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AesKeySize {
    /// 128 bits.
    Aes128,
    /// 192 bits.
    Aes192,
    /// 256 bits.
    Aes256,
}

/// The keys that are derived from a data key. Their names are recorded in the item's material description and in the KMS
/// encryption context. KMS rejects the data key if they were changed, so an item may choose among the supported algorithms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Algorithms {
    pub(super) content: String,
    pub(super) signing: String,
    content_bits: usize,
    signing_algorithm: HmacAlgorithm,
    signing_bits: usize,
}

impl Default for Algorithms {
    fn default() -> Self {
        Self {
            content: "AES/256".to_owned(),
            signing: "HmacSHA256/256".to_owned(),
            content_bits: DEFAULT_BITS,
            signing_algorithm: HmacAlgorithm::HmacSha256,
            signing_bits: DEFAULT_BITS,
        }
    }
}

impl Algorithms {
    pub(super) fn set_content_key(&mut self, size: AesKeySize) {
        self.content_bits = match size {
            AesKeySize::Aes128 => 128,
            AesKeySize::Aes192 => 192,
            AesKeySize::Aes256 => 256,
        };
        self.content = format!("AES/{}", self.content_bits);
    }

    /// Sets a key as long as the hash, as RFC 2104 recommends.
    pub(super) fn set_signing_key(&mut self, algorithm: HmacAlgorithm) {
        self.signing_algorithm = algorithm;
        self.signing_bits = match algorithm {
            HmacAlgorithm::HmacSha224 => 224,
            HmacAlgorithm::HmacSha256 => 256,
            HmacAlgorithm::HmacSha384 => 384,
            HmacAlgorithm::HmacSha512 => 512,
        };
        self.signing = format!("{}/{}", algorithm.name(), self.signing_bits);
    }

    /// Returns the algorithms that an item was written with.
    pub(super) fn of(description: &MaterialDescription) -> Result<Self> {
        let content = required(description, CONTENT_ALGORITHM)?;
        let signing = required(description, SIGNING_ALGORITHM)?;
        let content_bits = match split(content) {
            Some(("AES", bits @ (128 | 192 | 256))) => bits,
            _ => return Err(foreign(CONTENT_ALGORITHM, "is not AES with 128, 192 or 256 bits")),
        };
        let (signing_algorithm, signing_bits) = split(signing)
            .and_then(|(name, bits)| Some((HmacAlgorithm::from_name(name)?, bits)))
            .filter(|(_, bits)| matches!(bits, 128 | 192 | 224 | 256 | 384 | 512))
            .ok_or_else(|| foreign(SIGNING_ALGORITHM, "is not an HMAC-SHA-2 of 128 to 512 bits"))?;
        Ok(Self {
            content: content.to_owned(),
            signing: signing.to_owned(),
            content_bits,
            signing_algorithm,
            signing_bits,
        })
    }

    /// Derives the keys with HKDF-SHA-256 without salt, once per purpose. The data key may have any length: old versions of
    /// the Java client requested 256 bytes.
    pub(super) fn derive(&self, data_key: &[u8]) -> Result<(AesKey, HmacKey)> {
        let hkdf = Hkdf::<Sha256>::new(None, data_key);
        let content_key = expand(&hkdf, b"Encryption", self.content_bits)?;
        let signing_key = expand(&hkdf, b"Signing", self.signing_bits)?;
        Ok((AesKey::from_bytes(&content_key)?, HmacKey::from_bytes(self.signing_algorithm, &signing_key)?))
    }
}

fn required<'a>(description: &'a MaterialDescription, key: &str) -> Result<&'a str> {
    description.entry(key).ok_or_else(DecryptionMaterials::rejected)
}

/// Splits `AES/128` into a name and a length in bits.
fn split(text: &str) -> Option<(&str, usize)> {
    match text.split_once('/') {
        Some((name, bits)) => Some((name, bits.parse().ok()?)),
        None => Some((text, DEFAULT_BITS)),
    }
}

fn expand(hkdf: &Hkdf<Sha256>, purpose: &[u8], bits: usize) -> Result<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new(vec![0; bits / 8]);
    hkdf.expand(purpose, &mut key)
        .map_err(|_| Error::new(ErrorKind::Materials, "the data key cannot be expanded to keys of this length"))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The keys that the Java and the Python client derive from the bytes 0 to 31.
    #[test]
    fn keys_are_derived_as_by_the_java_client() {
        let data_key: Vec<u8> = (0..32).collect();
        let mut algorithms = Algorithms::default();
        let (content, signing) = algorithms.derive(&data_key).unwrap();
        assert_eq!(hex(content.as_bytes()), "781ddf3715c39edff39465b0bdc122575ccc03d55a2bb23a3c2abadc853f0a78");
        let expected = "1ce18b7e6ba3388e72a987d0c3b7993222c321f3cd78aefc2c846699a325a157";
        let expected: Vec<u8> =
            (0..64).step_by(2).map(|i| u8::from_str_radix(&expected[i..i + 2], 16).unwrap()).collect();
        let expected = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &expected).unwrap();
        assert_eq!(signing.sign(b"message"), expected.sign(b"message"));

        algorithms.set_content_key(AesKeySize::Aes128);
        assert_eq!(hex(algorithms.derive(&data_key).unwrap().0.as_bytes()), "781ddf3715c39edff39465b0bdc12257");
    }

    #[test]
    fn unknown_algorithms_are_rejected() {
        let parse = |content: &str, signing: &str| {
            Algorithms::of(&[(CONTENT_ALGORITHM, content), (SIGNING_ALGORITHM, signing)].into_iter().collect())
        };
        for (content, signing) in [
            ("AES", "HmacSHA256"),
            ("AES/192", "HmacSHA512/256"),
            ("AES/128", "HmacSHA384/384"),
            ("AES/256", "HMACSHA256/256"),
        ] {
            assert!(parse(content, signing).is_ok(), "{content} {signing}");
        }
        for (content, signing) in [
            ("AES/64", "HmacSHA256/256"),
            ("AES/", "HmacSHA256/256"),
            ("AES/256/1", "HmacSHA256/256"),
            ("DESede/256", "HmacSHA256/256"),
            ("AES/256", "HmacSHA1/256"),
            ("AES/256", "HmacSHA256/8"),
            ("AES/256", "HmacSHA256/18446744073709551616"),
            ("AES/256", "SHA256withRSA"),
            ("", ""),
        ] {
            assert_eq!(parse(content, signing).unwrap_err().kind(), ErrorKind::Materials, "{content} {signing}");
        }
    }
}
