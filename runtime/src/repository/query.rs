//! Queries and scans.

use crate::schema::entity::EncryptedItem;
use crate::schema::index::{Index, IntoKeyValue};

use super::Repository;

pub use crate::request::{
    Conclusive, Cursor, CursorKey, Hydrated, InOrder, IndexEntry, IntoCursor, Items, Members, Page, ParallelScan,
    Projection, Query, ReadPage, Scan, Selection, WholeItems,
};

impl<T: EncryptedItem> Repository<T> {
    /// Queries the entities of one partition key, sorted by their sort key.
    ///
    #[cfg_attr(feature = "embedded", doc = "```")]
    #[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
    /// # use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
    /// # use dynaseal::{EncryptedItem, Repository};
    /// #[derive(Debug, PartialEq, EncryptedItem)]
    /// struct Reading {
    ///     #[partition_key]
    ///     sensor: String,
    ///     #[sort_key]
    ///     time: u64,
    ///     value: i64, // encrypted
    ///     #[sign_only]
    ///     unit: String,
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let client = dynaseal::embedded::Database::in_memory()?.client();
    /// # let provider = WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?);
    /// # let readings: Repository<Reading> = Repository::builder(client).table("readings").materials(provider).build();
    /// # readings.create_table().await?;
    /// # for time in 0..9 {
    /// #     readings.put(&Reading { sensor: "s-1".into(), time, value: 7, unit: "K".into() }).await?;
    /// # }
    /// let all: Vec<Reading> = readings.query("s-1").collect().await?;
    /// let last: Vec<Reading> = readings.query("s-1").descending().limit(1).collect().await?;
    /// assert_eq!((all.len(), last[0].time), (9, 8));
    ///
    /// let mut morning = readings.query("s-1").sort_lt(4).filter(Reading::fields().unit.eq("K")).stream();
    /// while let Some(reading) = morning.next().await {
    ///     println!("{}", reading?.value);
    /// }
    /// assert_eq!(readings.query("s-1").sort_between(2, 5).consistent().count().await?, 4);
    /// # Ok::<(), dynaseal::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// Each item is verified and decrypted separately: with [`stream`](Selection::stream), a damaged item does not
    /// prevent reading the others. The key condition and the filter are evaluated on the verified item, and the order
    /// of the items is checked. Items that a server omits cannot be detected.
    ///
    /// # Errors
    /// `Integrity` for an item that was not written with these keys, actions and table name, was changed since, or was
    /// not requested, with its key in [`item_key`](crate::Error::item_key), and for a page out of order, which ends the
    /// read; `Schema` for an item that does not fit the entity; `Usage` for an invalid query; and the errors of the
    /// provider and the service.
    pub fn query(&self, partition_key: impl IntoKeyValue<T::PartitionKey>) -> Selection<T, Query<T::SortKey>> {
        self.query_index(T::primary_index(), partition_key)
    }

    /// Queries the entities of one partition key of an index, sorted by the index's sort key. Items that lack one of
    /// its keys are not in the index.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// #[derive(EncryptedItem)]
    /// #[item(index(name = "by-department", partition = department, sort = hired))]
    /// struct Employee {
    ///     #[partition_key]
    ///     employee_id: String,
    ///     #[sign_only]
    ///     department: String,
    ///     #[sign_only]
    ///     hired: u32,
    ///     salary: u64,
    /// }
    ///
    /// # async fn juniors(employees: Repository<Employee>) -> dynaseal::Result<()> {
    /// let by_department = Employee::indexes().by_department;
    /// let juniors = employees.query_index(by_department, "Legal").sort_ge(2024).collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An index that projects only some attributes returns keys, which are not verified: see [`IndexEntry`] and
    /// [`hydrate`](Selection::hydrate).
    ///
    /// # Errors
    /// Those of [`query`](Self::query).
    pub fn query_index<P, S, J>(
        &self,
        index: Index<T, P, S, J>,
        partition_key: impl IntoKeyValue<P>,
    ) -> Selection<T, Query<S>, J> {
        Selection::of_partition(&self.table, &self.cursors, &index, partition_key.into_key_value())
    }

    /// Scans all entities in the table, in no order.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # async fn total(employees: Repository<Employee>) -> dynaseal::Result<()> {
    /// let mut total = 0;
    /// let mut everybody = employees.scan().stream();
    /// while let Some(employee) = everybody.next().await {
    ///     total += employee?.salary;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`query`](Self::query).
    pub fn scan(&self) -> Selection<T, Scan> {
        Selection::scan(&self.table, &self.cursors)
    }

    /// Scans all entities in the table, in no order, in `segments` parts that are read concurrently, each in its own
    /// task, so that several processor cores can be used.
    ///
    /// A segment stops reading while a few of its entities wait to be taken, so memory use is bounded. DynamoDB accepts
    /// 1 to 1,000,000 segments, and other numbers fail with `Usage`; a few per core are sufficient.
    ///
    /// ```no_run
    /// # use dynaseal::{EncryptedItem, Repository};
    /// # #[derive(EncryptedItem)]
    /// # struct Employee { #[partition_key] employee_id: String, salary: u64 }
    /// # async fn count(employees: Repository<Employee>) -> dynaseal::Result<()> {
    /// println!("{} employees, all of them verified", employees.parallel_scan(4).count().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`query`](Self::query), and `Usage` outside of a Tokio runtime.
    pub fn parallel_scan(&self, segments: u32) -> Selection<T, ParallelScan> {
        Selection::parallel_scan(&self.table, &self.cursors, segments)
    }
}
