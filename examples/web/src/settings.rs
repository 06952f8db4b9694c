//! The location of records and keys: files on this machine, or DynamoDB and KMS.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::{Parser, ValueEnum};
use dynaseal::embedded::Database;
use dynaseal::keyrings::{BeaconKeys, HierarchicalKeyring, KeyStore, KmsConfiguration};
use dynaseal::materials::{CryptographicMaterialsProvider, DirectKmsProvider, KeyFileProvider};
use dynaseal::repository::query::CursorKey;
use dynaseal::testing::kms::Kms;
use dynaseal::{ErrorKind, Repository};

use crate::record::Record;
use crate::{Employee, OneKeyEmployee, Service, Staff, samples};

/// A staff directory on encrypted DynamoDB items, in which each company is a tenant with its own key.
///
/// Without settings, everything is stored in files of the current folder, and AWS KMS is a double inside the process, whose key
/// is public. With `TABLE` and `KMS_KEY`, it uses Amazon DynamoDB and AWS KMS, with credentials and Region from the usual
/// environment; the program `branch_keys` creates the key store and the keys of the companies.
#[derive(Clone, Debug, Parser)]
pub struct Settings {
    /// The address to listen on.
    #[arg(long, env, default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The folder of the embedded store, and of the key file of the older format.
    #[arg(long, env, default_value = "staff-data", conflicts_with_all = ["table", "kms_key"])]
    pub folder: PathBuf,
    /// The format of the stored items. A folder has a table for each.
    #[arg(long, env = "ITEM_FORMAT", value_enum, default_value_t)]
    pub format: StoredFormat,
    /// The DynamoDB table, as `Repository::create_table` makes it for the entity of the format.
    #[arg(long, env, requires = "kms_key")]
    pub table: Option<String>,
    /// The table of the key store, of which the older format needs none.
    #[arg(long, env, default_value = "branch-keys")]
    pub key_store: String,
    /// The KMS key: the ARN of the one that protects the key store; in the older format also an id or alias.
    #[arg(long, env, requires = "table")]
    pub kms_key: Option<String>,
    /// The public host names of the service, such as `staff.example.com`. Requests for other names are rejected, except
    /// for those of the local machine.
    #[arg(long = "host", env = "HOSTS", value_delimiter = ',')]
    pub hosts: Vec<String>,
    /// 32 bytes in base64, the same for all instances of the service, which encrypt the cursors of lists. Without them,
    /// cursors are valid until the service stops.
    #[arg(long, env, hide_env_values = true)]
    pub cursor_key: Option<String>,
}

/// A format of stored items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StoredFormat {
    /// The format of the DynamoDB Encryption Client for Java and Python, in which all companies have one key
    Ddbec,
    /// The format of its successor, the AWS Database Encryption SDK: a key for each company, and search by e-mail
    #[default]
    Dbesdk,
}

/// The tables of a folder.
const TABLE: &str = "staff";
const DDBEC_TABLE: &str = "staff-ddbec";

/// The time for which a process caches the keys of a company. It is also the time for which it can use a deleted key.
const TTL: Duration = Duration::from_secs(10 * 60);

/// The key of the KMS double, which is that of the program `branch_keys`. Its material is public.
const REGION: &str = "us-west-2";
const KEY_ID: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";
const MATERIAL: [u8; 32] = [7; 32];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Settings {
    /// Opens the store and the keys of the settings.
    ///
    /// # Errors
    /// Fails if one of them cannot be opened.
    pub async fn open(&self) -> Result<Service> {
        match (&self.table, &self.kms_key) {
            (Some(table), Some(kms_key)) => self.open_aws(table, kms_key).await,
            _ => self.open_folder().await,
        }
    }

    async fn open_aws(&self, table: &str, kms_key: &str) -> Result<Service> {
        let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
        let (client, kms) = (Client::new(&config), aws_sdk_kms::Client::new(&config));
        let staff = match self.format {
            StoredFormat::Dbesdk => self.tenants(
                client.clone(),
                table,
                self.key_store(client.clone(), KmsConfiguration::key(kms, kms_key)?),
            )?,
            StoredFormat::Ddbec => self.one_key(client.clone(), table, DirectKmsProvider::new(kms, kms_key))?,
        };
        Ok(Service { staff, client, keys: "aws", is_demo: false, hosts: self.hosts.clone() })
    }

    async fn open_folder(&self) -> Result<Service> {
        create_folder(&self.folder)?;
        let client = Database::open(self.folder.join("staff.db"))?.client();
        let (staff, keys) = match self.format {
            StoredFormat::Dbesdk => {
                let kms = Kms::new();
                let key = kms.import_key(REGION, KEY_ID, MATERIAL);
                let kms = KmsConfiguration::key(kms.client(REGION), key)?;
                (self.tenants(client.clone(), TABLE, self.key_store(client.clone(), kms))?, "double")
            }
            StoredFormat::Ddbec => {
                let provider = KeyFileProvider::open_or_create(self.folder.join("staff.key"))?;
                (self.one_key(client.clone(), DDBEC_TABLE, provider)?, "file")
            }
        };
        match &staff {
            Staff::Tenants(employees, key_store) => {
                if create_table(employees).await? {
                    samples::create_companies(key_store).await?;
                    samples::create_employees(employees).await?;
                }
            }
            Staff::OneKey(employees) => {
                if create_table(employees).await? {
                    samples::create_employees(employees).await?;
                }
            }
        }
        Ok(Service { staff, client, keys, is_demo: true, hosts: self.hosts.clone() })
    }

    fn key_store(&self, client: Client, kms: KmsConfiguration) -> KeyStore {
        KeyStore::new(client, self.key_store.as_str(), kms)
    }

    fn tenants(&self, client: Client, table: &str, key_store: KeyStore) -> Result<Staff> {
        let employees = Repository::<Employee>::builder(client)
            .table(table)
            .keyring(HierarchicalKeyring::new(key_store.clone(), TTL)?)
            .beacons(BeaconKeys::per_tenant(key_store.clone()).ttl(TTL))
            .cursor_key(self.cursor_key()?)
            .build();
        Ok(Staff::Tenants(employees, key_store))
    }

    fn one_key(
        &self,
        client: Client,
        table: &str,
        provider: impl CryptographicMaterialsProvider + 'static,
    ) -> Result<Staff> {
        let employees = Repository::<OneKeyEmployee>::builder(client).table(table).materials(provider);
        Ok(Staff::OneKey(employees.cursor_key(self.cursor_key()?).build()))
    }

    fn cursor_key(&self) -> Result<CursorKey> {
        match &self.cursor_key {
            Some(text) => Ok(CursorKey::from_bytes(&BASE64.decode(text).map_err(|_| "CURSOR_KEY is not base64")?)?),
            None => Ok(CursorKey::generate()?),
        }
    }
}

/// Returns whether the table is new. Fails for a table of another version of this program.
async fn create_table<E: Record>(employees: &Repository<E>) -> Result<bool> {
    match employees.create_table().await {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && employees.check_table().await?.is_ok() => Ok(false),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err("the folder has a directory of another version of this program; choose another --folder".into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Creates a folder with a `.gitignore`, because it can contain a key.
fn create_folder(folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(".gitignore"), "*\n")
}
