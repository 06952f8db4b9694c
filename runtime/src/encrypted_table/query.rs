//! Queries and scans of plain items.

use crate::error::{Error, ErrorKind, Result};
use crate::example::example;
use crate::item::key::names as key;
use crate::item::{AttributeValue, Item};
use crate::request::{ParallelScan, Query, Scan, Selection};
use crate::schema::index::Stored;
use crate::table::ReadRequest;

use super::EncryptedTable;

impl EncryptedTable {
    /// Queries the items of one partition key, sorted by their sort key. Each item is verified and decrypted
    /// separately.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let found: Vec<Item> = employees.query(text("e-1")).collect().await?;
    /// assert_eq!(found, [ada]);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// `Integrity` for an item that was not written with these keys, actions and table name, was changed since, or was
    /// not requested, with its key in [`item_key`](crate::Error::item_key); `Usage` for an invalid query; and the
    /// errors of the provider and the service.
    pub fn query(&self, partition_key: AttributeValue) -> Selection<Item, Query<AttributeValue>> {
        self.select(Ok(self.of_table()), partition_key)
    }

    /// Queries the items of one partition key of an index, sorted by the index's sort key. Items that lack one of its
    /// keys are not in the index.
    ///
    #[doc = example!(table)]
    /// use dynaseal::Condition;
    ///
    /// employees.create(&ada).await?;
    /// let idle = employees.query_index("by-department", text("Legal")).filter(Condition::lt("logins", number(100)));
    /// assert_eq!(idle.collect().await?, [ada]);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`query`](Self::query). `Usage` if the table had no such index when it was [connected
    /// to](crate::repository::RepositoryBuilder::connect), or the index projects only some attributes: the signature
    /// covers the whole item, so they could not be verified.
    pub fn query_index(&self, index: &str, partition_key: AttributeValue) -> Selection<Item, Query<AttributeValue>> {
        self.select(self.of_index(index), partition_key).global(self.is_global(index))
    }

    /// Scans all items in the table, in no order.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// let mut everybody = employees.scan().stream();
    /// while let Some(employee) = everybody.next().await {
    ///     println!("{:?}", employee?["name"]);
    /// }
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`query`](Self::query).
    pub fn scan(&self) -> Selection<Item, Scan> {
        Selection::new(&self.table, &self.cursors, Ok(self.of_table()), Scan(()))
    }

    /// Scans all items in the table, in no order, in `segments` parts that are read concurrently (1 to 1,000,000), each
    /// in its own task.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.parallel_scan(4).count().await?, 1);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`query`](Self::query), and `Usage` outside of a Tokio runtime or for another number of segments.
    pub fn parallel_scan(&self, segments: u32) -> Selection<Item, ParallelScan> {
        Selection::new(&self.table, &self.cursors, Ok(self.of_table()), ParallelScan(())).segments(segments)
    }

    /// Scans all items of an index, in no order.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.scan_index("by-department").collect().await?, [ada]);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`query_index`](Self::query_index).
    pub fn scan_index(&self, index: &str) -> Selection<Item, Scan> {
        Selection::new(&self.table, &self.cursors, self.of_index(index), Scan(())).global(self.is_global(index))
    }

    /// Scans all items of an index, in no order, in `segments` parts that are read concurrently (1 to 1,000,000), each
    /// in its own task.
    ///
    #[doc = example!(table)]
    /// employees.create(&ada).await?;
    /// assert_eq!(employees.parallel_scan_index("by-department", 4).count().await?, 1);
    #[doc = example!(end)]
    ///
    /// # Errors
    /// Those of [`query_index`](Self::query_index), and `Usage` outside of a Tokio runtime or for another number of
    /// segments.
    pub fn parallel_scan_index(&self, index: &str, segments: u32) -> Selection<Item, ParallelScan> {
        let selection = Selection::new(&self.table, &self.cursors, self.of_index(index), ParallelScan(()));
        selection.global(self.is_global(index)).segments(segments)
    }

    fn select(
        &self,
        requested: Result<ReadRequest>,
        partition_key: AttributeValue,
    ) -> Selection<Item, Query<AttributeValue>> {
        let requested = requested.and_then(|requested| {
            let partition = key::checked(&partition_key);
            let partition = partition.map_err(|error| error.with_attribute(&requested.keys.partition_key))?;
            Ok(ReadRequest { partition: Some(partition), ..requested })
        });
        Selection::new(&self.table, &self.cursors, requested, Query::by(Some(Stored::new(key::checked))))
    }

    fn of_table(&self) -> ReadRequest {
        ReadRequest::everything(None, self.table.key.clone())
    }

    fn is_global(&self, index: &str) -> bool {
        self.description.indexes.get(index).is_some_and(|known| known.is_global)
    }

    fn of_index(&self, name: &str) -> Result<ReadRequest> {
        let known =
            self.description.indexes.get(name).ok_or_else(|| rejection(name, "the table has no index of this name"))?;
        if !known.has_all_attributes {
            return Err(rejection(
                name,
                "the index holds only some attributes, and signatures cover the whole item; query an index that projects all",
            ));
        }
        let keys = known.key().ok_or_else(|| rejection(name, "several attributes are its partition key, or its sort key, which is not supported here; query an index with one of each"))?;
        Ok(ReadRequest::everything(Some(name.to_owned()), keys))
    }
}

fn rejection(index: &str, message: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("index `{index}`: {message}"))
}
