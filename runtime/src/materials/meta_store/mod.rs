//! Versioned keys in a DynamoDB table.

mod create_table;
mod record;
mod version;

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;

use crate::aws::sdk_error::from_sdk;
use crate::aws::transit;
use crate::aws::transit::AllowedHost;
use crate::error::{Error, ErrorKind, Result};
use crate::format::context::ItemContext;
use crate::format::ddbec::provider::MaterialsFuture;
use crate::format::encryptor::ItemEncryptor;
use crate::item::plaintext::PlaintextItem;
use crate::item::{AttributeValue, Item};
use crate::schema::action::{AttributeAction, AttributeActions};

use self::version::StoredVersion;
use super::provider_store::{ProviderStore, VersionProvider, check_material_name};

/// A table of versioned keys, each record of it encrypted and signed like any other item.
///
/// A record contains a wrapping key and a signing key. Items are encrypted as by a
/// [`WrappedProvider`](super::WrappedProvider) with these keys, so only reading a record calls the provider that protects
/// the metastore, usually a [`DirectKmsProvider`](super::DirectKmsProvider). Use it through a
/// [`MostRecentProvider`](super::MostRecentProvider), which chooses the version and caches it.
///
/// Every read is strongly consistent. Records are never overwritten, and losing a record loses every item written with it:
/// deny `DeleteItem` on this table, and enable point-in-time recovery and deletion protection.
///
/// Records have the format of the `MetaStore` of AWS's clients (see [Most Recent Provider][most-recent]); tested with
/// versions 2.0.3 (Java) and 3.3.0 (Python). Both keys of a new record have 32 bytes.
///
/// ```
/// use dynaseal::ItemEncryptor;
/// use dynaseal::materials::{CryptographicMaterialsProvider, MetaStore};
///
/// # fn example(dynamodb: aws_sdk_dynamodb::Client, kms: impl CryptographicMaterialsProvider + 'static) -> MetaStore {
/// MetaStore::new(dynamodb, "employees-keys", ItemEncryptor::new(kms))
/// # }
/// ```
///
/// [most-recent]: https://docs.aws.amazon.com/database-encryption-sdk/latest/devguide/most-recent-provider.html
#[derive(Clone)]
pub struct MetaStore {
    given_client: Client,
    allowed_hosts: Vec<AllowedHost>,
    /// The given client, behind the guard that rejects plain HTTP.
    client: Client,
    table_name: String,
    encryptor: ItemEncryptor,
    actions: AttributeActions,
    context: ItemContext,
    extra_data: Option<ExtraData>,
}

type ExtraData = Arc<dyn Fn(&str, u64) -> Item + Send + Sync>;

impl MetaStore {
    /// Uses the metastore in this table, whose records `encryptor` protects.
    pub fn new(client: Client, table_name: impl Into<String>, encryptor: ItemEncryptor) -> Self {
        let table_name = table_name.into();
        Self {
            client: transit::require_https(&client, Vec::new()),
            given_client: client,
            allowed_hosts: Vec::new(),
            encryptor,
            actions: AttributeActions::new(AttributeAction::EncryptAndSign)
                .with(record::NAME, AttributeAction::SignOnly)
                .with(record::VERSION, AttributeAction::SignOnly),
            context: context(&table_name),
            table_name,
            extra_data: None,
        }
    }

    /// Sets the table name that records are bound to, if it differs from the real table's: for a table restored under another
    /// name, its original name.
    #[must_use]
    pub fn logical_table_name(mut self, name: &str) -> Self {
        self.context = context(name);
        self
    }

    /// Stores additional attributes with every new record, computed from the material's name and version. They are
    /// encrypted. Creating a version fails with `Usage` if one has the name of an attribute of every record (`N`, `V`, `t`,
    /// `enc`, `encAlg`, `int`, `intAlg`).
    #[must_use]
    pub fn extra_data(mut self, supplier: impl Fn(&str, u64) -> Item + Send + Sync + 'static) -> Self {
        self.extra_data = Some(Arc::new(supplier));
        self
    }

