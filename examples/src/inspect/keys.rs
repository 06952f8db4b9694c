//! Keys to verify items with, from files or KMS.

use std::error::Error;
use std::fs;
use std::path::Path;

use dynaseal::ItemEncryptor;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, KeyFileProvider, StaticProvider, WrappedProvider};

/// What items are verified and decrypted with.
#[derive(Clone, Debug)]
pub enum Keys {
    /// The keys of a [`KeyFileProvider`].
    File(KeyFileProvider),
    /// A key that wraps content keys, and the bytes of one that signs.
    Wrapped(AesKey, SigningKey),
    /// A content key, or none for items that are only signed, and the bytes of a key that signs.
    Static(Option<AesKey>, SigningKey),
    /// A key in KMS.
    #[cfg(feature = "kms")]
    Kms(dynaseal::materials::DirectKmsProvider),
}

/// The file of a key whose algorithm each item names. Read anew for each algorithm, so that it is kept nowhere.
#[derive(Clone, Debug)]
pub struct SigningKey(std::path::PathBuf);

impl Keys {
    /// Raw keys in hexadecimal, each in a file.
    ///
    /// # Errors
    /// A file that cannot be read or is no key.
    pub fn read(
        wrapping_key: Option<&Path>,
        content_key: Option<&Path>,
        signing_key: &Path,
    ) -> Result<Self, Box<dyn Error>> {
        let aes = |path: &Path| Ok::<_, Box<dyn Error>>(AesKey::from_bytes(&read_hex(path)?)?);
        let signing_key = SigningKey(signing_key.to_owned());
        read_hex(&signing_key.0)?;
        match wrapping_key {
            Some(path) => Ok(Self::Wrapped(aes(path)?, signing_key)),
            None => Ok(Self::Static(content_key.map(aes).transpose()?, signing_key)),
        }
    }

    /// The encryptor for an item that says it was signed with this algorithm.
    pub(super) fn encryptor(&self, signing_algorithm: Option<&str>) -> Result<ItemEncryptor, String> {
        Ok(match self {
            Self::File(provider) => ItemEncryptor::new(provider.clone()),
            Self::Wrapped(key, signing_key) => {
                ItemEncryptor::new(WrappedProvider::new(key.clone(), signing_key.hmac(signing_algorithm)?))
            }
            Self::Static(Some(key), signing_key) => {
                ItemEncryptor::new(StaticProvider::new(key.clone(), signing_key.hmac(signing_algorithm)?))
            }
            Self::Static(None, signing_key) => {
                ItemEncryptor::new(StaticProvider::sign_only(signing_key.hmac(signing_algorithm)?))
            }
            #[cfg(feature = "kms")]
            Self::Kms(provider) => ItemEncryptor::new(provider.clone()),
        })
    }
}

impl SigningKey {
    fn hmac(&self, algorithm: Option<&str>) -> Result<HmacKey, String> {
        use HmacAlgorithm::{HmacSha224, HmacSha256, HmacSha384, HmacSha512};

        let known = [HmacSha224, HmacSha256, HmacSha384, HmacSha512];
        let algorithm = match algorithm {
            None => HmacSha256,
            Some(name) => known
                .into_iter()
                .find(|known| known.name() == name)
                .ok_or_else(|| format!("the item says that it is signed with {name}, and the key is one of HMAC"))?,
        };
        let bytes = read_hex(&self.0).map_err(|error| error.to_string())?;
        HmacKey::from_bytes(algorithm, &bytes).map_err(|error| error.to_string())
    }
}

fn read_hex(path: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let digits = text.trim().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok().filter(|_| pair.len() == 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    bytes
        .filter(|bytes| !bytes.is_empty())
        .ok_or_else(|| format!("{}: not a key in hexadecimal", path.display()).into())
}
