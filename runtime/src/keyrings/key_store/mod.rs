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

/// A table of branch keys, each wrapped by AWS KMS. It provides a key for every tenant, with one KMS call per tenant
/// instead of one per item.
///
/// A branch key has an identifier, an active version that encrypts new items, any number of older versions, and a
/// beacon key for searches. A [`HierarchicalKeyring`](super::HierarchicalKeyring) reads and caches them. Records and
/// calls match those of [AWS's branch key store][key-store], as observed for version 1.11.0 of its material providers
/// library; both implementations read, create and version the same branch keys. Only hierarchy version 1 is supported.
///
/// Every read is strongly consistent. Losing a record loses every item that was written with it: do not permit
/// deletions from this table, and enable point-in-time recovery and deletion protection.
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
    /// The given client, behind the guard that rejects plain HTTP.
    client: Client,
    table_name: String,
    logical_name: String,
    kms: KmsConfiguration,
}

impl KeyStore {
    /// Opens the key store in this table, with the table's name as its logical name.
    #[inline]
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

    /// Sets the name that every branch key is bound to, if it differs from the name of the table, as for a table that
    /// was restored under another name. It can never change.
    #[must_use]
    #[inline]
    pub fn logical_name(mut self, name: impl Into<String>) -> Self {
        self.logical_name = name.into();
        self
    }

    /// Allows plain HTTP to a host other than this machine: see [`danger::allow_http`](crate::danger::allow_http).
    #[must_use]
    #[inline]
    pub fn allow_http(mut self, host: AllowedHost) -> Self {
        self.allowed_hosts.push(host);
        self.client = transit::require_https(&self.given_client, self.allowed_hosts.clone());
        self
    }

    /// Creates the table, billed per request, and waits until it is active, for up to five minutes. An existing table
    /// is left unchanged.
    ///
    /// # Errors
    /// `Schema` if a table of this name has another primary key; `Unavailable` if it is not active in this time; and
    /// the errors of the service.
    #[inline]
    pub async fn create_table(&self) -> Result<()> {
        create_table::send(&self.client, &self.table_name).await
    }

    /// Creates a branch key: its first version and its beacon key, in one transaction. Returns its identifier.
    ///
    /// # Errors
    /// * `AlreadyExists` if there is a branch key of this identifier.
    /// * `Materials` if it existed and was [shredded](crate::danger::shred), and if KMS or the table rejects the call.
    /// * `Usage` if the identifier is empty or longer than 2,048 bytes, or a custom identifier has no encryption
    ///   context.
    /// * `Conflict`, `Throttled` or `Unavailable`: try again. After `Unavailable` the branch key may have been created.
    #[inline]
    pub async fn create_branch_key(&self, branch_key: NewBranchKey) -> Result<String> {
        create::branch_key(self, branch_key).await
    }

    /// Creates a new version of a branch key, which encrypts new items from now on, in other processes when their TTL
    /// has passed. Returns the version, a UUID. Items of older versions stay readable, and the beacon key stays the
    /// same.
    ///
    /// # Errors
    /// * `Conflict` if another process did the same concurrently. Nothing was written; the other version is active.
    /// * `Materials` if there is no such branch key, its record is not valid, or KMS or the table rejects the call.
    /// * `Throttled` or `Unavailable`: try again. After `Unavailable` the version may have been created.
    #[inline]
    pub async fn version_branch_key(&self, id: &str) -> Result<String> {
        create::version(self, id).await
    }

    /// Reads the active version of a branch key, which encrypts new items.
    ///
    /// # Errors
    /// `Materials` if there is no such branch key, its record is not valid, or KMS or the table rejects the call;
    /// `Usage` if the identifier is empty or longer than 2,048 bytes; `Throttled` or `Unavailable` if a service is
    /// temporarily unavailable.
    #[inline]
    pub async fn active(&self, id: &str) -> Result<BranchKey> {
        let (record, key) = self.open(id, Kind::Active).await?;
        let version = record.version().ok_or_else(|| record.broken("version", "is missing"))?;
        Ok(BranchKey { id: id.to_owned(), version, encryption_context: record.custom_context(), key })
    }