    /// Signs these additional attributes without encrypting them. Every reader of the records has to name the same
    /// attributes.
    ///
    /// # Errors
    /// `Usage` for an attribute of every record: its keys are never stored unencrypted.
    pub fn sign_extra_data_only<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Result<Self> {
        for name in names.into_iter().map(Into::into) {
            check_extra_name(&name)?;
            self.actions = self.actions.with(name, AttributeAction::SignOnly);
        }
        Ok(self)
    }

    /// Allows plain HTTP to a host other than this machine: see [`danger::allow_http`](crate::danger::allow_http).
    #[must_use]
    pub fn allow_http(mut self, host: AllowedHost) -> Self {
        self.allowed_hosts.push(host);
        self.client = transit::require_https(&self.given_client, self.allowed_hosts.clone());
        self
    }

    /// Creates the table with on-demand billing, and waits up to five minutes until it is active.
    ///
    /// # Errors
    /// `AlreadyExists` if a table of this name exists, which is left unchanged; `Unavailable` if the table does not become
    /// active in this time; and the errors of the service.
    pub async fn create_table(&self) -> Result<()> {
        create_table::send(&self.client, &self.table_name).await
    }

    /// Copies one version to another metastore, which protects it with its own keys. A record that the target already has is
    /// left unchanged.
    ///
    /// # Errors
    /// `Materials` if there is no such version, `Usage` if the name is empty or contains `#`, `Integrity` if the record
    /// fails verification, and the other errors of either store.
    pub async fn replicate(&self, material_name: &str, version: u64, target: &Self) -> Result<()> {
        let record = self.read(material_name, version).await?.ok_or_else(|| missing(material_name, version))?;
        record::parse(record.clone(), material_name, version)?;
        target.write(record).await.map(drop)
    }

    async fn load(&self, material_name: &str, version: u64) -> Result<VersionProvider> {
        let record = self.read(material_name, version).await?.ok_or_else(|| missing(material_name, version))?;
        let provider = record::parse(record, material_name, version)?;
        Ok(StoredVersion::shared(provider, material_name, version))
    }

    async fn create(&self, material_name: &str, version: u64) -> Result<VersionProvider> {
        let (mut record, provider) = record::generate(material_name, version)?;
        if let Some(supplier) = &self.extra_data {
            for (name, value) in supplier(material_name, version) {
                check_extra_name(&name)?;
                record.insert(name, value);
            }
        }
        match self.write(record).await? {
            Creation::New => Ok(StoredVersion::shared(provider, material_name, version)),
            // The new keys were not stored, so they are never used.
            Creation::Existing => self.load(material_name, version).await,
        }
    }

    /// Returns a record, verified and decrypted.
    async fn read(&self, material_name: &str, version: u64) -> Result<Option<PlaintextItem>> {
        check_material_name(material_name)?;
        let key = record::key(material_name, version);
        let request = self.client.get_item().table_name(&self.table_name).set_key(Some(key)).consistent_read(true);
        let response = request.send().await.map_err(|error| self.explain(from_sdk("GetItem", error)))?;
        let Some(stored) = response.item else { return Ok(None) };
        let record = self.encryptor.decrypt(stored, &self.actions, &self.context).await;
        if record.is_err() {
            tracing::warn!(
                target: "dynaseal::meta_store",
                table = self.table_name,
                material_name,
                version,
                "a record of the metastore cannot be read"
            );
        }
        record.map(|record| Some(record.into()))
    }

