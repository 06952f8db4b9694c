//! Branch keys in a DynamoDB table.

pub(crate) mod branch_key;
mod create;
mod create_table;
mod info;
mod kms;
mod record;
mod shred;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod uuid;

use std::fmt;

use aws_sdk_dynamodb::Client;

use crate::aws::audit;
use crate::aws::sdk_error::from_sdk;
use crate::aws::transit;
use crate::aws::transit::AllowedHost;
use crate::error::{Error, ErrorKind, Result};
use crate::item::Item;

pub use self::create::NewBranchKey;
pub use self::info::{BranchKeyInfo, KeyStoreInfo};
pub use self::kms::KmsConfiguration;
pub use self::shred::{ShredReport, shred};

use self::branch_key::{BeaconKey, BranchKey, KeyBytes};
pub(crate) use self::record::check_id;
use self::record::{Kind, Record};
use self::uuid::Uuid;

/// A table of branch keys, each wrapped by AWS KMS: a key for every tenant, at a KMS call for every tenant and not for every
/// item.
///
/// A branch key has an identifier, one version that items are written with and any number of older ones, and a beacon key for
/// searches. A [`HierarchicalKeyring`](super::HierarchicalKeyring) reads and caches them. Records and calls are those of
/// [AWS's branch key store][key-store], observed of version 1.11.0 of its material providers library; both sides read,
/// create and version the same branch keys. Only hierarchy version 1 is supported.
///
/// Every read is strongly consistent. Losing a record loses every item that was written with it: let nobody delete from this
/// table, and switch on point-in-time recovery and deletion protection.
///
/// ```
/// use dynaseal::keyrings::{KeyStore, KmsConfiguration, NewBranchKey};
///
/// # async fn example(dynamodb: aws_sdk_dynamodb::Client, kms: aws_sdk_kms::Client) -> dynaseal::Result<()> {
/// let key = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
/// let key_store = KeyStore::new(dynamodb, "branch-keys", KmsConfiguration::key(kms, key)?);
/// key_store.create_table().await?;
/// key_store.create_branch_key(NewBranchKey::with_id("tenant-7").context("department", "sales")).await?;
/// # Ok(())
/// # }
/// ```
///
/// [key-store]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/create-keystore.html
#[derive(Clone)]
pub struct KeyStore {
    given_client: Client,
    allowed_hosts: Vec<AllowedHost>,
    /// The given client, behind the guard that refuses plain HTTP.
    client: Client,
    table_name: String,
    logical_name: String,
    kms: KmsConfiguration,
}

impl KeyStore {
    /// The key store in this table, with the table's name as its logical name.
    pub fn new(client: Client, table_name: impl Into<String>, kms: KmsConfiguration) -> Self {
        let table_name = table_name.into();
        Self {
            client: transit::require_https(&client, Vec::new()),
            given_client: client,
            allowed_hosts: Vec::new(),
            logical_name: table_name.clone(),
            table_name,
            kms,
        }
    }

    /// The name that every branch key is bound to, where it is not the name of the table: for a table that was restored under
    /// another name, the name that it had. It can never change.
    #[must_use]
    pub fn logical_name(mut self, name: impl Into<String>) -> Self {
        self.logical_name = name.into();
        self
    }

    /// Allows plain HTTP to a host other than this machine: see [`danger::allow_http`](crate::danger::allow_http).
    #[must_use]
    pub fn allow_http(mut self, host: AllowedHost) -> Self {
        self.allowed_hosts.push(host);
        self.client = transit::require_https(&self.given_client, self.allowed_hosts.clone());
        self
    }

    /// Creates the table, billed per request, and waits until it can be used, for up to five minutes. A table that is there
    /// already is left as it is.
    ///
    /// # Errors
    /// `Schema` if there is a table of this name with another primary key; `Unavailable` if it is not seen to become usable
    /// in this time; and what else the service fails with.
    pub async fn create_table(&self) -> Result<()> {
        create_table::send(&self.client, &self.table_name).await
    }

    /// Creates a branch key: its first version and its beacon key, in one transaction. Returns its identifier.
    ///
    /// # Errors
    /// * `AlreadyExists` if there is a branch key of this identifier.
    /// * `Materials` if there was one and it was [shredded](crate::danger::shred), and if KMS or the table refuses.
    /// * `Usage` if the identifier is empty or longer than 2,048 bytes, or an identifier of one's own comes without an
    ///   encryption context.
    /// * `Conflict`, `Throttled` or `Unavailable`: try again. After `Unavailable` the branch key may have been created.
    pub async fn create_branch_key(&self, branch_key: NewBranchKey) -> Result<String> {
        create::branch_key(self, branch_key).await
    }

    /// Makes a new version of a branch key, which items are written with from now on, in other processes when their TTL has
    /// passed. Returns the version, a UUID. Items of older versions stay readable, and the beacon key stays as it is.
    ///
    /// # Errors
    /// * `Conflict` if another process did the same at the same time. Nothing was written; the other version is in use.
    /// * `Materials` if there is no such branch key, its record is not valid, or KMS or the table refuses.
    /// * `Throttled` or `Unavailable`: try again. After `Unavailable` the version may have been made.
    pub async fn version_branch_key(&self, id: &str) -> Result<String> {
        create::version(self, id).await
    }

