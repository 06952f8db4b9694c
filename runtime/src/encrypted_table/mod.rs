//! Reads and writes of plain attribute maps.

mod configuration;
mod describe;
mod query;
mod read;
mod transaction;
mod update;
mod write;

use std::fmt;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;

use crate::error::Result;
use crate::example::example;
use crate::format::encryptor::ItemEncryptor;
use crate::item::Item;
use crate::keyrings::BeaconKeys;
use crate::migration::{CheckBeacons, CheckItems, RebuildBeacons, Reencrypt};
use crate::request::{Clock, Cursors, Parts, RepositoryBuilder, Sealed, StoredItems, WantsNothing, WantsTable};
use crate::schema::action::AttributeActions;
use crate::schema::beacon::BeaconSchema;
use crate::table::Table;
use describe::Description;

/// Plain attribute maps in one table, for schemas that are known only at run time. They are encrypted and signed when
/// written, and verified and decrypted when read.
///
/// It has the requests of a [`Repository`](crate::Repository), and reads the keys and indexes of the table from
/// DynamoDB. Operations that could send plaintext or return unverified data are not available: no projections, no
/// `Select`, no PartiQL, no expressions on signed attributes.
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
/// use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
/// use dynaseal::{AttributeActions, AttributeValue, EncryptedTable, Item, Update};
///
/// # #[derive(dynaseal::EncryptedItem)]
/// # struct Employee { #[partition_key] employee_id: String }
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let client = dynaseal::embedded::Database::in_memory()?.client();
/// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// # dynaseal::Repository::<Employee>::builder(client.clone()).table("employees").materials(provider.clone()).build()
/// #     .create_table().await?;
/// let actions = AttributeActions::new(EncryptAndSign).with("employee_id", SignOnly).with("logins", DoNothing);
/// let employees = EncryptedTable::builder(client).table("employees").materials(provider).connect(actions).await?;
///
/// let text = |text: &str| AttributeValue::S(text.to_owned());
/// let key = Item::from([("employee_id".to_owned(), text("e-1"))]);
/// let mut ada = key.clone();
/// ada.insert("name".to_owned(), text("Ada"));
/// employees.create(&ada).await?;
/// assert_eq!(employees.get(key.clone()).await?, Some(ada));
///
/// employees.update_with(key.clone(), move |item| drop(item.insert("name".to_owned(), text("Ada L.")))).await?;
/// employees.update_in_place(key, Update::add("logins", AttributeValue::N("1".to_owned()))).await?;
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct EncryptedTable {
    table: Arc<Table>,
    clock: Clock,
    cursors: Cursors,
    description: Arc<Description>,
}

impl EncryptedTable {
    /// Starts building a table with an ordinary SDK client. Its name, the provider, and the attribute actions follow:
    /// `EncryptedTable::builder(client).table("employees").materials(provider).connect(actions).await?`.
    ///
    #[doc = example!(builder)]
    /// # Repository::<Employee>::builder(client.clone()).table("employees").materials(provider.clone()).build().create_table().await?;
    /// use dynaseal::AttributeAction::EncryptAndSign;
    ///
    /// let actions = AttributeActions::new(EncryptAndSign);
    /// let employees = EncryptedTable::builder(client).table("employees").materials(provider).connect(actions).await?;
    #[doc = example!(end)]
    pub fn builder(client: Client) -> RepositoryBuilder<Item, WantsTable> {
        RepositoryBuilder::new(client)
    }

    /// Re-encrypts the items of the table with the current keys, actions and logical table name. The attributes of the
    /// primary key are sign-only in every version by default.
    ///
    #[doc = example!(table)]
    /// use dynaseal::SchemaVersion;
    ///
    /// # let old_keys = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let checkpoint = folder.path().join("employees.checkpoint");
    /// let until_2025 = SchemaVersion::new("until 2025", employees.actions().clone()).materials(old_keys);
    /// let report = employees.reencrypt().also_reads(until_2025).checkpoint(checkpoint).await?;
    /// println!("{report}");
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`Repository::reencrypt`](crate::Repository::reencrypt).
    pub fn reencrypt(&self) -> Reencrypt {
        Reencrypt::new(self)
    }

    /// Reports how many items of the table each version can read, and which attributes prevent reading the others.
    /// Writes nothing.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let check = employees.check_items().await?;
    /// assert_eq!((check.items, check.versions[0].readable), (1, 1));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`Repository::check_items`](crate::Repository::check_items).
    pub fn check_items(&self) -> CheckItems {
        CheckItems::new(self)
    }

    /// Writes the beacons of items that were stored without them, or by programs without beacons. Encrypted values are
    /// not changed.
    ///
    /// ```no_run
    /// # async fn example(people: dynaseal::EncryptedTable) -> dynaseal::Result<()> {
    /// let report = people.rebuild_beacons().checkpoint("people.checkpoint").await?;
    /// println!("{report}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of [`reencrypt`](Self::reencrypt), and `Usage` if the items have no beacons or there are no keys for
    /// them.
    pub fn rebuild_beacons(&self) -> RebuildBeacons {
        RebuildBeacons::new(self)
    }

    /// Compares the beacons of the table with its items: which are missing, stale or unknown. It only reads.
    ///
    /// ```no_run
    /// # async fn example(people: dynaseal::EncryptedTable) -> dynaseal::Result<()> {
    /// let check = people.check_beacons().await?;
    /// assert!(check.is_complete(), "{check}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors of [`check_items`](Self::check_items), and `Usage` if the items have no beacons or there are no keys
    /// for them.
    pub fn check_beacons(&self) -> CheckBeacons {
        CheckBeacons::new(self)
    }

    /// Returns the encryptor, for items that are not sent to the table, such as those of streams and exports.
    ///
    #[doc = example!(table)]
    /// println!("{:?}", employees.encryptor());
    #[doc = example!(end)]
    pub fn encryptor(&self) -> &ItemEncryptor {
        &self.table.encryptor
    }

    /// Returns the actions of the attributes, including those of the primary key.
    ///
    #[doc = example!(table)]
    /// assert_eq!(employees.actions().action("employee_id"), SignOnly); // as the key of the table
    #[doc = example!(end)]
    pub fn actions(&self) -> &AttributeActions {
        &self.table.actions
    }

    /// Returns the name of the table.
    ///
    #[doc = example!(table)]
    /// assert_eq!(employees.table_name(), "employees");
    #[doc = example!(end)]
    pub fn table_name(&self) -> &str {
        &self.table.name
    }

    fn key(&self, key: impl Into<Item>) -> Result<Item> {
        self.table.key.exact(key.into())
    }
}

