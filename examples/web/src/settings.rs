//! The location of records and keys: files on this machine, or DynamoDB and KMS.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::Client;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::{Parser, ValueEnum};
use dynaseal::embedded::Database;
use dynaseal::keyrings::{KeyFileKeyring, KmsKeyring};
use dynaseal::materials::{DirectKmsProvider, KeyFileProvider};
use dynaseal::repository::query::CursorKey;
use dynaseal::{ErrorKind, ItemEncryptor, Repository};

use crate::Employee;

/// A staff directory on encrypted DynamoDB items.
///
/// Without settings, everything is stored in files of the current folder. With `TABLE` and `KMS_KEY`, it uses Amazon
/// DynamoDB and AWS KMS, with credentials and Region from the usual environment.
#[derive(Clone, Debug, Parser)]
pub struct Settings {
    /// The address to listen on.
    #[arg(long, env, default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The folder of the embedded store and its key file.
    #[arg(long, env, default_value = "staff-data", conflicts_with_all = ["table", "kms_key"])]
    pub folder: PathBuf,
    /// The format of the stored items. An existing folder keeps its format.
    #[arg(long, env = "ITEM_FORMAT", value_enum, default_value_t)]
    pub format: StoredFormat,
    /// The DynamoDB table; its partition key is `company` and its sort key `employee_id`, both strings.
    #[arg(long, env, requires = "kms_key")]
    pub table: Option<String>,
    /// The KMS key, by id, ARN or alias.
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
    /// The format of the DynamoDB Encryption Client for Java and Python
    #[default]
    Ddbec,
    /// The format of its successor, the AWS Database Encryption SDK
    Dbesdk,
}

/// The resources of the service.
#[derive(Debug)]
pub struct Service {
    /// The records.
    pub employees: Repository<Employee>,
    /// The underlying client, which shows stored items.
    pub client: Client,
    /// True if records may be damaged for demonstration.
    pub may_tamper: bool,
    /// The public host names of the service.
    pub hosts: Vec<String>,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

impl Settings {
    /// Opens the store and the keys of the settings.
    ///
    /// # Errors
    /// Fails if one of them cannot be opened.
    pub async fn open(&self) -> Result<Service> {
        match (&self.table, &self.kms_key) {
            (Some(table), Some(kms_key)) => {
                let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
                let keys = self.format.of_kms(aws_sdk_kms::Client::new(&config), kms_key);
                self.service(Client::new(&config), table, keys, false)
            }
            _ => self.open_folder().await,
        }
    }

    async fn open_folder(&self) -> Result<Service> {
        create_folder(&self.folder)?;
        let client = Database::open(self.folder.join("staff.db"))?.client();
        let service = self.service(client, "staff", self.format.of_key_file(&self.folder.join("staff.key"))?, true)?;
        match service.employees.create_table().await {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
            Ok(()) => welcome(&service.employees).await?,
        }
        Ok(service)
    }

    fn service(&self, client: Client, table: &str, keys: ItemEncryptor, may_tamper: bool) -> Result<Service> {
        let builder = Repository::builder(client.clone()).table(table).encryptor(keys);
        let employees = builder.cursor_key(self.cursor_key()?).build();
        Ok(Service { employees, client, may_tamper, hosts: self.hosts.clone() })
    }

    fn cursor_key(&self) -> Result<CursorKey> {
        match &self.cursor_key {
            Some(text) => Ok(CursorKey::from_bytes(&BASE64.decode(text).map_err(|_| "CURSOR_KEY is not base64")?)?),
            None => Ok(CursorKey::generate()?),
        }
    }
}

/// Creates a folder with a `.gitignore`, because it contains a key.
fn create_folder(folder: &Path) -> std::io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(".gitignore"), "*\n")
}

impl StoredFormat {
    /// Returns an encryptor with the key of a file, which is created if it does not exist.
    fn of_key_file(self, path: &Path) -> dynaseal::Result<ItemEncryptor> {
        let provider = KeyFileProvider::open_or_create(path)?;
        Ok(match self {
            Self::Ddbec => ItemEncryptor::new(provider),
            Self::Dbesdk => ItemEncryptor::with_keyring(KeyFileKeyring::open(path)?),
        })
    }

    fn of_kms(self, client: aws_sdk_kms::Client, key: &str) -> ItemEncryptor {
        match self {
            Self::Ddbec => ItemEncryptor::new(DirectKmsProvider::new(client, key)),
            Self::Dbesdk => ItemEncryptor::with_keyring(KmsKeyring::new(client, key)),
        }
    }
}

/// Adds employees to a new directory.
async fn welcome(employees: &Repository<Employee>) -> dynaseal::Result<()> {
    for (employee_id, name, salary, department) in [
        ("e-1", "Ada Lovelace", 4200, "Engines"),
        ("e-2", "Mary Somerville", 3900, "Astronomy"),
        ("e-3", "George Boole", 3600, "Logic"),
    ] {
        let employee = Employee {
            company: "acme".to_owned(),
            employee_id: employee_id.to_owned(),
            name: name.to_owned(),
            salary,
            notes: None,
            department: department.to_owned(),
            views: 0,
        };
        employees.create(&employee).await?;
    }
    Ok(())
}