    /// The version of a branch key that items are written with.
    ///
    /// # Errors
    /// `Materials` if there is no such branch key, its record is not valid, or KMS or the table refuses; `Usage` if the
    /// identifier is empty or longer than 2,048 bytes; `Throttled` or `Unavailable` if a service could not do it now.
    pub async fn active(&self, id: &str) -> Result<BranchKey> {
        let (record, key) = self.open(id, Kind::Active).await?;
        let version = record.version().ok_or_else(|| record.broken("version", "is missing"))?;
        Ok(BranchKey { id: id.to_owned(), version, encryption_context: record.custom_context(), key })
    }

    /// A version of a branch key, given by its UUID.
    ///
    /// # Errors
    /// As [`active`](Self::active), and `Usage` if `version` is not a UUID.
    pub async fn version(&self, id: &str, version: &str) -> Result<BranchKey> {
        let version = Uuid::parse(version).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "the version of a branch key is a UUID, such as an item names it")
        })?;
        self.version_of(id, version).await
    }

    pub(crate) async fn version_of(&self, id: &str, version: Uuid) -> Result<BranchKey> {
        let (record, key) = self.open(id, Kind::Version(version)).await?;
        Ok(BranchKey { id: id.to_owned(), version, encryption_context: record.custom_context(), key })
    }

    /// The beacon key of a branch key.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn beacon_key(&self, id: &str) -> Result<BeaconKey> {
        let (record, key) = self.open(id, Kind::Beacon).await?;
        Ok(BeaconKey { id: id.to_owned(), encryption_context: record.custom_context(), key })
    }

    /// How the key store is configured.
    pub fn info(&self) -> KeyStoreInfo {
        KeyStoreInfo {
            table_name: self.table_name.clone(),
            logical_name: self.logical_name.clone(),
            kms: self.kms.describe(),
        }
    }

    /// What the records of a branch key show without its keys: no call to KMS is made.
    ///
    /// # Errors
    /// `Materials` if there are no such records or the table refuses, `Usage` if the identifier is empty or longer than 2,048
    /// bytes, and `Throttled` or `Unavailable` if the service could not do it now.
    pub async fn describe_branch_key(&self, id: &str) -> Result<BranchKeyInfo> {
        info::describe(self, id).await
    }

    /// Every branch key of the table, shredded ones too, sorted by identifier. Reads the whole table.
    ///
    /// # Errors
    /// `Materials` if the table refuses, and `Throttled` or `Unavailable` if the service could not do it now.
    pub async fn list_branch_keys(&self) -> Result<Vec<BranchKeyInfo>> {
        info::list(self).await
    }

    /// A record, verified by KMS, and its key.
    async fn open(&self, id: &str, kind: Kind) -> Result<(Record, KeyBytes)> {
        let record = self.read(id, kind).await?;
        let key = self.kms.key_of_record(&record.kms_arn()?);
        let key = key.map_err(|what| record.broken(record::KMS_ARN, &what))?;
        let context = record.context(&self.logical_name);
        let plaintext = self.kms.decrypt(&key, record.encrypted_key.clone(), context).await;
        let plaintext = plaintext.map_err(|error| record.explain(error, &self.logical_name))?;
        audit::key_used("KeyStore", "Decrypt", &key.to_string(), &self.logical_name);
        Ok((record, plaintext))
    }

    /// A record, checked as far as that is possible without KMS.
    async fn read(&self, id: &str, kind: Kind) -> Result<Record> {
        check_id(id)?;
        let item = self.get(record::key(id, kind.name())).await?;
        Record::parse(item.ok_or_else(|| record::absent(id, kind, &self.table_name))?, id, kind)
    }

    /// Whether there is a tombstone, so that the branch key can never be created again.
    pub(crate) async fn is_shredded(&self, id: &str) -> Result<bool> {
        Ok(self.get(record::key(id, record::SHREDDED.to_owned())).await?.is_some())
    }

    async fn get(&self, key: Item) -> Result<Option<Item>> {
        let request = self.client.get_item().table_name(&self.table_name).set_key(Some(key)).consistent_read(true);
        let response = request.send().await.map_err(|error| self.explain(from_sdk("GetItem", error)))?;
        Ok(response.item)
    }

    /// The logical name, by which caches tell key stores apart.
    pub(crate) fn name(&self) -> &str {
        &self.logical_name
    }

    /// An error of this table must not be taken for one of the table of the items.
    fn explain(&self, error: Error) -> Error {
        let table = &self.table_name;
        match error.kind() {
            ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Usage | ErrorKind::Conflict => error,
            ErrorKind::NotFound => error.recast(
                ErrorKind::Materials,
                format!("the key store's table {table:?} does not exist; check its name, the account and the Region"),
            ),
            _ => error.recast(
                ErrorKind::Materials,
                format!(
                    "the key store's table {table:?} refused the request; its code says why. Reading needs GetItem, and \
                     creating branch keys and versions PutItem and ConditionCheckItem"
                ),
            ),
        }
    }
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyStore")
            .field("table_name", &self.table_name)
            .field("logical_name", &self.logical_name)
            .finish_non_exhaustive()
    }
}
