//! Keys in a local file.

use std::path::Path;

use crate::error::Result;
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};

use self::file::Keys;
use super::wrapped::WrappedProvider;

pub(crate) mod file;

/// A [`WrappedProvider`] whose wrapping key and signing key are in a local file. For development and single machines.
///
/// Anyone who can read the file can read and forge every item, and without it no item can be read: back it up. A file that
/// users other than its owner can read is rejected, and so is a symbolic link.
///
/// The file has three lines of text: `dynaseal key file 1`, then `wrapping-key ` followed by an AES-256 key, and
/// `signing-key ` followed by an HMAC-SHA-256 key, each 32 bytes in base64 (RFC 4648).
///
/// ```
/// use dynaseal::materials::KeyFileProvider;
///
/// # let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("dynaseal.key");
/// KeyFileProvider::create(&path)?; // once: an existing file is never overwritten
/// let provider = KeyFileProvider::open(&path)?; // from then on
/// # Ok::<(), dynaseal::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyFileProvider(WrappedProvider);

impl KeyFileProvider {
    /// Reads the keys from an existing file. Never creates one.
    ///
    /// # Errors
    /// `Materials`, naming the path, if there is no such file, it cannot be read, it is a symbolic link or not a regular
    /// file, others can read it, or it is not a key file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::of(file::read(path.as_ref())?))
    }

    /// Reads the keys from the file, or generates new keys and writes them if the file does not exist.
    ///
    /// A deployment that loses its file, or looks for it in the wrong place, silently gets new keys and cannot read stored
    /// items. Where that matters, call [`create`](Self::create) once and [`open`](Self::open) from then on. If several processes
    /// start at once, one creates the file and all read it.
    ///
    /// ```
    /// use dynaseal::materials::KeyFileProvider;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// let provider = KeyFileProvider::open_or_create(folder.path().join("dynaseal.key"))?;
    /// # Ok::<(), dynaseal::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`open`](Self::open) if the file exists, and those of [`create`](Self::create) except `AlreadyExists`.
    pub fn open_or_create(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::of(file::read_or_create(path.as_ref())?))
    }

    /// Generates new keys and writes them to a new file that only its owner can read and write.
    ///
    /// The file is created atomically: after a crash it is complete or absent. If several processes create it at once, one
    /// succeeds.
    ///
    /// # Errors
    /// `AlreadyExists` if a file of that name exists, whatever its content; `Materials`, naming the path, if it cannot be
    /// written; and `Materials` if the operating system's random number generator fails.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::of(file::create(path.as_ref())?))
    }

    fn of(keys: Keys) -> Self {
        Self(WrappedProvider::new(keys.wrapping_key, keys.signing_key))
    }
}

impl CryptographicMaterialsProvider for KeyFileProvider {
    #[inline]
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        self.0.encryption_materials(request)
    }

    #[inline]
    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        self.0.decryption_materials(request, description)
    }
}
