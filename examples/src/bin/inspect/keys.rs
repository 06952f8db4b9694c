//! The arguments that name keys.

use std::path::PathBuf;

use aws_sdk_dynamodb::Client;
use clap::Args;
use dynaseal::keyrings::KeyFileKeyring;
use dynaseal::materials::KeyFileProvider;
#[cfg(feature = "kms")]
use dynaseal_examples::environment;
use dynaseal_examples::inspect::{Keys, items_of};

use crate::{Result, read};

/// What to verify with.
#[derive(Args)]
#[command(next_help_heading = "Keys to verify with")]
#[group(skip)]
pub(crate) struct KeyArguments {
    /// A key file of dynaseal.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["signing_key", "kms_key"])]
    key_file: Option<PathBuf>,
    /// A file with the key that wraps content keys: one of AES in hexadecimal, or an RSA private key as PEM (PKCS#8).
    #[arg(long, value_name = "FILE", requires = "signing_key", conflicts_with = "content_key")]
    wrapping_key: Option<PathBuf>,
    /// A file with the key that encrypts attributes, in hexadecimal.
    #[arg(long, value_name = "FILE", requires = "signing_key")]
    content_key: Option<PathBuf>,
    /// A file with the key that signs items: one of HMAC in hexadecimal, or an RSA or ECDSA key as PEM, of which the public
    /// half is enough.
    #[arg(long, value_name = "FILE", conflicts_with = "kms_key")]
    signing_key: Option<PathBuf>,
    /// The ARN, id or alias of a key in AWS KMS; with `--key-store` the ARN of the key that protects its records.
    #[arg(long, value_name = "KEY")]
    kms_key: Option<String>,
    /// The table of a key store, whose branch keys verify items and whose records AWS KMS verifies. In an embedded database
    /// and without `--kms-key`, with the double of KMS that the programs `branch_keys` and `web` use.
    #[arg(long, value_name = "TABLE", conflicts_with_all = ["key_file", "signing_key", "metastore"])]
    key_store: Option<String>,
    /// The name that branch keys are bound to, if it is not that of the key store's table.
    #[arg(long, value_name = "NAME", requires = "key_store")]
    key_store_name: Option<String>,
    /// The table of a metastore. The other keys are those of its records, the items' own come from there.
    #[arg(long, value_name = "TABLE")]
    metastore: Option<String>,
    /// A file with the metastore's records, as `aws dynamodb scan` prints them, instead of its table.
    #[arg(long, value_name = "FILE", requires = "metastore")]
    metastore_records: Option<PathBuf>,
}

impl KeyArguments {
    /// True if a table has to be read for them.
    pub(crate) fn is_in_a_table(&self) -> bool {
        self.key_store.is_some() || self.metastore.is_some() && self.metastore_records.is_none()
    }

    pub(crate) async fn read(&self, client: Option<Client>, is_on_trial: bool) -> Result<Option<Keys>> {
        if let (Some(table), Some(client)) = (&self.key_store, &client) {
            return self.key_store(client.clone(), table.clone(), is_on_trial).map(Some);
        }
        let keys = self.given()?;
        let Some(table) = &self.metastore else { return Ok(keys) };
        let keys =
            keys.ok_or("the records of a metastore have keys of their own: give a key file, a KMS key, or others")?;
        let stored = match (&self.metastore_records, client) {
            (Some(path), _) => keys.of_records(items_of(&read(path)?)?, table).await?,
            (None, Some(client)) => keys.of_metastore(client, table).await?,
            (None, None) => return Err("neither a table nor a file of records is given".into()),
        };
        Ok(Some(stored))
    }

    fn given(&self) -> Result<Option<Keys>> {
        if let Some(path) = &self.key_file {
            return Ok(Some(Keys::File(KeyFileProvider::open(path)?, KeyFileKeyring::open(path)?)));
        }
        if let Some(key) = &self.kms_key {
            return kms(key).map(Some);
        }
        let Some(signing_key) = &self.signing_key else { return Ok(None) };
        Keys::read(self.wrapping_key.as_deref(), self.content_key.as_deref(), signing_key).map(Some)
    }
}

#[cfg(feature = "kms")]
impl KeyArguments {
    fn key_store(&self, client: Client, table: String, is_on_trial: bool) -> Result<Keys> {
        use dynaseal::keyrings::KmsConfiguration;
        use dynaseal_examples::inspect::KeyStoreKeys;
        use dynaseal_examples::key_store::kms_on_trial;

        let kms = match &self.kms_key {
            Some(key) => KmsConfiguration::key(kms_client()?, key)?,
            None if is_on_trial => kms_on_trial()?,
            None => return Err("--key-store needs --kms-key, the ARN of the key that protects its records".into()),
        };
        Ok(Keys::KeyStore(Box::new(KeyStoreKeys::new(client, table, self.key_store_name.clone(), kms))))
    }
}

#[cfg(not(feature = "kms"))]
impl KeyArguments {
    fn key_store(&self, _: Client, _: String, _: bool) -> Result<Keys> {
        kms("")
    }
}

#[cfg(feature = "kms")]
fn kms(key: &str) -> Result<Keys> {
    Ok(Keys::Kms(dynaseal::materials::DirectKmsProvider::new(kms_client()?, key)))
}

#[cfg(feature = "kms")]
fn kms_client() -> Result<aws_sdk_kms::Client> {
    use aws_sdk_kms::config::{BehaviorVersion, Region};

    let mut config = aws_sdk_kms::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(std::env::var("AWS_REGION")?))
        .credentials_provider(environment::credentials()?);
    config.set_endpoint_url(std::env::var("AWS_ENDPOINT_URL_KMS").ok());
    Ok(aws_sdk_kms::Client::from_conf(config.build()))
}

#[cfg(not(feature = "kms"))]
fn kms(_: &str) -> Result<Keys> {
    Err("this build has no KMS; build it with `--features kms,https`".into())
}
