//! Typed reads and writes of one entity.

mod builder;
mod check_table;
mod clock;
mod create_table;
mod cursor;
mod get_many;
mod query;
mod read;
mod record;
mod stored;
mod table_settings;
mod transaction;
mod update;
mod versioned;
mod write;
mod write_many;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use builder::{RepositoryBuilder, WantsMaterials, WantsNothing, WantsTable};
pub use check_table::{Aspect, CheckTable, Difference, Severity, TableReport};
pub use create_table::CreateTable;
pub use cursor::{Cursor, CursorKey};
pub use get_many::GetMany;
pub use query::{
    Hydrated, InOrder, IndexEntry, Items, Members, Page, ParallelScan, Projection, Query, ReadPage, Scan, Selection,
    WholeItems,
};
pub use read::{Fetch, Get};
pub use record::Record;
pub use stored::{ReadStored, StoredItems};
pub use table_settings::{Billing, ServerSideEncryption};
pub use transaction::{Check, Gets, TransactGet, Transaction, TransactionOperation, transact_get};
pub use update::{UpdateInPlace, UpdateWith};
pub use versioned::{Revision, Versioned};
pub use write::{Delete, DeleteReturning, DeleteUnchanged, Put, Save};
pub use write_many::{Leftovers, WriteMany};

use aws_sdk_dynamodb::Client;

use crate::condition::{Condition, Update};
use crate::encryptor::ItemEncryptor;
use crate::entity::{EncryptedItem, ItemKey};
use crate::error::{Error, Result};
use crate::migration::{CheckItems, Reencrypt};
use crate::table::{Existence, Table};
pub(crate) use clock::Clock;
pub(crate) use cursor::Cursors;
pub(crate) use read::open;
pub(crate) use record::Shape;
pub(crate) use stored::key_in;