impl RepositoryBuilder<Item, WantsNothing> {
    /// Sets the beacons of the items, and the source of their keys. The schema is checked by
    /// [`connect`](Self::connect).
    ///
    /// Every write computes the beacons and stores them with the item; every read omits them from its result.
    /// Conditions of queries and scans can compare the values from which the beacons are computed.
    ///
    /// ```no_run
    /// use dynaseal::beacon::{BeaconSchema, StandardBeacon};
    /// use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
    /// use dynaseal::{AttributeAction, AttributeActions, AttributeValue, EncryptedTable};
    ///
    /// # async fn example(client: aws_sdk_dynamodb::Client, root: [u8; 32]) -> dynaseal::Result<()> {
    /// let employees = EncryptedTable::builder(client)
    ///     .table("employees")
    ///     .keyring(RawAesKeyring::new("payroll", "2026", &AesKey::generate()?)?)
    ///     .beacon_schema(
    ///         BeaconSchema::new().standard(StandardBeacon::new("email", 24)),
    ///         BeaconKeys::fixed(BeaconRoot::from_bytes(&root)?),
    ///     )
    ///     .connect(AttributeActions::new(AttributeAction::EncryptAndSign))
    ///     .await?;
    /// let ann = AttributeValue::S("ann@example.com".to_owned());
    /// let found = employees.query_index("by-email", ann).collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn beacon_schema(self, schema: BeaconSchema, keys: BeaconKeys) -> Self {
        self.with_beacon_schema(Some(schema)).beacon_keys(keys)
    }

    /// Connects to the table: reads its keys and indexes from DynamoDB. The attributes of its primary key are sign-only
    /// by default; set that action explicitly if the service is not trusted to tell which attributes these are.
    ///
    #[doc = example!(builder)]
    /// use dynaseal::AttributeAction::{DoNothing, EncryptAndSign};
    ///
    /// # Repository::<Employee>::builder(client.clone()).table("employees").materials(provider.clone()).build().create_table().await?;
    /// let actions = AttributeActions::new(EncryptAndSign).with("logins", DoNothing);
    /// let employees = EncryptedTable::builder(client).table("employees").materials(provider).connect(actions).await?;
    /// assert!(employees.scan().collect().await?.is_empty());
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` if an attribute of the primary key has another action than `SignOnly`, or an attribute of an index key
    /// has neither `SignOnly` nor `DoNothing` set explicitly: a new index never disables encryption. `NotFound` if
    /// there is no such table, and the errors of the service; without the permission `dynamodb:DescribeTable` the error
    /// is `Sdk`.
    pub async fn connect(self, actions: AttributeActions) -> Result<EncryptedTable> {
        let description = Description::of(&self.guarded_client(), self.table_name()).await?;
        let mut builder = self;
        let beacons = builder.table_beacons(&actions);
        let actions = description.check(actions, builder.encryptor_ref(), &beacons)?;
        let (table, clock, cursors) = builder.assemble(actions, description.key.clone(), beacons);
        Ok(EncryptedTable { table, clock, cursors, description: Arc::new(description) })
    }
}

/// Shows neither keys nor values.
impl fmt::Debug for EncryptedTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedTable").field("table", &self.table.name).finish_non_exhaustive()
    }
}

impl StoredItems for EncryptedTable {
    type Record = Item;

    fn parts(&self) -> Parts<'_> {
        Parts { table: &self.table, clock: &self.clock }
    }
}

impl Sealed for EncryptedTable {}
