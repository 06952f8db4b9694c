//! The key store of a program: one in AWS, or one in a file for trials.

use std::path::PathBuf;

use clap::Args;
use dynaseal::embedded::Database;
use dynaseal::keyrings::{KeyStore, KmsConfiguration};
use dynaseal::testing::kms::Kms;

use crate::environment;
use crate::kms::kms_at;

/// The Region of the key in the double. Its key material is public.
const REGION: &str = "us-west-2";
const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const MATERIAL: [u8; 32] = [7; 32];

/// The key store to use.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The name of the table.
    #[arg(long, default_value = "branch-keys")]
    table: String,
    /// The name that branch keys are bound to, if it differs from the name of the table.
    #[arg(long)]
    logical_name: Option<String>,
    /// The ARN of the KMS key that protects the branch keys.
    #[arg(long, required_unless_present = "database")]
    kms_key: Option<String>,
    /// The endpoint of AWS KMS, if it is not the one of the key's Region.
    #[arg(long)]
    kms_endpoint: Option<String>,
    /// The endpoint of DynamoDB, if it is not the one of `AWS_REGION`.
    #[arg(long)]
    endpoint: Option<String>,
    /// An embedded database in a file, with a KMS double whose key is public: only for trials.
    #[arg(long, conflicts_with_all = ["kms_key", "kms_endpoint", "endpoint"])]
    database: Option<PathBuf>,
}

impl Arguments {
    /// Opens the key store, with the credentials and the Region of the environment.
    ///
    /// # Errors
    /// Fails if an argument or a variable is missing or invalid.
    pub fn open(self) -> Result<KeyStore, Box<dyn std::error::Error>> {
        let key_store = match &self.database {
            Some(path) => on_trial(&Database::open(path)?, &self.table)?,
            None => {
                let key = self.kms_key.unwrap_or_default();
                let kms = KmsConfiguration::key(kms_at(self.kms_endpoint)?, key)?;
                KeyStore::new(environment::dynamodb(self.endpoint)?, self.table, kms)
            }
        };
        Ok(match self.logical_name {
            Some(name) => key_store.logical_name(name),
            None => key_store,
        })
    }
}

/// Opens a key store in an embedded database, with a KMS double that has the same key in every process.
///
/// # Errors
/// Fails like the key store.
pub fn on_trial(database: &Database, table: &str) -> dynaseal::Result<KeyStore> {
    Ok(KeyStore::new(database.client(), table, kms_on_trial()?))
}

/// A double of KMS whose key every process has.
///
/// # Errors
/// Those of [`KmsConfiguration::key`].
pub fn kms_on_trial() -> dynaseal::Result<KmsConfiguration> {
    let kms = Kms::new();
    let key = kms.import_key(REGION, KEY_ID, MATERIAL);
    KmsConfiguration::key(kms.client(REGION), key)
}
