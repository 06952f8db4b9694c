//! Typed reads and writes of one entity.

pub mod batch;
mod configuration;
pub mod provision;
pub mod query;
mod read;
mod tenant;
pub mod transaction;
mod update;
mod write;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;

pub use crate::request::{
    Decrypt, Delete, DeleteReturning, DeleteUnchanged, Fetch, Get, Put, PutReturning, ReadStored, Record,
    RepositoryBuilder, Revision, Save, StoredItems, UpdateInPlace, UpdateInPlaceReturning, UpdateWith, Versioned,
    WantsMaterials, WantsNothing, WantsTable,
};

pub use tenant::TenantScope;

use crate::example::example;
use crate::format::encryptor::ItemEncryptor;
use crate::keyrings::BeaconKeys;
use crate::migration::{CheckBeacons, CheckItems, RebuildBeacons, Reencrypt};
use crate::request::{Clock, Cursors, Parts, Sealed};
use crate::schema::action::AttributeActions;
use crate::schema::entity::EncryptedItem;
use crate::table::Table;

/// Entities of one type in one table, which are encrypted and signed when written, and verified and decrypted when
/// read.
///
/// A repository is cheap to clone. Every call returns a request that does nothing until it is awaited. Requests own
/// their data, so they can be spawned.
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
/// use dynaseal::{EncryptedItem, Repository};
///
/// #[derive(Clone, Debug, PartialEq, EncryptedItem)]
/// struct Employee {
///     #[partition_key]
///     employee_id: String,
///     #[sort_key]
///     hired: u32,
///     salary: u64, // not annotated: encrypted
///     #[sign_only]
///     department: String,
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// # let client = dynaseal::embedded::Database::in_memory()?.client();
/// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
/// let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
/// employees.create_table().await?;
///
/// let ada = Employee { employee_id: "e-1".into(), hired: 2020, salary: 4200, department: "Legal".into() };
/// employees.create(&ada).await?;
/// assert_eq!(employees.get(("e-1", 2020)).await?, Some(ada));
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
pub struct Repository<T> {
    table: Arc<Table>,
    clock: Clock,
    cursors: Cursors,
    entity: PhantomData<fn() -> T>,
}

impl<T: EncryptedItem> Repository<T> {
    /// Starts building a repository with an ordinary SDK client. The table and the provider follow:
    /// `Repository::builder(client).table("employees").materials(provider).build()`.
    ///
    #[doc = example!(builder)]
    /// let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    #[doc = example!(end)]
    pub fn builder(client: Client) -> RepositoryBuilder<T, WantsTable> {
        RepositoryBuilder::new(client)
    }

    /// Re-encrypts the items of the table with the current keys, actions and logical table name: after a key rotation,
    /// a change of an attribute's action, or a restore under another name.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository, SchemaVersion, materials::WrappedProvider};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # async fn rotate(employees: Repository<Employee>, old_keys: WrappedProvider) -> dynaseal::Result<()> {
    /// let until_2025 = SchemaVersion::of::<Employee>("until 2025").materials(old_keys);
    /// let report = employees.reencrypt().also_reads(until_2025).checkpoint("employees.checkpoint").await?;
    /// println!("{report}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Usage` outside of a Tokio runtime, if no older version is given, for a version that protects nothing or would
    /// accept unsigned attributes as verified, and for a checkpoint that is damaged, belongs to another migration, or
    /// is in use by another process; `Unavailable` if it cannot be read or written; and the errors of the provider and
    /// the service that last longer than a few seconds. Items that cannot be read are not an error: the report counts
    /// them.
    pub fn reencrypt(&self) -> Reencrypt {
        Reencrypt::new(self)
    }

