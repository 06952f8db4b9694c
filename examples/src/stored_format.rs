//! The two formats of stored items, by one argument.

use std::path::Path;

use clap::ValueEnum;
use dynaseal::ItemEncryptor;
use dynaseal::keyrings::KeyFileKeyring;
use dynaseal::materials::KeyFileProvider;

/// The format that a program writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StoredFormat {
    /// That of the DynamoDB Encryption Client for Java and Python
    #[default]
    Ddbec,
    /// That of the AWS Database Encryption SDK, which came after it
    Dbesdk,
}

impl StoredFormat {
    /// An encryptor with the key of this file, which is created if there is none. The same file serves both formats.
    ///
    /// # Errors
    /// If the file cannot be read or written, or is not a key file.
    pub fn encryptor(self, key_file: &Path) -> dynaseal::Result<ItemEncryptor> {
        let provider = KeyFileProvider::open_or_create(key_file)?;
        Ok(match self {
            Self::Ddbec => ItemEncryptor::new(provider),
            Self::Dbesdk => ItemEncryptor::with_keyring(KeyFileKeyring::open(key_file)?),
        })
    }
}
