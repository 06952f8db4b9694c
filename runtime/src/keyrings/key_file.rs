//! A key in a local file.

use std::path::Path;

use crate::crypto::aes_key::AesKey;
use crate::crypto::kdf::hkdf_sha256;
use crate::error::{Error, Result};
use crate::format::dbesdk::encryption_context::EncryptionContext;
use crate::format::dbesdk::keyring::{EncryptedDataKey, IntermediateKey, Keyring, KeyringFuture};
use crate::format::dbesdk::suite::AlgorithmSuite;
use crate::materials::key_file::file::{self, Keys};

use super::delegate::delegate_keyring;
use super::raw_aes::RawAesKeyring;

/// The label with which the keyring's key is derived from the file's key.
const PURPOSE: &[u8] = b"dynaseal DB-ESDK raw AES key";

/// The namespace of the raw AES key.
const NAMESPACE: &str = "dynaseal";
const NAME: &str = "key-file";

/// A [`RawAesKeyring`] whose key comes from a local file. For development and single machines.
///
/// The file is that of a [`KeyFileProvider`](crate::materials::KeyFileProvider), and is not changed: the key of this
/// keyring is derived from its wrapping key by HKDF-SHA-256 (RFC 5869) with a separate label. An AWS client reads the
/// items with a raw AES keyring of the derived key, the namespace `dynaseal` and the name `key-file`.
///
/// ```no_run
/// use dynaseal::keyrings::KeyFileKeyring;
///
/// # let path = "keys";
/// let keyring = KeyFileKeyring::create(&path)?; // once: an existing file is never overwritten
/// let keyring = KeyFileKeyring::open(&path)?; // from then on
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyFileKeyring(RawAesKeyring);

impl KeyFileKeyring {
    /// Reads the key from an existing file. Never creates one.
    ///
    /// # Errors
    /// `Materials`, naming the path, if there is no such file, it cannot be read, it is a symbolic link or not a regular
    /// file, others can read it, or it is not a key file.
    #[inline]
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(&file::read(path.as_ref())?)
    }

    /// Generates new keys and writes them to a new file that only its owner can read and write.
    ///
    /// The file is created atomically: after a crash it is complete or absent. If several processes create it at once,
    /// one succeeds.
    ///
    /// # Errors
    /// `AlreadyExists` if a file of that name exists, whatever its content; `Materials`, naming the path, if it cannot
    /// be written; and `Materials` if the operating system's random number generator fails.
    #[inline]
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(&file::create(path.as_ref())?)
    }

    /// Reads the key from the file, or generates new keys and writes them if the file does not exist.
    ///
    /// A deployment that loses its file, or looks for it in the wrong place, silently gets a new key and cannot read stored
    /// items. Where that matters, call [`create`](Self::create) once and [`open`](Self::open) from then on. If several
    /// processes start at once, one creates the file and all read it.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) if the file exists, and those of [`create`](Self::create) except `AlreadyExists`.
    #[inline]
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(&file::read_or_create(path.as_ref())?)
    }

    #[inline]
    fn of(keys: &Keys) -> Result<Self> {
        let key = hkdf_sha256(keys.wrapping_key.as_bytes(), PURPOSE)
            .ok_or_else(|| Error::materials("the crypto crate rejected the key of the file"))?;
        Ok(Self(RawAesKeyring::new(NAMESPACE, NAME, &AesKey::from_bytes(key.as_slice())?)?))
    }
}

delegate_keyring!(KeyFileKeyring);