    /// Reports how many items each version of the entity can read, and which attributes prevent reading the others.
    /// Writes nothing.
    ///
    #[doc = example!(employees)]
    /// employees.create(&ada).await?;
    /// let check = employees.check_items().await?;
    /// assert_eq!((check.items, check.versions[0].readable), (1, 1));
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Usage` outside of a Tokio runtime and for a version that protects nothing, and the errors of the provider and
    /// the service that last longer than a few seconds.
    pub fn check_items(&self) -> CheckItems {
        CheckItems::new(self)
    }

    /// Writes the beacons of items that were stored without them, or by programs without beacons. Encrypted values are
    /// not changed.
    ///
    /// ```no_run
    /// # async fn example<T: dynaseal::EncryptedItem>(people: dynaseal::Repository<T>) -> dynaseal::Result<()> {
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
    /// # async fn example<T: dynaseal::EncryptedItem>(people: dynaseal::Repository<T>) -> dynaseal::Result<()> {
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
    #[doc = example!(employees)]
    /// use dynaseal::{AttributeActions, ItemContext};
    ///
    /// employees.create(&ada).await?;
    /// let stored = dynaseal::danger::read_stored(&employees, "e-1").await?.expect("she was written");
    /// let context = ItemContext::new("employees").partition_key("employee_id");
    /// let item = employees.encryptor().decrypt(stored, &AttributeActions::of::<Employee>(), &context).await?;
    /// assert_eq!(item["salary"].as_n(), Ok(&"4200".to_owned()));
    #[doc = example!(end)]
    pub fn encryptor(&self) -> &ItemEncryptor {
        &self.table.encryptor
    }

    /// Returns the name of the table.
    ///
    #[doc = example!(employees)]
    /// assert_eq!(employees.table_name(), "employees");
    #[doc = example!(end)]
    pub fn table_name(&self) -> &str {
        &self.table.name
    }
}

impl<T: EncryptedItem> RepositoryBuilder<T, WantsNothing> {
    /// Sets the source of the keys of the entity's beacons. Without them, an entity with beacons can be read, and every
    /// write and every search by a beacon is rejected with `Usage`.
    ///
    #[doc = example!(builder)]
    /// use dynaseal::keyrings::{AesKey, BeaconKeys, BeaconRoot, RawAesKeyring};
    ///
    /// # let root = [7; 32];
    /// let employees = Repository::<Employee>::builder(client)
    ///     .table("employees")
    ///     .keyring(RawAesKeyring::new("payroll", "2026", &AesKey::generate()?)?)
    ///     .beacons(BeaconKeys::fixed(BeaconRoot::from_bytes(&root)?))
    ///     .build();
    #[doc = example!(end)]
    pub fn beacons(self, keys: BeaconKeys) -> Self {
        self.beacon_keys(keys)
    }

    /// Builds the repository. It never sends anything over plain HTTP to another machine.
    ///
    #[doc = example!(builder)]
    /// let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    /// assert_eq!(employees.table_name(), "employees");
    #[doc = example!(end)]
    pub fn build(self) -> Repository<T> {
        let builder = self.or_logical_table_name(T::LOGICAL_TABLE_NAME).with_keys_of_tenant(T::TENANT);
        let mut builder = builder.with_beacon_schema(T::beacons());
        let beacons = builder.table_beacons(&AttributeActions::of_fields::<T>());
        let (table, clock, cursors) = builder.assemble(AttributeActions::of::<T>(), T::KEY_SCHEMA.into(), beacons);
        Repository { table, clock, cursors, entity: PhantomData }
    }
}

impl<T> Clone for Repository<T> {
    fn clone(&self) -> Self {
        Self {
            table: Arc::clone(&self.table),
            clock: self.clock.clone(),
            cursors: self.cursors.clone(),
            entity: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Repository<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository").field("table", &self.table.name).finish_non_exhaustive()
    }
}

impl<T: EncryptedItem> StoredItems for Repository<T> {
    type Record = T;

    fn parts(&self) -> Parts<'_> {
        Parts { table: &self.table, clock: &self.clock }
    }
}

impl<T> Sealed for Repository<T> {}