    /// Reads a version of a branch key, given by its UUID.
    ///
    /// # Errors
    /// The errors of [`active`](Self::active), and `Usage` if `version` is not a UUID.
    #[inline]
    pub async fn version(&self, id: &str, version: &str) -> Result<BranchKey> {
        let version = Uuid::parse(version).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "the version of a branch key is a UUID, such as an item names it")
        })?;
        self.version_of(id, version).await
    }

    #[inline]
    pub(crate) async fn version_of(&self, id: &str, version: Uuid) -> Result<BranchKey> {
        let (record, key) = self.open(id, Kind::Version(version)).await?;
        Ok(BranchKey { id: id.to_owned(), version, encryption_context: record.custom_context(), key })
    }

    /// Reads the beacon key of a branch key.
    ///
    /// # Errors
    /// The errors of [`active`](Self::active).
    #[inline]
    pub async fn beacon_key(&self, id: &str) -> Result<BeaconKey> {
        let (record, key) = self.open(id, Kind::Beacon).await?;
        Ok(BeaconKey { id: id.to_owned(), encryption_context: record.custom_context(), key })
    }

    /// Returns the configuration of the key store.
    #[inline]
    pub fn info(&self) -> KeyStoreInfo {
        KeyStoreInfo {
            table_name: self.table_name.clone(),
            logical_name: self.logical_name.clone(),
            kms: self.kms.describe(),
        }
    }

    /// Reads the unencrypted contents of a branch key's records, without a call to KMS.
    ///
    /// # Errors
    /// `Materials` if there are no such records or the table rejects the call, `Usage` if the identifier is empty or
    /// longer than 2,048 bytes, and `Throttled` or `Unavailable` if the service is temporarily unavailable.
    #[inline]
    pub async fn describe_branch_key(&self, id: &str) -> Result<BranchKeyInfo> {
        info::describe(self, id).await
    }

    /// Lists every branch key of the table, including shredded ones, sorted by identifier. Reads the whole table.
    ///
    /// # Errors
    /// `Materials` if the table rejects the call, and `Throttled` or `Unavailable` if the service is temporarily
    /// unavailable.
    #[inline]
    pub async fn list_branch_keys(&self) -> Result<Vec<BranchKeyInfo>> {
        info::list(self).await
    }

    /// Returns a record, verified by KMS, and its key.
    #[inline]
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

    /// Returns a record, checked as far as possible without KMS.
    #[inline]
    async fn read(&self, id: &str, kind: Kind) -> Result<Record> {
        check_id(id)?;
        let item = self.get(record::key(id, kind.name())).await?;
        Record::parse(item.ok_or_else(|| record::absent(id, kind, &self.table_name))?, id, kind)
    }

    /// Returns whether there is a tombstone, so that the branch key can never be created again.
    #[inline]
    pub(crate) async fn is_shredded(&self, id: &str) -> Result<bool> {
        Ok(self.get(record::key(id, record::SHREDDED.to_owned())).await?.is_some())
    }

    #[inline]
    async fn get(&self, key: Item) -> Result<Option<Item>> {
        let request = self.client.get_item().table_name(&self.table_name).set_key(Some(key)).consistent_read(true);
        let response = request.send().await.map_err(|error| self.explain(from_sdk("GetItem", error)))?;
        Ok(response.item)
    }

    /// Returns the logical name, which identifies the key store in caches.
    #[inline]
    pub(crate) fn name(&self) -> &str {
        &self.logical_name
    }

    /// Distinguishes an error of this table from an error of the table of items.
    #[inline]
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
                    "the key store's table {table:?} rejected the request; its code says why. Reading needs GetItem, and \
                     creating branch keys and versions PutItem and ConditionCheckItem"
                ),
            ),
        }
    }
}

impl fmt::Debug for KeyStore {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyStore")
            .field("table_name", &self.table_name)
            .field("logical_name", &self.logical_name)
            .finish_non_exhaustive()
    }
}
