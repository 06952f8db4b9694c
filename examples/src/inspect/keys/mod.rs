//! Keys to verify items with: from files, KMS, a metastore, or a key store.

mod file;
#[cfg(feature = "kms")]
mod key_store;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::format::RecipientDescription;
use dynaseal::keyrings::KeyFileKeyring;
use dynaseal::materials::{
    KeyFileProvider, MaterialDescription, MetaStore, MostRecentProvider, StaticProvider, WrappedProvider,
};
use dynaseal::{Item, ItemEncryptor};

use super::branch_key::RecordReport;
use super::guess;
use file::KeyFile;

#[cfg(feature = "kms")]
pub use key_store::KeyStoreKeys;

/// The keys that verify and decrypt items.
#[derive(Clone, Debug)]
pub enum Keys {
    /// The keys of a [`KeyFileProvider`], and the keyring of the same file.
    File(KeyFileProvider, KeyFileKeyring),
    /// A wrapping key and a signing key.
    Wrapped(KeyFile, KeyFile),
    /// A content key, unless items are only signed, and a signing key.
    Static(Option<KeyFile>, KeyFile),
    /// A key in KMS.
    #[cfg(feature = "kms")]
    Kms(dynaseal::materials::DirectKmsProvider),
    /// Versioned keys in a metastore.
    Stored(Box<MetaStore>),
    /// Branch keys in a key store.
    #[cfg(feature = "kms")]
    KeyStore(Box<KeyStoreKeys>),
}

impl Keys {
    /// What reads items of the AWS Database Encryption SDK for these recipients.
    pub(super) fn keyring(&self, recipients: &[RecipientDescription]) -> Result<ItemEncryptor, String> {
        match self {
            Self::File(_, keyring) => Ok(ItemEncryptor::with_keyring(keyring.clone())),
            #[cfg(feature = "kms")]
            Self::KeyStore(keys) => keys.encryptor(recipients),
            _ => {
                let _ = recipients;
                Err("items of the AWS Database Encryption SDK can be verified with a key file or a key store"
                    .to_owned())
            }
        }
    }

    /// Verifies a record of a key store.
    pub(super) async fn verify_record(&self, item: &Item, record: &RecordReport) -> Result<(), String> {
        match self {
            #[cfg(feature = "kms")]
            Self::KeyStore(keys) => keys.verify(item, record).await,
            _ => {
                let _ = (item, record);
                Err("records of a key store can be verified with `--key-store`".to_owned())
            }
        }
    }

    /// Reads raw keys from files, in hexadecimal or as PEM.
    ///
    /// # Errors
    /// Fails if a file cannot be read or is not a key.
    pub fn read(
        wrapping_key: Option<&Path>,
        content_key: Option<&Path>,
        signing_key: &Path,
    ) -> Result<Self, Box<dyn Error>> {
        let signing_key = KeyFile::new(signing_key)?;
        match wrapping_key {
            Some(path) => Ok(Self::Wrapped(KeyFile::new(path)?, signing_key)),
            None => Ok(Self::Static(content_key.map(KeyFile::new).transpose()?, signing_key)),
        }
    }

    /// Returns the keys in the records of a metastore's table, which these keys protect.
    ///
    /// # Errors
    /// Fails if the table cannot be read, or has no records.
    pub async fn of_metastore(self, client: Client, table: &str) -> Result<Self, Box<dyn Error>> {
        let page = client.scan().table_name(table).limit(1).send().await.map_err(|error| {
            format!("the metastore {table}: {}", aws_sdk_dynamodb::error::DisplayErrorContext(error))
        })?;
        let record = page.items.unwrap_or_default().pop().ok_or_else(|| format!("{table} has no records"))?;
        let encryptor = self.encryptor(&record, guess::description(&record).as_ref().ok())?;
        Ok(Self::Stored(Box::new(MetaStore::new(client, table, encryptor))))
    }

    /// Does the same as [`of_metastore`](Self::of_metastore) for given records of a table with this name.
    ///
    /// # Errors
    /// Fails if these are not records.
    pub async fn of_records(self, records: Vec<Item>, table: &str) -> Result<Self, Box<dyn Error>> {
        let client = Database::in_memory()?.client();
        let Some(record) = records.first() else { return Err("there are no records of a metastore".into()) };
        let encryptor = self.encryptor(record, guess::description(record).as_ref().ok())?;
        let store = MetaStore::new(client.clone(), table, encryptor);
        store.create_table().await?;
        for record in records {
            let put = client.put_item().table_name(table).set_item(Some(record)).send().await;
            put.map_err(|_| "not records of a metastore: they have no `N` and `V`")?;
        }
        Ok(Self::Stored(Box::new(store)))
    }

    /// Returns the encryptor for an item from the keys that it names.
    pub(super) fn encryptor(
        &self,
        item: &Item,
        description: Option<&MaterialDescription>,
    ) -> Result<ItemEncryptor, String> {
        let signing_key = |file: &KeyFile| file.signing_key(guess::signing_algorithm(item, description));
        Ok(match self {
            Self::File(provider, _) => ItemEncryptor::new(provider.clone()),
            Self::Wrapped(wrapping_key, signing_file) => {
                let wrapping_key = wrapping_key.wrapping_key(description.and_then(guess::wrap_algorithm))?;
                ItemEncryptor::new(WrappedProvider::decrypt_only(wrapping_key, signing_key(signing_file)?))
            }
            Self::Static(Some(content_key), signing_file) => {
                ItemEncryptor::new(StaticProvider::new(content_key.aes()?, signing_key(signing_file)?))
            }
            Self::Static(None, signing_file) => {
                ItemEncryptor::new(StaticProvider::sign_only(signing_key(signing_file)?))
            }
            #[cfg(feature = "kms")]
            Self::Kms(provider) => ItemEncryptor::new(provider.clone()),
            Self::Stored(store) => {
                let name = description.and_then(guess::material_name);
                let name = name.ok_or("the item names no version of a key in a metastore")?;
                let provider = MostRecentProvider::new(MetaStore::clone(store), name, CACHED);
                ItemEncryptor::new(provider.map_err(|error| error.to_string())?)
            }
            #[cfg(feature = "kms")]
            Self::KeyStore(_) => return Err("the item has the older format, which has no branch keys".to_owned()),
        })
    }
}

/// Longer than the command runs.
const CACHED: Duration = Duration::from_secs(3600);