    /// Writes a record unless one exists under its key. An earlier attempt whose response was lost counts as existing.
    async fn write(&self, record: PlaintextItem) -> Result<Creation> {
        let stored = self.encryptor.encrypt(record.into_inner(), &self.actions, &self.context).await?;
        let request = self
            .client
            .put_item()
            .table_name(&self.table_name)
            .set_item(Some(stored))
            .condition_expression("attribute_not_exists(#name) AND attribute_not_exists(#version)")
            .expression_attribute_names("#name", record::NAME)
            .expression_attribute_names("#version", record::VERSION);
        match request.send().await.map_err(|error| from_sdk("PutItem", error)) {
            Ok(_) => Ok(Creation::New),
            Err(error) if error.kind() == ErrorKind::ConditionFailed => Ok(Creation::Existing),
            Err(error) => Err(self.explain(error)),
        }
    }

    async fn newest(&self, material_name: &str) -> Result<Option<u64>> {
        check_material_name(material_name)?;
        let request = self
            .client
            .query()
            .table_name(&self.table_name)
            .key_condition_expression("#name = :name")
            .projection_expression("#version")
            .expression_attribute_names("#name", record::NAME)
            .expression_attribute_names("#version", record::VERSION)
            .expression_attribute_values(":name", AttributeValue::S(material_name.to_owned()))
            .scan_index_forward(false)
            .limit(1)
            .consistent_read(true);
        let response = request.send().await.map_err(|error| self.explain(from_sdk("Query", error)))?;
        let Some(newest) = response.items().first() else { return Ok(None) };
        match newest.get(record::VERSION).and_then(|version| version.as_n().ok()?.parse().ok()) {
            Some(version) => Ok(Some(version)),
            None => Err(Error::new(ErrorKind::Materials, "the newest record of the metastore has an unusable version")
                .with_attribute(record::VERSION)),
        }
    }

    /// Names the metastore's table in an error, so that it is not mistaken for an error of the table of the items.
    fn explain(&self, error: Error) -> Error {
        let table = &self.table_name;
        match error.kind() {
            ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Usage => error,
            ErrorKind::NotFound => error.recast(
                ErrorKind::Materials,
                format!("the metastore's table {table:?} does not exist; check its name, the account and the Region"),
            ),
            _ => error.recast(
                ErrorKind::Materials,
                format!(
                    "the metastore's table {table:?} rejected the request; its code states the reason. It needs to \
                     allow {NEEDED}"
                ),
            ),
        }
    }
}

/// The permissions that a metastore needs on its table.
const NEEDED: &str = "GetItem and Query, and PutItem to processes that create versions";

/// Which process created a version.
enum Creation {
    New,
    Existing,
}

impl ProviderStore for MetaStore {
    #[inline]
    fn newest_version<'a>(&'a self, material_name: &'a str) -> MaterialsFuture<'a, Option<u64>> {
        Box::pin(self.newest(material_name))
    }

    #[inline]
    fn provider<'a>(&'a self, material_name: &'a str, version: u64) -> MaterialsFuture<'a, VersionProvider> {
        Box::pin(self.load(material_name, version))
    }

    #[inline]
    fn provider_or_create<'a>(&'a self, material_name: &'a str, version: u64) -> MaterialsFuture<'a, VersionProvider> {
        Box::pin(async move {
            check_material_name(material_name)?;
            self.create(material_name, version).await
        })
    }
}

impl fmt::Debug for MetaStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetaStore").field("table_name", &self.table_name).finish_non_exhaustive()
    }
}

fn context(table_name: &str) -> ItemContext {
    ItemContext::new(table_name).partition_key(record::NAME).sort_key(record::VERSION)
}

fn check_extra_name(name: &str) -> Result<()> {
    if record::is_own(name) {
        return Err(Error::new(
            ErrorKind::Usage,
            "extra data cannot have the name of an attribute that every record has",
        )
        .with_attribute(name));
    }
    Ok(())
}

fn missing(material_name: &str, version: u64) -> Error {
    Error::absent_keys(format!(
        "the metastore has no version {version} of material {material_name:?}; was it deleted, or is this another store?"
    ))
}