/// Entities of one type in one table: encrypted and signed on the way in, verified and decrypted on the way out.
///
/// A repository is cheap to clone, and every call returns a request that does nothing until it is awaited. Requests own what
/// they need, so they can be spawned.
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
    /// Starts a repository on an ordinary SDK client. The table and the provider follow:
    /// `Repository::builder(client).table("employees").materials(provider).build()`.
    pub fn builder(client: Client) -> RepositoryBuilder<T, WantsTable> {
        RepositoryBuilder::new(client)
    }

    /// Writes a new entity. Where writing sets a version or a time, all three of `create`, `put` and `replace` return the
    /// entity as it was stored.
    ///
    /// # Errors
    /// `AlreadyExists` if there is an item with its key, `Codec` for a value that DynamoDB cannot represent, `TooLarge` above
    /// 400 KB, and what the provider and the service fail with.
    pub fn create(&self, entity: &T) -> Put<T> {
        Put::new(&self.table, &self.clock, entity, Existence::MustNotExist)
    }

    /// Writes an entity, whether or not there is an item with its key already. Attributes that the entity does not have are
    /// gone afterwards.
    ///
    /// # Errors
    /// As [`create`](Self::create), without `AlreadyExists`. `Conflict` if the entity has an `#[item(version)]` and the stored
    /// one is another: the item was written since the entity was read.
    pub fn put(&self, entity: &T) -> Put<T> {
        Put::new(&self.table, &self.clock, entity, Existence::Any)
    }

    /// Writes an entity in the place of the one that has its key. Attributes that the entity does not have are gone
    /// afterwards.
    ///
    /// # Errors
    /// As [`put`](Self::put), and `NotFound` if there is no item with its key.
    pub fn replace(&self, entity: &T) -> Put<T> {
        Put::new(&self.table, &self.clock, entity, Existence::MustExist)
    }

    /// Reads the entity of this key, or `None` if there is none. A key is made from a tuple: `("e-1", 2020)`.
    ///
    /// # Errors
    /// `Integrity` if the stored item was not written with these keys, actions and table name, or was changed since; `Schema`
    /// if it does not fit the entity; and what the provider and the service fail with.
    pub fn get(&self, key: impl Into<T::Key>) -> Get<T> {
        Get::new(&self.table, key.into().to_item())
    }

    /// Reads the entity of this key with all that a later [`save`](Self::save) needs: its revision, and the attributes that
    /// the struct does not have.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn fetch(&self, key: impl Into<T::Key>) -> Fetch<T> {
        Fetch::new(&self.table, key.into().to_item())
    }

    /// Writes a changed entity, on the condition that nobody else wrote the item since it was read.
    ///
    /// Attributes that the struct does not have are kept. An unsigned attribute is written only if the program changed it, so
    /// that what others write there meanwhile is kept as well.
    ///
    /// # Errors
    /// `Conflict` if the item was changed since, `NotFound` if it was deleted, `Usage` if the program changed its key or version,
    /// `OutcomeUnknown` if no attempt had a clear answer, and as [`put`](Self::put).
    pub fn save(&self, versioned: Versioned<T>) -> Save<T> {
        Save::new(&self.table, &self.clock, versioned)
    }

    /// Reads the entity of this key, lets `change` change it, and writes it back as [`save`](Self::save) does. If somebody
    /// else wrote meanwhile, all of it happens again, so `change` can run several times. Nothing is written if it changes
    /// nothing.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # async fn raise(employees: Repository<Employee>) -> dynaseal::Result<()> {
    /// let ada = employees.update_with("e-1", |employee| employee.salary += 300).await?;
    /// println!("{}", ada.salary);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `NotFound` if there is no item with this key, `Conflict` if others were faster in every attempt, and as `save`.
    pub fn update_with(
        &self,
        key: impl Into<T::Key>,
        mut change: impl FnMut(&mut T) + Send + 'static,
    ) -> UpdateWith<T> {
        self.try_update_with(key, move |entity: &mut T| {
            change(entity);
            Ok(())
        })
    }

    /// As [`update_with`](Self::update_with), with a `change` that can refuse: nothing is written if it returns an error.
    ///
    /// # Errors
    /// What `change` returns, and as `update_with`.
    pub fn try_update_with<E: From<Error>>(
        &self,
        key: impl Into<T::Key>,
        change: impl FnMut(&mut T) -> Result<(), E> + Send + 'static,
    ) -> UpdateWith<T, E> {
        UpdateWith::new(&self.table, &self.clock, key.into().to_item(), Box::new(change))
    }

    /// Lets the server change attributes that are not signed, without reading the item: counters, flags, expiry times.
    ///
    /// The compiler refuses signed attributes; for those there is [`update_with`](Self::update_with).
    ///
    /// # Errors
    /// `NotFound` if there is no item with this key, `OutcomeUnknown` if no attempt had a clear answer (an addition is not
    /// repeated then), `Usage` if an attribute is changed twice, `Codec` for a value that DynamoDB cannot represent, and what
    /// the service fails with.
    pub fn update_in_place(&self, key: impl Into<T::Key>, update: Update<T>) -> UpdateInPlace<T> {
        UpdateInPlace::new(&self.table, key.into().to_item(), update.into_changes())
    }

    /// Deletes the item of this key. It is no error if there is none.
    ///
    /// # Errors
    /// `OutcomeUnknown` if no attempt had a clear answer, and what the service fails with.
    pub fn delete(&self, key: impl Into<T::Key>) -> Delete<T> {
        Delete::new(&self.table, key.into().to_item())
    }

    /// Deletes the item that was read, unless somebody else changed what is signed of it since.
    ///
    /// # Errors
    /// `Conflict` if the item was changed, `NotFound` if it was deleted already, `OutcomeUnknown` if no attempt had a clear
    /// answer, and what the service fails with.
    pub fn delete_unchanged(&self, versioned: Versioned<T>) -> DeleteUnchanged<T> {
        DeleteUnchanged::new(&self.table, versioned)
    }

    /// Something that must hold of the item of this key for a [`Transaction`] to happen.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository, Transaction};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, #[sign_only] department: String }
    /// # async fn swap(employees: Repository<Employee>, ada: Employee) -> dynaseal::Result<()> {
    /// let is_legal = Employee::fields().department.eq("legal");
    /// Transaction::new().with(employees.check("e-1", is_legal)).with(employees.create(&ada)).await
    /// # }
    /// ```
    ///
    /// In the transaction's [`cancellation_reasons`](Error::cancellation_reasons) it is `ConditionFailed`.
    pub fn check(&self, key: impl Into<T::Key>, condition: Condition<T>) -> Check<T> {
        Check::new(&self.table, key.into().to_item(), condition.into_untyped())
    }

    /// An empty [`Transaction`], to which operations of this and other repositories are added.
    pub fn transaction(&self) -> Transaction {
        Transaction::new()
    }

    /// Reads the entities of these keys, however many. The answers are in the order of the keys, each with its own error: one
    /// item that does not verify takes nothing from the others. A key that is given twice is read once.
    ///
    /// Eight requests of up to 100 keys are in flight at a time, and what the service leaves undone is asked for again.
    ///
    #[cfg_attr(feature = "embedded", doc = "```")]
    #[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
    /// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(Clone, Debug, PartialEq, EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let client = dynaseal::embedded::Database::in_memory()?.client();
    /// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// # let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    /// # employees.create_table().await?;
    /// let ada = Employee { employee_id: "e-1".into(), salary: 4200 };
    /// employees.put(&ada).await?;
    ///
    /// let answers = employees.get_many(["e-1", "e-2"]).await;
    /// let found: Vec<Option<Employee>> = answers.into_iter().collect::<dynaseal::Result<_>>()?;
    /// assert_eq!(found, [Some(ada), None]);
    /// # Ok::<(), dynaseal::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// For each key as [`get`](Self::get), and `Throttled` if the service left it undone in each of
    /// [`max_attempts`](GetMany::max_attempts).
    pub fn get_many(&self, keys: impl IntoIterator<Item = impl Into<T::Key>>) -> GetMany<T> {
        GetMany::new(&self.table, keys.into_iter().map(|key| key.into().to_item()).collect())
    }

    /// Writes these entities, however many, whether or not there are items with their keys already;
    /// [`delete`](WriteMany::delete) adds keys whose items are deleted in the same go.
    ///
    /// Eight requests of up to 25 entities are in flight at a time, and what the service leaves undone is sent again. It is no
    /// transaction: what could not be done is given back, with the reason, and the rest is done.
    ///
    #[cfg_attr(feature = "embedded", doc = "```")]
    #[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
    /// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(Clone, Debug, PartialEq, EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let client = dynaseal::embedded::Database::in_memory()?.client();
    /// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// # let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    /// # employees.create_table().await?;
    /// let staff = (1..=60).map(|number| Employee { employee_id: format!("e-{number}"), salary: 4200 });
    /// if let Err(left) = employees.write_many(staff).delete(["e-99"]).await {
    ///     for (employee, reason) in &left.puts {
    ///         eprintln!("{} was not written: {reason}", employee.employee_id);
    ///     }
    /// }
    /// # assert!(employees.get("e-60").await?.is_some());
    /// # Ok::<(), dynaseal::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// For each entity as [`put`](Self::put), `Throttled` if the service left it undone in each of
    /// [`max_attempts`](WriteMany::max_attempts), and `OutcomeUnknown` if an attempt had no clear answer and another item, or
    /// none, is stored. `Usage` for all of them if two writes have the same key, and for those with an `#[item(version)]`,
    /// which a batch cannot check.
    pub fn write_many(&self, entities: impl IntoIterator<Item = T>) -> WriteMany<T> {
        WriteMany::new(&self.table, &self.clock, entities.into_iter().collect())
    }

    /// Creates the table that the entity calls for, with its keys, indexes and time to live, and waits until it can be used.
    ///
    #[cfg_attr(feature = "embedded", doc = "```")]
    #[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
    /// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
    /// # use dynaseal::{EncryptedItem, Repository};
    /// use dynaseal::repository::{Billing, ServerSideEncryption};
    ///
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let client = dynaseal::embedded::Database::in_memory()?.client();
    /// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// # let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    /// employees
    ///     .create_table()
    ///     .billing(Billing::Provisioned { read_capacity_units: 5, write_capacity_units: 5 })
    ///     .deletion_protection(true)
    ///     .server_side_encryption(ServerSideEncryption::AwsManaged)
    ///     .await?;
    /// # Ok::<(), dynaseal::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// Needs the permissions `dynamodb:CreateTable` and `dynamodb:DescribeTable`, and for what is asked for
    /// `dynamodb:UpdateTimeToLive`, `dynamodb:UpdateContinuousBackups` and `dynamodb:TagResource`.
    ///
    /// # Errors
    /// `AlreadyExists` if there is a table of that name, and what the service fails with. An error of a setting that follows
    /// the creation says that the table was created.
    pub fn create_table(&self) -> CreateTable {
        CreateTable::new(self)
    }

    /// Describes the table as it is, and reports every way in which it differs from what the entity calls for and from what
    /// is said of the request, each with what to do. Nothing is changed.
    ///
    #[cfg_attr(feature = "embedded", doc = "```")]
    #[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
    /// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let client = dynaseal::embedded::Database::in_memory()?.client();
    /// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// # let employees: Repository<Employee> = Repository::builder(client).table("employees").materials(provider).build();
    /// # employees.create_table().await?;
    /// let report = employees.check_table().deletion_protection(true).await?;
    /// if !report.is_ok() {
    ///     println!("{report}"); // warning: deletion protection: expected on, found off; switch it on with ..
    /// }
    /// # assert!(!report.is_ok());
    /// # Ok::<(), dynaseal::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// Needs the permission `dynamodb:DescribeTable`. Without `dynamodb:DescribeTimeToLive`,
    /// `dynamodb:DescribeContinuousBackups` and, if tags are asked for, `dynamodb:ListTagsOfResource`, the report says what is
    /// not known.
    ///
    /// # Errors
    /// `NotFound` if there is no such table, and what the service fails with.
    pub fn check_table(&self) -> CheckTable {
        CheckTable::new(self)
    }

    /// Moves the items of the table to the current keys, actions and logical table name, from how they were written before:
    /// after a rotation of keys, a change of an attribute's action, or a restore under another name.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository, SchemaVersion, materials::WrappedProvider};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # async fn rotate(employees: Repository<Employee>, old_keys: WrappedProvider) -> dynaseal::Result<()> {
    /// let until_2025 = SchemaVersion::of::<Employee>("until 2025").materials(old_keys);
    /// let report = employees.reencrypt().from(until_2025).checkpoint("employees.checkpoint").await?;
    /// println!("{report}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `Usage` for a version that would take for verified what nobody signed, and for a checkpoint that is damaged or of
    /// another migration; `Unavailable` if it cannot be written; and what the provider and the service fail with for longer
    /// than a few seconds. Items that cannot be read are no error: the report counts them.
    pub fn reencrypt(&self) -> Reencrypt {
        Reencrypt::new(self)
    }

    /// Finds out which versions of the entity can read how many items of the table, and which attributes stand in the way.
    /// It only reads.
    ///
    /// # Errors
    /// What the provider and the service fail with for longer than a few seconds.
    pub fn check_items(&self) -> CheckItems {
        CheckItems::new(self)
    }

    /// The encryptor underneath, for items that travel another way, such as streams and exports.
    pub fn encryptor(&self) -> &ItemEncryptor {
        &self.table.encryptor
    }

    /// The name of the table.
    pub fn table_name(&self) -> &str {
        &self.table.name
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
