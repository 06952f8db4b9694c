//! A key in a file, whose algorithm is named by each item.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, ItemSigningKey, WrappingKey};

/// Read again for each item, so that no copy is kept.
#[derive(Clone, Debug)]
pub struct KeyFile(PathBuf);

impl KeyFile {
    /// # Errors
    /// Fails if the file cannot be read, or contains neither hexadecimal digits nor PEM.
    pub(super) fn new(path: &Path) -> Result<Self, String> {
        let file = Self(path.to_owned());
        if !is_pem(&file.text()?) {
            file.bytes()?;
        }
        Ok(file)
    }

    pub(super) fn aes(&self) -> Result<AesKey, String> {
        AesKey::from_bytes(&self.bytes()?).map_err(|error| self.explain(error))
    }

    /// Returns the wrapping key of content keys; an RSA key is used with this algorithm.
    pub(super) fn wrapping_key(&self, algorithm: Option<&str>) -> Result<Arc<dyn WrappingKey>, String> {
        let text = self.text()?;
        if is_pem(&text) { self.rsa_wrapping_key(&text, algorithm) } else { Ok(Arc::new(self.aes()?)) }
    }

    /// Returns the key that signs or verifies with this algorithm.
    pub(super) fn signing_key(&self, algorithm: Option<&str>) -> Result<ItemSigningKey, String> {
        let text = self.text()?;
        let algorithm = algorithm.unwrap_or("HmacSHA256");
        let key = if is_pem(&text) { self.asymmetric(&text, algorithm)? } else { self.hmac(algorithm)? };
        let kind = if is_pem(&text) { "no HMAC" } else { "one of HMAC" };
        key.ok_or_else(|| format!("the item says that it is signed with {algorithm}, and the key is {kind}"))
    }

    fn hmac(&self, algorithm: &str) -> Result<Option<ItemSigningKey>, String> {
        use HmacAlgorithm::{HmacSha224, HmacSha256, HmacSha384, HmacSha512};

        let known = [HmacSha224, HmacSha256, HmacSha384, HmacSha512];
        let Some(algorithm) = known.into_iter().find(|known| known.name() == algorithm) else { return Ok(None) };
        let key = HmacKey::from_bytes(algorithm, &self.bytes()?).map_err(|error| self.explain(error))?;
        Ok(Some(key.into()))
    }

    fn asymmetric(&self, text: &str, algorithm: &str) -> Result<Option<ItemSigningKey>, String> {
        #[cfg(feature = "rsa")]
        {
            use dynaseal::materials::RsaSignatureAlgorithm::{Sha224, Sha256, Sha384, Sha512};
            use dynaseal::materials::RsaSigningKey;

            if let Some(known) = [Sha224, Sha256, Sha384, Sha512].into_iter().find(|known| known.name() == algorithm) {
                let read =
                    if is_public(text) { RsaSigningKey::from_public_key_pem } else { RsaSigningKey::from_pkcs8_pem };
                return read(known, text).map(|key| Some(key.into())).map_err(|error| self.explain(error));
            }
        }
        #[cfg(feature = "aws-lc")]
        {
            use dynaseal::materials::EcdsaAlgorithm::{P256Sha256, P384Sha384, P521Sha512};
            use dynaseal::materials::EcdsaSigningKey;

            let known = [P256Sha256, P384Sha384, P521Sha512];
            if let Some(known) = known.into_iter().find(|known| known.name() == algorithm) {
                let read = if is_public(text) {
                    EcdsaSigningKey::from_public_key_pem
                } else {
                    EcdsaSigningKey::from_pkcs8_pem
                };
                return read(known, text).map(|key| Some(key.into())).map_err(|error| self.explain(error));
            }
        }
        let _ = (text, algorithm);
        Ok(None)
    }

    /// The JCE treats the bare `RSA`, and a missing algorithm, as PKCS#1 v1.5.
    #[cfg(feature = "rsa")]
    fn rsa_wrapping_key(&self, text: &str, algorithm: Option<&str>) -> Result<Arc<dyn WrappingKey>, String> {
        use dynaseal::materials::RsaWrapAlgorithm::{
            OaepSha1, OaepSha224, OaepSha256, OaepSha384, OaepSha512, Pkcs1V15,
        };
        use dynaseal::materials::RsaWrappingKey;

        let known = [OaepSha1, OaepSha224, OaepSha256, OaepSha384, OaepSha512];
        let named =
            known.into_iter().find(|known| algorithm.is_some_and(|name| name.eq_ignore_ascii_case(known.name())));
        // Ciphertext that is not PKCS#1 v1.5 is rejected by that padding itself.
        match RsaWrappingKey::from_pkcs8_pem(named.unwrap_or(Pkcs1V15), text) {
            Ok(key) => Ok(Arc::new(key)),
            Err(error) => Err(self.explain(error)),
        }
    }

    #[cfg(not(feature = "rsa"))]
    fn rsa_wrapping_key(&self, _: &str, _: Option<&str>) -> Result<Arc<dyn WrappingKey>, String> {
        Err(self.explain("this build has no RSA; build it with `--features rsa`"))
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        let text = self.text()?;
        let byte =
            |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok().filter(|_| pair.len() == 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = text.trim().as_bytes().chunks(2).map(byte).collect();
        bytes.filter(|bytes| !bytes.is_empty()).ok_or_else(|| self.explain("not a key in hexadecimal, nor PEM"))
    }

    fn text(&self) -> Result<String, String> {
        fs::read_to_string(&self.0).map_err(|error| self.explain(error))
    }

    fn explain(&self, error: impl std::fmt::Display) -> String {
        format!("{}: {error}", self.0.display())
    }
}

fn is_pem(text: &str) -> bool {
    text.contains("-----BEGIN ")
}

#[cfg(any(feature = "rsa", feature = "aws-lc"))]
fn is_public(text: &str) -> bool {
    text.contains("-----BEGIN PUBLIC KEY-----")
}
