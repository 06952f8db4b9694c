//! The choice between the two formats of stored items.

use std::path::Path;

use clap::ValueEnum;
use dynaseal::ItemEncryptor;
use dynaseal::keyrings::KeyFileKeyring;
use dynaseal::materials::KeyFileProvider;

/// The format that a program writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StoredFormat {
    /// The format of the AWS Database Encryption SDK
    #[default]
    Dbesdk,
    /// The older format, of the DynamoDB Encryption Client for Java and Python
    Ddbec,
}

impl StoredFormat {
    /// Returns an encryptor with the key of this file, which is created if it does not exist. The same file works with
    /// both formats.
    ///
    /// # Errors
    /// Fails if the file cannot be read or written, or is not a key file.
    pub fn encryptor(self, key_file: &Path) -> dynaseal::Result<ItemEncryptor> {
        Ok(match self {
            Self::Dbesdk => ItemEncryptor::with_keyring(KeyFileKeyring::open_or_create(key_file)?),
            Self::Ddbec => ItemEncryptor::new(KeyFileProvider::open_or_create(key_file)?),
        })
    }
}
